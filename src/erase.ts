// `npm run erase` takes what the log says of a person, for the operator of the database, also while the
// service runs on it. Without --yes it says what it would take. docs/security.md lists what stays.

import { parseArgs } from 'node:util';
import type { Erased, Found, Wanted } from './command/audit/erase.ts';
import { erase, findErasable, ReasonNames } from './command/audit/erase.ts';
import type { FoundAccount } from './command/audit/erase-account.ts';
import { eraseAccount, findAccount } from './command/audit/erase-account.ts';
import { createPerformer } from './command/kernel/batches.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { nouns } from './command/nouns.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Named } from './db/audit/erasures.ts';
import { hasEmbedded, startEmbedded } from './db/embedded/embedded.ts';
import { createPool } from './db/kernel/pool.ts';
import type { Tx } from './db/kernel/transaction.ts';
import { remedyOf } from './db/kernel/waiting.ts';

const USAGE = `用法 · Usage
  npm run erase -- [--subject <编号 · id>] [--person <姓名 · name>] | --principal <账号编号 · id of an account> \\
    --by <经办人的账号编号 · id of an officer> --second <另一人的 · of another> --reason <理由 · why> [--yes]
  不加 --yes 只列出将擦除的内容。 · Without --yes it only lists what it would erase.`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

class UsageError extends Error {}

type Asked = { wanted: Wanted; principalId: string | null; named: Named; yes: boolean };

function readArguments(): Asked {
  const { values } = parseArgs({
    options: {
      subject: { type: 'string' },
      person: { type: 'string' },
      principal: { type: 'string' },
      by: { type: 'string' },
      second: { type: 'string' },
      reason: { type: 'string' },
      yes: { type: 'boolean', default: false },
    },
  });
  const { subject, person, principal, by, second, reason, yes } = values;
  const ids = [subject, principal, by, second].filter((id) => id !== undefined);
  if (
    (subject !== undefined || Boolean(person?.trim())) === (principal !== undefined) ||
    by === undefined ||
    second === undefined ||
    !reason?.trim() ||
    ids.some((id) => !UUID.test(id))
  )
    throw new UsageError(USAGE);
  const wanted = { subjectId: subject ?? null, person: person?.trim() || null };
  const named = { by, second, reason: reason.trim() };
  return { wanted, principalId: principal ?? null, named, yes };
}

const listed = ({ parts, persons }: Found): string =>
  [
    ...persons.map(({ id, name }) => `  ${name}（候选对象 · candidate ${id}）`),
    ...parts.map(
      ({ machine, subjectId, sequence, type, at, part }) =>
        `  ${at} ${machine} ${subjectId} #${sequence} ${type}：${Object.keys(part).length} 处 · texts`,
    ),
  ].join('\n');

const listedAccount = ({ row, acts }: FoundAccount): string =>
  [
    `  ${row.name}（账号 · account ${row.id}）`,
    ...acts.map(
      ({ sequence, kind, at, part }) =>
        `  ${at} 管理日志 · administrative log #${sequence} ${kind}：${Object.keys(part).length} 处 · texts`,
    ),
  ].join('\n');

const told = ({ parts, masked }: Erased): string =>
  [
    `  已擦除 ${parts} 个事件的个人信息 · the personal parts of ${parts} events were erased`,
    ...Object.entries(masked).map(([table, rows]) => `  ${table}：${rows}`),
  ].join('\n');

const NOTHING_YET = '  未擦除；加 --yes 擦除 · nothing was erased; --yes erases it';

async function answerFor(tx: Tx, { wanted, principalId, named, yes }: Asked): Promise<string> {
  if (principalId === null) {
    return yes
      ? told(await erase(tx, wanted, named))
      : `${listed(await findErasable(tx, wanted))}\n${NOTHING_YET}`;
  }
  const account = await findAccount(tx, principalId);
  if (account === null) throw new Error('没有这个账号。\nThere is no such account.');
  return yes
    ? told(await eraseAccount(tx, account, named))
    : `${listedAccount(account)}\n${NOTHING_YET}`;
}

async function main(): Promise<void> {
  const asked = readArguments();
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined && !hasEmbedded(config.dataDir)) {
    throw new Error(
      `${config.dataDir} 中没有数据库：请设与服务相同的 DATA_DIR（或 DATABASE_URL）。\nThere is no database in ${config.dataDir}: set the service's DATA_DIR (or DATABASE_URL).`,
    );
  }
  const embedded =
    config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
  const connectionString = embedded?.connectionString ?? (config.databaseUrl as string);
  const pool = createPool(connectionString, { max: 1, applicationName: 'chuangping erase' });
  try {
    const { administer } = createPerformer(nouns, pool, createReferenceCache());
    const said = await administer((tx) => answerFor(tx, asked));
    process.stdout.write(`\n${said}\n\n`);
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { constraint } = error as { constraint?: unknown };
  if (constraint === 'erased_by_two')
    return '须由两名不同的、账号有效且有角色的人员经办。\nTwo different officers erase, each with an account in use and a role.';
  if (constraint === 'erased_is_closed')
    return '账号仍在使用：先停用，再擦除。\nThe account is in use: disable it first.';
  if (error instanceof ReasonNames)
    return '理由会永久保留，不得写出将擦除的姓名或内容。\nThe reason is kept for ever: it must not say what is erased.';
  const remedy = remedyOf(error);
  return remedy === undefined ? error.message : `${remedy.zh}\n${remedy.en}\n  ${error.message}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageFor(error)}\n`);
  process.exit(error instanceof ConfigError || error instanceof UsageError ? 2 : 1);
});
