import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { asUser, loginName, ownLogins, prepareLogins } from '../../src/db/kernel/logins.ts';
import { createPool } from '../../src/db/kernel/pool.ts';
import { createSeededDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let rules: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  database = await createSeededDatabase();
  const { rows } = await database.pool.query<{ rule: string; names: string[] }>(
    'select rule, array_agg(name order by name) as names from table_rule group by rule',
  );
  rules = new Map(rows.map(({ rule, names }) => [rule, names]));
});
afterAll(() => database.drop());

const codeOf = (pool: pg.Pool, sql: string): Promise<string> =>
  pool.query(sql).then(
    () => 'done',
    ({ code }: { code?: string }) => code ?? 'no code',
  );
const ruled = (rule: string): readonly string[] => rules.get(rule) ?? [];
const columnOf = async (table: string): Promise<string> => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select attname as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
      order by attnum limit 1`,
    [table],
  );
  return rows[0]?.name ?? '';
};

test('every table that a rule names is there, and what is kept for good is among them', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    'select name from table_rule where to_regclass(name) is null',
  );
  expect(rows).toEqual([]);
  expect(ruled('append-only')).toContain('event');
});

test('F11: what is kept for good is changed by no log-in of the service, nor emptied, nor altered', async () => {
  for (const table of ruled('append-only')) {
    const column = await columnOf(table);
    for (const sql of [
      `update ${table} set ${column} = ${column}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
      `alter table ${table} disable trigger all`,
      `alter table ${table} add column more text`,
      `drop table ${table} cascade`,
    ]) {
      expect([sql, await codeOf(database.facts, sql)]).toEqual([sql, '42501']);
    }
  }
});

test('F11: the app’s log-in becomes nobody else, and switches no trigger off', async () => {
  for (const sql of [
    'set role postgres',
    `set role ${pg.escapeIdentifier(loginName(inject('templateName'), 'reader'))}`,
    'set session authorization postgres',
    'set session_replication_role = replica',
    'create table more (id integer)',
    'alter table role_grant disable trigger roles_are_separate',
    "insert into table_rule values ('event', 'fixed')",
    'delete from migration',
  ]) {
    expect([sql, await codeOf(database.facts, sql)]).toEqual([sql, '42501']);
  }
  const { rows } = await database.facts.query<{ owns: number; super: boolean }>(
    `select (select count(*)::int from pg_class where relowner = r.oid) as owns, r.rolsuper as super
       from pg_roles r where r.rolname = current_user`,
  );
  expect(rows).toEqual([{ owns: 0, super: false }]);
});

test('F11: the reader’s log-in writes nothing, even where it says that it would', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
  );
  const client = await database.readers.connect();
  try {
    for (const { name } of rows) {
      const column = await columnOf(name);
      for (const sql of [
        `insert into ${name} default values`,
        `update ${name} set ${column} = ${column}`,
        `delete from ${name}`,
        `truncate ${name} cascade`,
      ]) {
        await client.query('set default_transaction_read_only = on');
        const asIs = await client.query(sql).catch(({ code }) => code);
        await client.query('set default_transaction_read_only = off');
        const anyhow = await client.query(sql).catch(({ code }) => code);
        expect([sql, ['25006', '42501'].includes(asIs), anyhow]).toEqual([sql, true, '42501']);
      }
    }
  } finally {
    client.release(true);
  }
});

test('F11: the reader’s log-in has no right at all to what is secret', async () => {
  expect(ruled('secret')).toEqual(expect.arrayContaining(['api_key', 'ballot_urn', 'draw_secret']));
  for (const table of ruled('secret')) {
    expect([table, await codeOf(database.readers, `select 1 from ${table}`)]).toEqual([
      table,
      '42501',
    ]);
  }
  expect(await codeOf(database.readers, 'select 1 from subject')).toBe('done');
});

test('a name that leaves no room for its kind is shortened, and stays the database’s own', () => {
  expect(loginName('chuangping', 'app')).toBe('chuangping_app');
  const names = ['a', 'b'].map((end) => loginName(`${'创'.repeat(19)}${end}`, 'reader'));
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  expect(new Set(names).size).toBe(2);
  expect(names[0]).toMatch(/^创+_[0-9a-f]{16}_reader$/);
});

test('passwords follow from the owner’s, each its own, and none without it', () => {
  const { app, reader } = ownLogins(
    'postgresql://owner:s%40crét@db.example:5433/创评?application_name=x',
  );
  const [one, other] = [new pg.Client(app), new pg.Client(reader)];
  expect([one.user, one.host, one.port, one.database]).toEqual([
    '创评_app',
    'db.example',
    5433,
    '创评',
  ]);
  expect(one.password).toMatch(/^[\w-]{43}$/);
  expect(other.password).not.toBe(one.password);
  const bare = new pg.Client(ownLogins('postgresql://owner@/x?host=/run').app);
  expect([bare.user, bare.password ?? null]).toEqual(['x_app', null]);
});

test('log-ins are made once by processes that start together, and again by none', async () => {
  const name = new URL(database.connectionString.replace(/@\//, '@socket/')).pathname.slice(1);
  const made = await Promise.all([1, 2, 3].map(() => prepareLogins(database.pool)));
  expect(made.map(({ areApart }) => areApart)).toEqual([true, true, true]);
  expect(await prepareLogins(database.pool)).toEqual(made[0]);
  const { rows } = await database.pool.query(
    `select rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles
      where rolname = any ($1) order by rolname`,
    [[loginName(name, 'app'), loginName(name, 'reader')]],
  );
  const plain = { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false };
  expect(rows).toEqual(['app', 'reader'].map((kind) => ({ rolname: `${name}_${kind}`, ...plain })));
});

test('an owner who may make no log-ins serves for all, and says so', async () => {
  const owner = `${loginName(inject('templateName'), 'app')}_poor`;
  await database.pool.query(`create role "${owner}" login password 'poor'`);
  const other = await createSeededDatabase();
  const pool = createPool(asUser(other.connectionString, owner, 'poor'), {
    max: 1,
    applicationName: 'poor',
  });
  try {
    const url = pool.options.connectionString;
    expect(await prepareLogins(pool)).toEqual({ app: url, reader: url, areApart: false });
  } finally {
    await pool.end();
    await other.drop();
  }
});

test('log-ins that the operator has made get the same rights', async () => {
  const [app, reader] = ['their_app', 'their_reader'].map(
    (name) => `${inject('templateName').replace(/_template$/, '')}_${name}`,
  ) as [string, string];
  for (const name of [app, reader]) {
    await database.pool.query(`create role "${name}" login password 'theirs'`);
  }
  const named = {
    app: asUser(database.connectionString, app, 'theirs'),
    reader: asUser(database.connectionString, reader, 'theirs'),
  };
  expect(await prepareLogins(database.pool, named)).toEqual({ ...named, areApart: true });
  const pool = createPool(named.app, { max: 1, applicationName: 'theirs' });
  expect(await codeOf(pool, 'delete from event')).toBe('42501');
  expect(await codeOf(pool, 'delete from timer')).toBe('done');
  await pool.end();
});
