import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MigrationError, migrate } from '../../src/db/kernel/migrate.ts';
import { createPool } from '../../src/db/kernel/pool.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  await write('0001_site.sql', 'create table site (id text primary key);');
  await write('0002_site_mode.sql', 'alter table site add mode text;');
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const write = (name: string, sql: string) => writeFile(join(folder, name), sql);

const tables = async () => {
  const { rows } = await database.pool.query(
    "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
  );
  return rows.map(({ name }) => name);
};

test('files are applied once, in the order of their numbers', async () => {
  expect(await migrate(database.pool, folder)).toEqual(['0001_site.sql', '0002_site_mode.sql']);
  expect(await migrate(database.pool, folder)).toEqual([]);
  await write('0003_base.sql', 'create table base (id text primary key);');
  expect(await migrate(database.pool, folder)).toEqual(['0003_base.sql']);
  expect(await tables()).toEqual(['base', 'migration', 'site']);
});

test('a migration that fails leaves nothing behind and what came before stays', async () => {
  await write('0003_broken.sql', 'create table base (id text); select 1/0;');
  await expect(migrate(database.pool, folder)).rejects.toThrow(
    'Migration 0003_broken.sql failed: division by zero',
  );
  expect(await tables()).toEqual(['migration', 'site']);
  await write('0003_broken.sql', 'create table base (id text);');
  expect(await migrate(database.pool, folder)).toEqual(['0003_broken.sql']);
});

test('an edited migration is refused, a turned end of line is not an edit', async () => {
  await write('0001_site.sql', 'create table site (\n  id text primary key\n);');
  await migrate(database.pool, folder);
  await write('0001_site.sql', 'create table site (\r\n  id text primary key\r\n);');
  expect(await migrate(database.pool, folder)).toEqual([]);
  await write('0001_site.sql', 'create table site (id int primary key);');
  await expect(migrate(database.pool, folder)).rejects.toThrow(
    /0001_site\.sql was edited after it was applied/,
  );
});

test('a database newer than the release is refused', async () => {
  await migrate(database.pool, folder);
  await rm(join(folder, '0002_site_mode.sql'));
  await expect(migrate(database.pool, folder)).rejects.toThrow(
    /0002_site_mode\.sql was applied to this database but its file is missing/,
  );
});

test('a number before one that was applied is refused', async () => {
  await write('0004_base.sql', 'create table base (id text);');
  await migrate(database.pool, folder);
  await write('0003_late.sql', 'create table late (id text);');
  await expect(migrate(database.pool, folder)).rejects.toThrow(
    /0003_late\.sql comes before 0004_base\.sql/,
  );
});

test.each([
  ['0003-base.sql', /0003-base\.sql is not named like/],
  ['0002_base.sql', /Two migrations have the number 0002/],
])('a file named %s is refused before anything is applied', async (name, reason) => {
  await write(name, 'select 1;');
  await expect(migrate(database.pool, folder)).rejects.toThrow(reason);
  await expect(migrate(database.pool, folder)).rejects.toThrow(MigrationError);
  expect(await tables()).toEqual([]);
});

test('what is no SQL file stays unread', async () => {
  await write('README.md', 'why');
  await mkdir(join(folder, 'old'));
  expect(await migrate(database.pool, folder)).toHaveLength(2);
});

test('of services that start together, one migrates and the others wait for it', async () => {
  const pools = [1, 2, 3, 4].map(() =>
    createPool(database.connectionString, { max: 1, applicationName: 'service' }),
  );
  const applied = await Promise.all(pools.map((pool) => migrate(pool, folder)));
  expect(applied.map((names) => names.length).sort()).toEqual([0, 0, 0, 2]);
  await Promise.all(pools.map((pool) => pool.end()));
});

test("the project's own migrations are applied to the template of every test", async () => {
  const copy = await createTestDatabase();
  const own = join(import.meta.dirname, '..', '..', 'migrations');
  expect(await migrate(copy.pool, own)).toEqual([]);
  await copy.drop();
});
