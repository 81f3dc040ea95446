// `npm run import`: an export loaded into a new database, which takes its place in DATA_DIR when it is whole
// and its logs were reckoned again.

import { chown, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import {
  type Embedded,
  hasEmbedded,
  startEmbedded,
  stopAbandoned,
} from '../db/embedded/embedded.ts';
import { makeFolder } from '../db/embedded/postgres-binaries.ts';
import { assertKnown, migrate } from '../db/kernel/migrate.ts';
import { createPool } from '../db/kernel/pool.ts';
import { BackupError, type Say } from './backup-error.ts';
import { asProgram, makeServerFolder } from './export.ts';
import { copyMeasured, forEach, isSame, measureFile, syncFolder } from './stored-files.ts';
import { type Export, listSequences, listTables, makePartitions, readExport } from './tables.ts';
import { tryLogs } from './trial.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const IMPORTING = '.importing';

type Importing = { dataDir: string; from: string; say: Say };

const assertWhole = async (from: string, { tables }: Export): Promise<void> => {
  const damaged: string[] = [];
  await forEach(tables, async (table) => {
    if (!isSame(await measureFile(join(from, table.path)), table)) damaged.push(table.path);
  });
  if (damaged.length === 0) return;
  throw new BackupError(
    `导出的文件缺失或已损坏：${damaged.sort().join('、')}。`,
    `Files of the export are missing or damaged: ${damaged.join(', ')}.`,
  );
};

/** Brings the schema to where it was when the database was exported, or all the way. */
const migrateTo = async ({ connectionString }: Embedded, last?: string): Promise<void> => {
  const pool = createPool(connectionString, { max: 1, applicationName: 'chuangping import' });
  await migrate(pool, MIGRATIONS, undefined, last).finally(() => pool.end());
};

const assertSameTables = async (client: pg.Client, { tables }: Export): Promise<void> => {
  const shapeOf = (table: { name: string; columns: string[] }) =>
    `${table.name} (${table.columns.join(', ')})`;
  const here = (await listTables(client)).map(shapeOf).join('\n');
  if (here === tables.map(shapeOf).join('\n')) return;
  throw new BackupError(
    '导出的表与本版本建立的表不同：请以导出时的版本导入。',
    'The tables of the export are not those that this release makes: import it with the release that exported it.',
  );
};

const loadTable = async (
  client: pg.Client,
  { name, columns, path, rows }: Export['tables'][number],
  { from, staging }: { from: string; staging: string },
): Promise<void> => {
  const place = join(staging, path);
  await copyMeasured(join(from, path), place);
  const { uid, gid } = await stat(staging);
  await chown(place, uid, gid);
  const loaded = await client.query(
    `copy ${name} (${columns.join(', ')}) from program ${asProgram(`gzip -dc "${place}"`)}`,
  );
  await rm(place);
  if (loaded.rowCount === rows) return;
  throw new BackupError(
    `${name} 应有 ${rows} 行，实际载入 ${loaded.rowCount} 行。`,
    `${name} has ${rows} rows in the export, but ${loaded.rowCount} were loaded.`,
  );
};

/** Loads all tables in one transaction, in which no trigger fires and no foreign key is looked at. */
const load = async (embedded: Embedded, exported: Export, { from, say }: Importing) => {
  const { superuser, cluster } = embedded;
  const client = new pg.Client({
    connectionString: superuser,
    application_name: 'chuangping import',
  });
  await client.connect();
  try {
    const staging = await makeServerFolder(cluster, '.import');
    await client.query('begin');
    await makePartitions(client, exported.partitions);
    await assertSameTables(client, exported);
    await client.query('set local session_replication_role = replica');
    // What the migrations put there stands in the export, too.
    await client.query(`truncate ${exported.tables.map(({ name }) => name).join(', ')}`);
    for (const table of exported.tables) {
      await loadTable(client, table, { from, staging });
      say(`${table.name}：${table.rows} 行`, `${table.name}: ${table.rows} rows`);
    }
    const known = new Map(exported.sequences.map((sequence) => [sequence.name, sequence]));
    for (const { name } of await listSequences(client)) {
      const { value, isCalled } = known.get(name) ?? {};
      if (value !== undefined) {
        await client.query('select setval($1::regclass, $2, $3)', [name, value, isCalled]);
      }
    }
    await client.query('commit');
    await client.query('analyze');
    await rm(staging, { recursive: true });
  } finally {
    await client.end();
  }
};

const assertLogs = async ({ superuser }: Embedded, say: Say): Promise<void> => {
  const faults = await tryLogs(superuser, say);
  if (faults.length === 0) return;
  throw new BackupError(
    `导入的日志与其哈希不符，没有导入任何内容：\n  ${faults.join('\n  ')}`,
    'The logs of the export do not hold; nothing was imported.',
  );
};

/**
 * Makes a database in `dataDir`, which has none, and loads an export into it. An export of an earlier version
 * of the schema is brought up to date after that. Throws BackupError and MigrationError; then, and when it is
 * killed, `dataDir` still has no database.
 */
export const importTables = async (
  importing: Importing,
): Promise<{ tables: number; rows: number }> => {
  const { dataDir, from, say } = importing;
  if (hasEmbedded(dataDir)) {
    throw new BackupError(
      `${dataDir} 中已有数据库：请另设一个 DATA_DIR。`,
      `There is a database in ${dataDir} already: set another DATA_DIR.`,
    );
  }
  const exported = await readExport(from);
  await assertKnown(MIGRATIONS, exported.migrations);
  await assertWhole(from, exported);
  await makeFolder(dataDir);
  const beside = join(dataDir, IMPORTING);
  if (!(await stopAbandoned(beside))) {
    throw new BackupError('另一导入正在进行。', 'Another import is under way.');
  }
  await rm(beside, { recursive: true, force: true });
  try {
    const embedded = await startEmbedded({ dataDir: beside });
    try {
      await migrateTo(embedded, exported.migrations.at(-1)?.name ?? '');
      await load(embedded, exported, importing);
      await assertLogs(embedded, say);
      await migrateTo(embedded);
    } finally {
      await embedded.stop();
    }
    await rename(join(beside, 'postgresql'), join(dataDir, 'postgresql'));
    await syncFolder(dataDir);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  const { tables } = exported;
  return { tables: tables.length, rows: tables.reduce((sum, table) => sum + table.rows, 0) };
};
