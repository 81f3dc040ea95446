// What a restored database is held to: its logs, its indexes and tables, the heads of this backup and of the
// one before it, and the uploads it refers to.

import pg from 'pg';
import { verifyAll } from '../command/audit/verify.ts';
import { nameChains } from '../db/audit/chain-names.ts';
import { createPool } from '../db/kernel/pool.ts';
import { sayFault } from '../http/audit/fault-words.ts';
import { subjects } from '../http/resources.ts';
import type { Say } from './backup-error.ts';
import { holdsAdministration, listLostHeads } from './heads.ts';
import type { Manifest } from './manifest.ts';

/** So many faults of one kind are told by name. */
const FAULTS_TOLD_MAX = 20;

const tellSome = (faults: readonly string[]): string[] =>
  faults.length <= FAULTS_TOLD_MAX
    ? [...faults]
    : [
        ...faults.slice(0, FAULTS_TOLD_MAX),
        `… 另有 ${faults.length - FAULTS_TOLD_MAX} 处 · and ${faults.length - FAULTS_TOLD_MAX} more`,
      ];

/** Reckons both logs of a database again, as `npm run audit:verify` does; answers what is wrong. */
export const tryLogs = async (connectionString: string, say: Say): Promise<string[]> => {
  const pool = createPool(connectionString, { max: 1, applicationName: 'chuangping verify' });
  try {
    const { chains, events, faults } = await verifyAll(pool);
    say(
      `已重算 ${chains} 条链、${events} 条事件`,
      `reckoned ${chains} chains with ${events} events again`,
    );
    const names = await nameChains(pool, faults);
    return tellSome(
      faults.map((fault) => {
        const isIts = (name: (typeof names)[number]) =>
          name.campaignId === fault.campaignId && name.subjectId === fault.subjectId;
        const { zh, en } = sayFault(fault, subjects, names.find(isIts));
        return `${zh} · ${en}`;
      }),
    );
  } finally {
    await pool.end();
  }
};

type Past = { manifest: Manifest; folder: string };

const tryHeads = async (client: pg.Client, { manifest, folder }: Past): Promise<string[]> => {
  const lost = await listLostHeads(client, folder);
  const faults = lost.map(
    ({ campaignId, subjectId, sequence }) =>
      `日志被截断或重写，备份 ${manifest.name} 记得它更长 · a log was cut or rewritten, which backup ${manifest.name} remembers: ${campaignId} ${subjectId} ${sequence}`,
  );
  if (!(await holdsAdministration(client, manifest.administration))) {
    faults.push(
      `管理日志被截断或重写 · the log of administration was cut or rewritten since ${manifest.name}`,
    );
  }
  return tellSome(faults);
};

// Each index against its table, then each table and its toast by its own rules.
const CHECK_INDEXES = `
  select bt_index_check(i.indexrelid, true)
    from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam
   where a.amname = 'btree' and c.relpersistence = 'p' and i.indisready and i.indisvalid
     and c.relkind = 'i'`;
const CHECK_TABLES = `
  select c.oid::regclass::text as name, v.msg
    from pg_class c cross join lateral verify_heapam(c.oid) v
   where c.relkind in ('r', 'm') and c.relpersistence = 'p'`;

/** PostgreSQL's own amcheck over every index and table. */
const tryStorage = async (client: pg.Client, say: Say): Promise<string[]> => {
  const found = await client.query("select from pg_available_extensions where name = 'amcheck'");
  if (found.rowCount === 0) {
    say(
      '此 PostgreSQL 没有 amcheck，跳过索引检查',
      'there is no amcheck here: indexes are not looked at',
    );
    return [];
  }
  await client.query('create extension if not exists amcheck');
  try {
    const indexes = await client.query(CHECK_INDEXES);
    say(`amcheck：索引 ${indexes.rowCount} 个`, `amcheck: ${indexes.rowCount} indexes`);
  } catch (error) {
    return [`索引已损坏 · an index is damaged: ${(error as Error).message}`];
  }
  const { rows } = await client.query<{ name: string; msg: string }>(CHECK_TABLES);
  return tellSome(rows.map(({ name, msg }) => `表已损坏 · a table is damaged: ${name}: ${msg}`));
};

const tryUploads = async (
  client: pg.Client,
  uploads: ReadonlySet<string> | null,
): Promise<string[]> => {
  if (uploads === null) return [];
  const { rows } = await client.query<{ sha256: string }>('select distinct sha256 from file');
  return tellSome(
    rows
      .filter(({ sha256 }) => !uploads.has(sha256))
      .map(
        ({ sha256 }) => `数据库引用的文件不在备份中 · the backup lacks an uploaded file: ${sha256}`,
      ),
  );
};

/** What is wrong with a restored database, one sentence each. */
export const tryDatabase = async (
  connectionString: string,
  { past, uploads, say }: { past: readonly Past[]; uploads: ReadonlySet<string> | null; say: Say },
): Promise<string[]> => {
  const faults = await tryLogs(connectionString, say);
  const client = new pg.Client({ connectionString, application_name: 'chuangping verify' });
  await client.connect();
  try {
    for (const backup of past) faults.push(...(await tryHeads(client, backup)));
    faults.push(...(await tryUploads(client, uploads)));
    faults.push(...(await tryStorage(client, say)));
    return faults;
  } finally {
    await client.end();
  }
};
