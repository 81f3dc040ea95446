// A database of its own for a test file: a copy of the migrated template, or of the seeded one.

import pg from 'pg';
import { inject } from 'vitest';
import { createPool, createWriterPool } from '../../src/db/kernel/pool.ts';

export type TestDatabase = {
  pool: pg.Pool;
  /** The pool for commands as the service has it: pipelined, planned by keys. */
  writers: pg.Pool;
  connectionString: string;
  /** Ends the pool and removes the database, even while others are connected. */
  drop(): Promise<void>;
};

/** The same server and account, another database. */
export const onDatabase = (url: string, name: string): string =>
  url.replace(/^(postgres(?:ql)?:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${name}`);

const administrate = async (sql: string) => {
  const client = new pg.Client({ connectionString: inject('serverUrl') });
  await client.connect();
  await client.query(sql).finally(() => client.end());
};

const create = async (template: string): Promise<TestDatabase> => {
  const name = `${inject('templateName').replace(/_template$/, '')}_${crypto.randomUUID()}`;
  await administrate(`create database "${name}" template "${template}"`);
  const connectionString = onDatabase(inject('serverUrl'), name);
  const pool = createPool(connectionString, { max: 5, applicationName: 'test' });
  const writers = createWriterPool(connectionString, { max: 12, applicationName: 'test commands' });
  return {
    pool,
    writers,
    connectionString,
    drop: async () => {
      await writers.end();
      if (!pool.ended) await pool.end();
      await administrate(`drop database if exists "${name}" with (force)`);
    },
  };
};

/** A migrated database without data. */
export const createTestDatabase = (): Promise<TestDatabase> => create(inject('templateName'));

/** A database as `seed` leaves it; its administrator's key is `inject('administratorKey')`. */
export const createSeededDatabase = (): Promise<TestDatabase> => create(inject('seededName'));

/** A database without anything, for tests of migrations and connections. */
export const createEmptyDatabase = (): Promise<TestDatabase> => create('template0');
