// Forward-only migrations: each SQL file runs once, in the order of its number, in a transaction.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { isPassing } from './faults.ts';
import { WatchedClient } from './watched-client.ts';

/** The database and the files disagree, or a file's SQL failed; the message is written for the operator. */
export class MigrationError extends Error {
  override name = 'MigrationError';

  constructor(zh: string, en: string, options?: ErrorOptions) {
    super(`${zh}\n${en}`, options);
  }
}

type Migration = { name: string; sql: string; sha256: string };
/** A migration as a database remembers it: which one, and its content then. */
export type Applied = Pick<Migration, 'name' | 'sha256'>;

const NAME = /^\d{4}_[a-z0-9_]+\.sql$/;
// The number is arbitrary, as long as nothing else in this database locks by it.
const MIGRATION_LOCK = 7_039_201_705_21n;

const readMigrations = async (folder: string): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  for (const name of names) {
    if (!NAME.test(name))
      throw new MigrationError(
        `迁移文件 ${name} 的名称不合规则，应形如 0001_some_name.sql。`,
        `${name} is not named like 0001_some_name.sql.`,
      );
    const number = name.slice(0, 4);
    if (numbers.has(number))
      throw new MigrationError(
        `有两个迁移文件编号同为 ${number}。`,
        `Two migrations have the number ${number}.`,
      );
    numbers.add(number);
  }
  return Promise.all(
    names.map(async (name) => {
      // A checkout may have changed the line ends; the SQL is the same.
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

/** The migrations still to be applied; throws if history is not the beginning of the files. */
const findPending = (files: Migration[], applied: readonly Applied[]) => {
  for (const [position, { name, sha256 }] of applied.entries()) {
    const file = files.find((candidate) => candidate.name === name);
    if (!file) {
      throw new MigrationError(
        `迁移 ${name} 已应用于本数据库，但文件缺失：本程序比数据库旧。`,
        `Migration ${name} was applied to this database but its file is missing: this release is older than the database.`,
      );
    }
    if (file.sha256 !== sha256) {
      throw new MigrationError(
        `迁移 ${name} 在应用之后被改动：请恢复原文件，并把改动写成新的迁移。`,
        `Migration ${name} was edited after it was applied: restore the file and put the change into a new migration.`,
      );
    }
    const expected = files[position]?.name;
    if (expected !== name) {
      throw new MigrationError(
        `迁移 ${expected} 排在已应用的 ${name} 之前：请改用下一个编号。`,
        `Migration ${expected} comes before ${name}, which was applied already: give it the next free number.`,
      );
    }
  }
  return files.slice(applied.length);
};

const applyOne = async (client: pg.Client, { name, sql, sha256 }: Migration) => {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into migration (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    if (isPassing(error)) throw error;
    throw new MigrationError(
      `迁移 ${name} 失败：${(error as Error).message}`,
      `Migration ${name} failed: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
};

/**
 * Throws MigrationError unless this release can bring a database with these migrations up to date: they are
 * the beginning of its own.
 */
export const assertKnown = async (folder: string, applied: readonly Applied[]): Promise<void> => {
  findPending(await readMigrations(folder), applied);
};

/** The names of the migrations this release knows. */
export const listMigrations = async (folder: string): Promise<string[]> =>
  (await readMigrations(folder)).map(({ name }) => name);

/**
 * Applies the missing migrations and answers their names. Services that start together wait for one
 * another. Throws MigrationError, and the database's errors while it is away; a migration that fails,
 * or that `signal` ends, leaves nothing behind. With `last` it goes no further than that one.
 */
export const migrate = async (
  pool: pg.Pool,
  folder: string,
  signal?: AbortSignal,
  last?: string,
): Promise<string[]> => {
  const all = await readMigrations(folder);
  const files = last === undefined ? all : all.filter(({ name }) => name <= last);
  // This client has none of the pool's limits: a migration over many rows takes its time, and so does
  // another service's that this one waits for. Closing the client releases the lock.
  const client = new WatchedClient({ ...pool.options, statement_timeout: 0, lock_timeout: 0 });
  const abort = (): void => client.cut();
  signal?.addEventListener('abort', abort);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(`create table if not exists migration (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`);
    const { rows } = await client.query<Migration>(
      'select name, sha256 from migration order by name',
    );
    const pending = findPending(files, rows);
    for (const migration of pending) await applyOne(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    signal?.removeEventListener('abort', abort);
    await client.end().catch(() => undefined);
  }
};
