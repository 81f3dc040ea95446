import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CONNECTIONS_MIN,
  inSnapshot,
  inTransaction,
  newFlight,
  openConnections,
  transact,
  withConnection,
} from '../../src/db/kernel/connections.ts';
import { Unavailable } from '../../src/db/kernel/faults.ts';
import type { Tx } from '../../src/db/kernel/transaction.ts';
import type { WatchedClient } from '../../src/db/kernel/watched-client.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createEmptyDatabase();
  pool = database.writers;
  await pool.query(`
    create table mark (name text primary key, pair text);
    alter table mark add constraint mark_pair foreign key (pair) references mark (name)
      deferrable initially deferred`);
});
afterAll(() => database.drop());

const marks = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ name: string }>('select name from mark order by 1');
  return rows.map(({ name }) => name);
};
const mark = (name: string, pair: string | null = null) => ({
  name: 'insert-mark',
  text: 'insert into mark (name, pair) values ($1, $2)',
  values: [name, pair],
});
const END_ITSELF = {
  name: 'end-itself',
  text: 'select pg_terminate_backend(pg_backend_pid())',
  values: [],
};
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
const unavailable = (isUnknown: boolean) =>
  expect.objectContaining({ name: 'Unavailable', isUnknown });

test('F1: a connection that is ended while it is worked on harms only what waits for it', async () => {
  const failure = await failureOf(
    inTransaction(pool, async (tx) => {
      await tx.query(mark('ended before COMMIT'));
      await tx.query(END_ITSELF);
    }),
  );
  expect(failure).toBeInstanceOf(Unavailable);
  expect(failure).toEqual(unavailable(false));
  await inTransaction(pool, (tx) => tx.query(mark('the next one')));
  expect(await marks()).toEqual(['the next one']);
});

test('F2: when the connection goes with the COMMIT, the server says whether it happened', async () => {
  const failure = await failureOf(
    transact(pool, async (tx, begin) => {
      await begin();
      await tx.query(mark('ended with COMMIT'));
      return { result: null, last: END_ITSELF };
    }),
  );
  expect(failure).toEqual(unavailable(false));
  expect(await marks()).not.toContain('ended with COMMIT');
});

test('F2: what another cluster says of a transaction is not believed', async () => {
  const failure = await failureOf(
    transact(pool, async (tx, begin) => {
      await begin();
      const { session } = tx as Tx & WatchedClient;
      if (session !== undefined) session.cluster = 'a standby that has taken over';
      return { result: null, last: END_ITSELF };
    }),
  );
  expect(failure).toEqual(unavailable(true));
});

test('a last statement that fails is the error told, and nothing is committed', async () => {
  const failure = await failureOf(
    transact(pool, async (tx, begin) => {
      await begin();
      await tx.query(mark('rolled back'));
      return { result: null, last: mark('rolled back') };
    }),
  );
  expect(failure).toEqual(expect.objectContaining({ code: '23505' }));
  expect(await marks()).not.toContain('rolled back');
});

test('what the server refuses in answer to COMMIT is its word, not a lost connection', async () => {
  const failure = await failureOf(
    inTransaction(pool, (tx) => tx.query(mark('half of a pair', 'nobody'))),
  );
  expect(failure).toEqual(expect.objectContaining({ code: '23503' }));
  expect(await marks()).not.toContain('half of a pair');
});

test('nothing is committed for somebody who was told already', async () => {
  const flight = newFlight();
  const failure = await failureOf(
    transact(
      pool,
      async (tx, begin) => {
        await begin();
        flight.isAbandoned = true;
        return { result: await tx.query(mark('too late')) };
      },
      flight,
    ),
  );
  expect(failure).toEqual(unavailable(false));
  expect(await marks()).not.toContain('too late');
});

test('a slow statement is waited for: the server says that it works on it', async () => {
  const flight = newFlight();
  const slow = transact(
    pool,
    async (tx, begin) => {
      await begin();
      return { result: (await tx.query<{ n: number }>('select 7 as n, pg_sleep(2.5)')).rows[0]?.n };
    },
    flight,
  );
  await expect.poll(() => flight.isWorking(), { timeout: 2_400 }).toBe(true);
  expect(await slow).toBe(7);
});

test('a read sees one moment and writes nothing', async () => {
  const seen = await inSnapshot(database.pool, async (tx) => {
    const before = await tx.query('select count(*) from mark');
    await inTransaction(pool, (other) => other.query(mark('meanwhile')));
    const after = await tx.query('select count(*) from mark');
    return [before.rows, after.rows];
  });
  expect(seen[0]).toEqual(seen[1]);
  const failure = await failureOf(inSnapshot(database.pool, (tx) => tx.query(mark('by a reader'))));
  expect(failure).toEqual(expect.objectContaining({ code: '25006' }));
});

test('a connection to a database that became read-only is not used again', async () => {
  const pids: number[] = [];
  const one = openConnections(database.logins, { max: CONNECTIONS_MIN });
  for (let turn = 0; turn < 2; turn += 1) {
    await failureOf(
      withConnection(one.administration, async (client) => {
        pids.push(client.session?.pid ?? 0);
        await client.query('begin read only');
        await client.query(mark('by a reader'));
      }),
    );
  }
  await one.end();
  expect(pids[0]).not.toBe(pids[1]);
});

test('F17: a process takes as many connections as it was given, and not one more', async () => {
  const max = CONNECTIONS_MIN + 4;
  const { end, ...pools } = openConnections(database.logins, { max });
  const most = Object.values(pools).map(({ options }) => options.max);
  // Beside them: the heartbeat, the question what a silent one is about, and a simulation's session.
  expect(most.reduce((sum, each) => sum + each, 0)).toBe(max - 3);
  await end();
  expect(() => openConnections({ app: '', reader: '' }, { max: CONNECTIONS_MIN - 1 })).toThrow(
    RangeError,
  );
});

test('F12: who waits for a lock is not worked for, and is told when the time is over', async () => {
  const flight = newFlight();
  await inTransaction(pool, (tx) => tx.query(mark('locked')));
  const held = Promise.withResolvers<void>();
  const holder = inTransaction(pool, async (tx) => {
    await tx.query(`select 1 from mark where name = 'locked' for update`);
    await held.promise;
  });
  const waiting = transact(
    pool,
    async (tx, begin) => {
      await begin();
      return { result: await tx.query(`select 1 from mark where name = 'locked' for update`) };
    },
    flight,
  );
  const ended = failureOf(waiting);
  const seen: boolean[] = [];
  while (seen.length < 18) {
    seen.push(flight.isWorking());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(seen).not.toContain(true);
  held.resolve();
  await holder;
  expect(await ended).toBeNull();
});
