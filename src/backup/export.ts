// `npm run export`: every table of the database by COPY, all in one snapshot. It is the way into a database of
// another major version, which no copy of files is.

import { chown, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { BackupError, type Say } from './backup-error.ts';
import { copyMeasured, syncFolder, writeWhole } from './stored-files.ts';
import {
  type Export,
  exportFile,
  listPartitions,
  listSequences,
  listTables,
  type Table,
} from './tables.ts';

// The number is arbitrary, as long as nothing else in this database locks by it.
const EXPORT_LOCK = 7_039_201_705_23n;

type Exporting = { cluster: string; superuser: string; out: string; say: Say };

/** A folder into which the server's account may write, since it is the server that copies. */
export const makeServerFolder = async (cluster: string, name: string): Promise<string> => {
  const folder = join(dirname(cluster), name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  const { uid, gid } = await stat(cluster);
  await chown(folder, uid, gid);
  return folder;
};

/** The path between double quotes, for a line of shell in a string of SQL. */
export const asProgram = (command: string): string => pg.escapeLiteral(command);

const exportTable = async (
  client: pg.Client,
  { name, columns }: Table,
  staging: string,
  folder: string,
): Promise<Export['tables'][number]> => {
  const path = `${name.replaceAll(/[^\w.-]/g, '_')}.copy.gz`;
  const copied = await client.query(
    `copy ${name} (${columns.join(', ')})
       to program ${asProgram(`gzip -1 -c >"${join(staging, path)}"`)}`,
  );
  const measured = await copyMeasured(join(staging, path), join(folder, path));
  await rm(join(staging, path));
  return { name, columns, rows: copied.rowCount ?? 0, path, ...measured };
};

const exportAll = async (
  client: pg.Client,
  staging: string,
  folder: string,
  say: Say,
): Promise<Export> => {
  await client.query('begin isolation level repeatable read read only');
  const { rows: versions } = await client.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  const migrations = await client.query<Export['migrations'][number]>(
    'select name, sha256 from migration order by name',
  );
  const partitions = await listPartitions(client);
  const tables: Export['tables'] = [];
  for (const table of await listTables(client)) {
    const exported = await exportTable(client, table, staging, folder);
    say(`${table.name}：${exported.rows} 行`, `${table.name}: ${exported.rows} rows`);
    tables.push(exported);
  }
  // Sequences belong to no snapshot: they are read last, and are never behind the tables.
  const sequences = await listSequences(client);
  await client.query('commit');
  return {
    format: 1,
    serverVersion: versions[0]?.version ?? '',
    migrations: migrations.rows,
    partitions,
    tables,
    sequences,
  };
};

/**
 * Exports every table into `out`, a folder that is not there yet; it appears when it is whole. Throws
 * BackupError when the folder is there or another export is under way.
 */
export const exportTables = async ({
  cluster,
  superuser,
  out,
  say,
}: Exporting): Promise<{ tables: number; rows: number }> => {
  if (await lstat(out).catch(() => undefined)) {
    throw new BackupError(
      `${out} 已存在：请另选文件夹。`,
      `${out} is there already: choose another.`,
    );
  }
  const client = new pg.Client({
    connectionString: superuser,
    application_name: 'chuangping export',
  });
  await client.connect();
  const folder = `${out}.part`;
  try {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as alone', [EXPORT_LOCK]);
    if (!rows[0]?.alone) {
      throw new BackupError('另一导出正在进行。', 'Another export is under way.');
    }
    const staging = await makeServerFolder(cluster, '.export');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const exported = await exportAll(client, staging, folder, say);
    await rm(staging, { recursive: true });
    await writeWhole(exportFile(folder), `${JSON.stringify(exported, null, 1)}\n`);
    await rename(folder, out);
    await syncFolder(dirname(out));
    const { tables } = exported;
    return { tables: tables.length, rows: tables.reduce((sum, table) => sum + table.rows, 0) };
  } finally {
    await client.end();
  }
};
