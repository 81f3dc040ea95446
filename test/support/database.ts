// A database of its own for a test file: a copy of the migrated template, or of the seeded one.

import pg from 'pg';
import { inject } from 'vitest';
import type { Logins } from '../../src/db/kernel/connections.ts';
import { ownLogins } from '../../src/db/kernel/logins.ts';
import { createPool, createWriterPool } from '../../src/db/kernel/pool.ts';

export type TestDatabase = {
  /** The owner's, by which a test looks and meddles. */
  pool: pg.Pool;
  /** The pool for commands as the service has it: the app's log-in, pipelined, planned by keys. */
  writers: pg.Pool;
  /** The app's log-in, for what the service reads for itself. */
  facts: pg.Pool;
  /** The reader's log-in. */
  readers: pg.Pool;
  /** The owner's. */
  connectionString: string;
  logins: Logins;
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

/** A copy keeps the rights that its template gave; the names of the log-ins are the template's. */
const loginsOn = (name: string): Logins => {
  const { app, reader } = ownLogins(onDatabase(inject('serverUrl'), inject('templateName')));
  return { app: onDatabase(app, name), reader: onDatabase(reader, name) };
};

/** An empty database has no tables yet that log-ins could have rights to. */
const loginsOfOwner = (owner: string): Logins => ({ app: owner, reader: owner });

const create = async (template: string): Promise<TestDatabase> => {
  const name = `${inject('templateName').replace(/_template$/, '')}_${crypto.randomUUID()}`;
  await administrate(`create database "${name}" template "${template}"`);
  const connectionString = onDatabase(inject('serverUrl'), name);
  const logins = template === 'template0' ? loginsOfOwner(connectionString) : loginsOn(name);
  const pool = createPool(connectionString, { max: 5, applicationName: 'test' });
  const writers = createWriterPool(logins.app, { max: 12, applicationName: 'test commands' });
  const facts = createPool(logins.app, { max: 5, applicationName: 'test facts' });
  const readers = createPool(logins.reader, {
    max: 5,
    applicationName: 'test readers',
    readOnly: true,
    pipeline: true,
    genericPlans: true,
  });
  return {
    pool,
    writers,
    facts,
    readers,
    connectionString,
    logins,
    drop: async () => {
      for (const each of [writers, facts, readers, pool]) if (!each.ended) await each.end();
      await administrate(`drop database if exists "${name}" with (force)`);
    },
  };
};

/** A migrated database without data. */
export const createTestDatabase = (): Promise<TestDatabase> => create(inject('templateName'));

/** A database as `seed` leaves it; the keys of its officers are `inject('officers')`. */
export const createSeededDatabase = (): Promise<TestDatabase> => create(inject('seededName'));

/** A database without anything, for tests of migrations and connections. */
export const createEmptyDatabase = (): Promise<TestDatabase> => create('template0');
