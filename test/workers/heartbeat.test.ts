import { hostname } from 'node:os';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  BEAT_TIMEOUT_MS,
  type DatabaseState,
  type Heartbeat,
  startHeartbeat,
} from '../../src/workers/heartbeat.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let hearts: Heartbeat[];
beforeEach(async () => {
  database = await createTestDatabase();
  hearts = [];
});
afterEach(async () => {
  await Promise.all(hearts.map(({ stop }) => stop()));
  await database.drop();
});

const WITHIN = { timeout: 10_000 };

const beating = async (): Promise<{ heart: Heartbeat; turns: DatabaseState[] }> => {
  const { rows } = await database.pool.query('select name from migration order by name');
  const turns: DatabaseState[] = [];
  const heart = await startHeartbeat({
    replica: {
      id: crypto.randomUUID(),
      host: hostname(),
      pid: process.pid,
      release: '0.1.0',
      migrations: rows.map(({ name }) => name),
      fileStore: 'a folder',
    },
    newClient: () =>
      new pg.Client({
        connectionString: database.connectionString,
        connectionTimeoutMillis: BEAT_TIMEOUT_MS,
        statement_timeout: BEAT_TIMEOUT_MS,
        query_timeout: BEAT_TIMEOUT_MS,
      }),
    nowMs: () => performance.now(),
    onTurn: (state) => turns.push(state),
  });
  hearts.push(heart);
  return { heart, turns };
};

test('F12: a full disk that a command met is believed until a table has really grown', async () => {
  const { heart, turns } = await beating();
  expect(heart.state()).toMatchObject({ isWritable: true, live: 1 });
  const growing = await database.pool.query(
    `select pg_get_functiondef('try_growing'::regproc) as sql`,
  );
  await database.pool.query(`
    create or replace function try_growing() returns void language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
  heart.noteFault(Object.assign(new Error('could not extend file'), { code: '53100' }));
  expect(heart.state()).toMatchObject({ isWritable: false, fault: '53100' });
  // Its own row is updated all the while: that alone proves nothing.
  const seen = async () =>
    (await database.pool.query('select seen_at from replica')).rows[0].seen_at as string;
  const before = await seen();
  await expect.poll(seen, WITHIN).not.toBe(before);
  expect(heart.state().isWritable).toBe(false);
  await database.pool.query(growing.rows[0].sql);
  await expect.poll(() => heart.state().isWritable, WITHIN).toBe(true);
  expect(turns.map(({ isWritable }) => isWritable)).toEqual([false, true]);
});

test('F12: growing takes room of its own and leaves nothing behind', async () => {
  await beating();
  const { rows } = await database.pool.query(
    `select pg_total_relation_size('growth_probe') < 65536 as small,
            (select count(*)::int from growth_probe) as count`,
  );
  expect(rows).toEqual([{ small: true, count: 0 }]);
});

test('a command that is refused or contended casts no doubt on the database', async () => {
  const { heart } = await beating();
  for (const code of ['23505', '40P01', '42601']) {
    heart.noteFault(Object.assign(new Error(code), { code }));
  }
  expect(heart.state().isWritable).toBe(true);
});

test('processes are counted while they live; one that ends in order is gone at once', async () => {
  const { heart } = await beating();
  const second = await beating();
  expect(second.heart.state().live).toBe(2);
  await expect.poll(() => heart.state().live, WITHIN).toBe(2);
  await second.heart.stop();
  await expect.poll(() => heart.state().live, WITHIN).toBe(1);
});
