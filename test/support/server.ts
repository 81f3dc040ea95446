// The one PostgreSQL of a test run: TEST_DATABASE_URL, a container with TEST_POSTGRES=container, or
// the embedded server. It holds a migrated template, and a seeded one, of which each test file takes a
// copy.

import { mkdtemp, readdir, readFile, readlink, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import type { Officers } from '../../rehearsal/kit/admission.ts';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { startVirtualClock } from '../../src/command/kernel/clock.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { startEmbedded } from '../../src/db/embedded/embedded.ts';
import { prepareLogins } from '../../src/db/kernel/logins.ts';
import { migrate } from '../../src/db/kernel/migrate.ts';
import { createPool } from '../../src/db/kernel/pool.ts';
import { seed } from '../../src/seed.ts';
import { onDatabase } from './database.ts';
import { claimed } from './people.ts';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
    /** Migrated, without data. */
    templateName: string;
    /** Seeded on 20 May 2017, without a virtual clock. */
    seededName: string;
    /** The keys that the first two officers claimed. */
    officers: Officers;
  }
}

type TestServer = { url: string; stop(): Promise<unknown> };

const PREFIX = 'chuangping-test-';
const ABANDONED_AFTER_MS = 600_000;
// The data of a test need not survive a power cut; everything else is as in production.
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  // A test reads the WAL of its run, which files beside it would have recycled meanwhile.
  wal_keep_size: '1GB',
};

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Ends the servers of runs that were killed before they could. */
const sweep = async () => {
  for (const name of await readdir(tmpdir())) {
    const runner = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!runner || isAlive(runner)) continue;
    const folder = join(await realpath(tmpdir()), name);
    const age = Date.now() - (await stat(folder)).mtimeMs;
    if (age < ABANDONED_AFTER_MS) continue;
    const cluster = join(folder, 'postgresql', 'cluster');
    const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
    const server = Number.parseInt(pidFile, 10);
    const cwd = server ? await readlink(`/proc/${server}/cwd`).catch(() => '') : '';
    if (cwd === cluster) process.kill(server, 'SIGQUIT');
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
};

const startOwn = async (): Promise<TestServer> => {
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const embedded = await startEmbedded({ dataDir, settings: SETTINGS });
  const stop = async () => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: embedded.superuser, stop };
};

const startContainer = async (): Promise<TestServer> => {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer('postgres:18').start();
  return { url: container.getConnectionUri(), stop: () => container.stop() };
};

const startServer = (env: NodeJS.ProcessEnv): Promise<TestServer> => {
  if (env.TEST_DATABASE_URL) {
    return Promise.resolve({ url: env.TEST_DATABASE_URL, stop: () => Promise.resolve() });
  }
  return env.TEST_POSTGRES === 'container' ? startContainer() : startOwn();
};

/** Migrates the template, seeds a copy of it, and answers the keys of the first two officers. */
const fill = async (admin: pg.Pool, server: TestServer, template: string, seeded: string) => {
  const on = async <Made>(name: string, work: (pool: pg.Pool) => Promise<Made>): Promise<Made> => {
    const pool = createPool(onDatabase(server.url, name), { max: 1, applicationName: 'template' });
    return work(pool).finally(() => pool.end());
  };
  await admin.query(`create database "${template}" template template0 encoding 'UTF8'`);
  await on(template, async (pool) => {
    await migrate(pool, join(import.meta.dirname, '../../migrations'));
    await prepareLogins(pool);
  });
  await admin.query(`create database "${seeded}" template "${template}"`);
  return on(seeded, async (pool) => {
    await startVirtualClock(pool, '2017-05-20T01:00:00Z');
    const { firstCodes } = await seed(pool);
    if (firstCodes === null) throw new Error('the database was seeded before');
    const { administer } = createPerformer(nouns, pool, createReferenceCache());
    const keyFor = async (code: string) => (await administer((tx) => claimed(tx, code))).key;
    const administrator = await keyFor(firstCodes.administrator);
    const securityOfficer = await keyFor(firstCodes.securityOfficer);
    await pool.query('delete from virtual_clock');
    return { administrator, securityOfficer };
  });
};

export default async ({ provide }: TestProject) => {
  const server = await startServer(process.env);
  const run = `cp_test_${crypto.randomUUID().slice(0, 8)}`;
  const [templateName, seededName] = [`${run}_template`, `${run}_seeded`];
  const admin = new pg.Pool({ connectionString: server.url, max: 1 });
  // At the end of a run the embedded server goes down under this pool.
  admin.on('error', () => undefined);
  const teardown = async () => {
    const { rows } = await admin.query<{ name: string }>(
      "select datname as name from pg_database where datname like $1 || '%'",
      [run],
    );
    for (const { name } of rows) await admin.query(`drop database "${name}" with (force)`);
    const roles = await admin.query<{ name: string }>(
      "select rolname as name from pg_roles where rolname like $1 || '%'",
      [run],
    );
    for (const { name } of roles.rows) await admin.query(`drop role "${name}"`);
    await admin.end();
    await server.stop();
  };
  try {
    provide('officers', await fill(admin, server, templateName, seededName));
  } catch (error) {
    await teardown();
    throw error;
  }
  provide('serverUrl', server.url);
  provide('templateName', templateName);
  provide('seededName', seededName);
  return teardown;
};
