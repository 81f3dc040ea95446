// `npm run admin:key` makes an administrator's key for the operator of the database, at any time, also
// while the service runs on it. Its maker, time and place are stored and shown beside the key.

import { hostname, userInfo } from 'node:os';
import own from '../package.json' with { type: 'json' };
import { accountOf, makeKey as makeApiKey } from './command/county/accounts.ts';
import { OPERATOR_TELLER, tellAdministration } from './command/kernel/administrative-log.ts';
import { createPerformer } from './command/kernel/batches.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { nouns } from './command/nouns.ts';
import { ConfigError, readConfig } from './config.ts';
import { insertOperatorAct } from './db/county/operator-acts.ts';
import { findFirstAdministrator, findPrincipalRow } from './db/county/principals.ts';
import { hasEmbedded, startEmbedded } from './db/embedded/embedded.ts';
import { createPool } from './db/kernel/pool.ts';
import type { Tx } from './db/kernel/transaction.ts';
import { remedyOf } from './db/kernel/waiting.ts';
import { insertAdministrator } from './seed.ts';

const UNDEFINED_TABLE = '42P01';

/** The account's name, or its number where the machine has no name for it. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

async function makeKey(tx: Tx): Promise<string> {
  const found = await findFirstAdministrator(tx);
  const row = found === undefined ? undefined : await findPrincipalRow(tx, found);
  const { account, told } =
    row === undefined ? await insertAdministrator(tx) : { account: accountOf(row), told: [] };
  const { made, told: ofKey } = await makeApiKey(tx, account, null);
  await tellAdministration(tx, OPERATOR_TELLER, [...told, ...ofKey]);
  const { id: keyId, key } = made;
  const principalId = account.id;
  const who = { osUser: osUser(), host: hostname(), release: own.version };
  await insertOperatorAct(tx, { kind: 'admin-key', ...who, principalId, keyId });
  return key;
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  // A folder that was mistyped would get a database of its own, and no key would open the service.
  if (config.databaseUrl === undefined && !hasEmbedded(config.dataDir)) {
    throw new Error(
      `${config.dataDir} 中没有数据库：请设与服务相同的 DATA_DIR（或 DATABASE_URL）；服务从未启动过的，请先启动一次。\nThere is no database in ${config.dataDir}: set the service's DATA_DIR (or DATABASE_URL); if it never ran, start the service once first.`,
    );
  }
  const embedded =
    config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
  const connectionString = embedded?.connectionString ?? (config.databaseUrl as string);
  const pool = createPool(connectionString, { max: 1, applicationName: 'chuangping admin:key' });
  try {
    const { administer } = createPerformer(nouns, pool, createReferenceCache());
    const key = await administer(makeKey);
    process.stdout.write(
      `\n  系统管理员密钥；已记录何人、何时、在何处生成\n  An administrator's key; who made it, when and where is recorded\n    ${key}\n\n`,
    );
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ((error as { code?: unknown }).code === UNDEFINED_TABLE) {
    return '此数据库还没有本版本的数据：请先启动一次服务。\nThis database was not prepared by this release yet: start the service once first.';
  }
  const remedy = remedyOf(error);
  return remedy === undefined ? error.message : `${remedy.zh}\n${remedy.en}\n  ${error.message}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageFor(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
});
