import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createPool } from '../../src/db/kernel/pool.ts';
import { readsOf } from '../../src/db/tables.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
});

afterAll(() => database.drop());

const select = async (expression: string, parameters: unknown[] = []) => {
  const { rows } = await database.pool.query(`select ${expression} as value`, parameters);
  return rows[0]?.value;
};

test.each([
  ["timestamptz '2017-09-28 12:00:00+08'", '2017-09-28T04:00:00.000Z'],
  ["timestamptz '2017-09-28 04:00:00.123456Z'", '2017-09-28T04:00:00.123Z'],
  ["timestamptz 'infinity'", 'infinity'],
  ["date '2017-05-20'", '2017-05-20'],
  ['count(*)', 1],
  ['9007199254740991::int8', Number.MAX_SAFE_INTEGER],
  ['null::timestamptz', null],
  ["array[date '2017-05-20', null]", ['2017-05-20', null]],
  ["array[timestamptz '2017-05-20 00:00+08']", ['2017-05-19T16:00:00.000Z']],
  ['array[1::int8, 2]', [1, 2]],
  [`'{"clause": "R17", "required": 3}'::jsonb`, { clause: 'R17', required: 3 }],
])('%s arrives as %j', async (expression, value) => {
  expect(await select(expression)).toEqual(value);
});

test('a count beyond what a number holds exactly is an error, never a wrong number', async () => {
  await expect(select('9007199254740992::int8')).rejects.toThrow('is not a safe integer');
});

test('an instant goes to the database and back as the same string', async () => {
  const instant = '2017-11-30T15:59:59.999Z';
  expect(await select('$1::timestamptz', [instant])).toBe(instant);
});

test('a session runs in UTC, whatever the server says', async () => {
  await database.pool.query(
    `do $$ begin execute format('alter database %I set timezone to ''Asia/Shanghai''', current_database()); end $$`,
  );
  const pool = createPool(database.connectionString, { max: 1, applicationName: 'zone' });
  const { rows } = await pool.query("select current_setting('TimeZone') as zone");
  expect(rows).toEqual([{ zone: 'UTC' }]);
  await pool.end();
});

test('typed SQL runs on the same pool', async () => {
  const pool = createPool(database.connectionString, { max: 1, applicationName: 'typed' });
  const { rows } = await sql<{
    name: string;
  }>`select current_setting('application_name') as name`.execute(readsOf(pool));
  expect(rows).toEqual([{ name: 'typed' }]);
  await pool.end();
});

test('an idle connection that the server ends is told, replaced, and harms nobody', async () => {
  const onError = vi.fn();
  const pool = createPool(database.connectionString, { max: 1, applicationName: 'idle', onError });
  const { rows } = await pool.query('select pg_backend_pid() as pid');
  await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
  await vi.waitUntil(() => onError.mock.calls.length > 0);
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test("what waits ends at its limit, by the server's own word", async () => {
  const { rows } = await database.pool.query(
    `select name, setting from pg_settings where name in
       ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by 1`,
  );
  expect(rows).toEqual([
    { name: 'idle_in_transaction_session_timeout', setting: '30000' },
    { name: 'lock_timeout', setting: '2000' },
    { name: 'statement_timeout', setting: '30000' },
  ]);
});

test('a server that accepts and never answers is given up', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const pool = createPool(`postgresql://cp@127.0.0.1:${port}/cp`, {
    max: 1,
    applicationName: 'silent',
  });
  await expect(pool.query('select 1')).rejects.toThrow(/timeout/);
  for (const socket of sockets) socket.destroy();
  await pool.end();
  silent.close();
});
