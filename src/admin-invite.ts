// `npm run admin:invite` makes a one-time code for an administrator, or with `--role security-officer` for a
// security officer, at any time, also while the service runs. It is for whoever holds the database, when nobody
// else can let anybody in: who did it is stored, an incident is opened and the auditor reads of it.

import { hostname, userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import own from '../package.json' with { type: 'json' };
import type { NewCode } from './command/county/claims.ts';
import { OPERATOR_TELLER, tellAdministration } from './command/kernel/administrative-log.ts';
import { createPerformer } from './command/kernel/batches.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { nouns } from './command/nouns.ts';
import { ConfigError, readConfig } from './config.ts';
import { insertOperatorAct } from './db/county/operator-acts.ts';
import { hasEmbedded, startEmbedded } from './db/embedded/embedded.ts';
import { openIncident } from './db/kernel/incidents.ts';
import { createPool } from './db/kernel/pool.ts';
import type { Tx } from './db/kernel/transaction.ts';
import { remedyOf } from './db/kernel/waiting.ts';
import { rolesInWords } from './rules/plan/titles.ts';
import { FIRST_ROLES, inviteOfficer } from './seed.ts';

const UNDEFINED_TABLE = '42P01';

/** The account's name, or its number where the machine has no name for it. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

type Invited = NewCode & { zh: string; en: string };

/** A code past the interface: told in the administrative log and by an incident, which the auditor settles. */
async function invite(tx: Tx, role: (typeof FIRST_ROLES)[number]): Promise<Invited> {
  const { made, told } = await inviteOfficer(tx, role, OPERATOR_TELLER.principalId);
  const who = { osUser: osUser(), host: hostname(), release: own.version };
  await insertOperatorAct(tx, { kind: 'admin-invite', ...who, claimId: made.claimId });
  await openIncident(tx, {
    lane: 'administration',
    item: made.claimId,
    code: 'admin-invite',
    message: `${role}: ${who.osUser} @ ${who.host}`,
  });
  await tellAdministration(
    tx,
    OPERATOR_TELLER,
    told.map((act) => ({ ...act, personal: { ...act.personal, ...who } })),
  );
  return { ...made, ...rolesInWords(null, [role]) };
}

function readRole(): (typeof FIRST_ROLES)[number] {
  const { role } = parseArgs({ options: { role: { type: 'string' } } }).values;
  const found = FIRST_ROLES.find((each) => each === (role ?? 'administrator'));
  if (found !== undefined) return found;
  throw new ConfigError([`--role: ${FIRST_ROLES.join(' | ')}`]);
}

async function main(): Promise<void> {
  const role = readRole();
  const config = readConfig(process.env);
  // A folder that was mistyped would get a database of its own, and no code would open the service.
  if (config.databaseUrl === undefined && !hasEmbedded(config.dataDir)) {
    throw new Error(
      `${config.dataDir} 中没有数据库：请设与服务相同的 DATA_DIR（或 DATABASE_URL）；服务从未启动过的，请先启动一次。\nThere is no database in ${config.dataDir}: set the service's DATA_DIR (or DATABASE_URL); if it never ran, start the service once first.`,
    );
  }
  const embedded =
    config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
  const connectionString = embedded?.connectionString ?? (config.databaseUrl as string);
  const pool = createPool(connectionString, { max: 1, applicationName: 'chuangping admin:invite' });
  try {
    const { administer } = createPerformer(nouns, pool, createReferenceCache());
    const { code, zh, en, expiresAt } = await administer((tx) => invite(tx, role));
    process.stdout.write(
      `
  ${zh}的领取码，用一次，${expiresAt} 前有效；已记录何人、何时、在何处所发，并已告知审计员
  A one-time code for ${en}, until ${expiresAt}; who made it, when and where is recorded, and the auditor is told
    ${code}
  领取 · Claim: POST /v1/claims {"code":"${code}"}

`,
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
