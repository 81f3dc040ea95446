// The one owner of connections: every transaction of the service begins and ends here, and what an
// error means for it is said here. Not committed: it may be tried again. Unknown: the connection went
// after COMMIT was sent, and the server could not say what became of it. Refused: the server's word.

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { codeOf, isLastWord, isPassing, Unavailable } from './faults.ts';
import { createPool, createWriterPool } from './pool.ts';
import type { Statement, Tx } from './transaction.ts';
import { inOneWrite, statement } from './transaction.ts';
import type { WatchedClient } from './watched-client.ts';
import { CLUSTER, startWatch } from './watched-client.ts';

/**
 * Connections that batches go through. The first carries everything while it can: fewer and larger
 * batches cost less. The second opens when a good batch waits (with 32 clients 1.15 times the rate of
 * one pipe, and of two that open for any command), or behind a batch that is slow.
 */
export const PIPES = 2;
/** Transactions beside the pipes: principals, plans, imports. */
const ADMINISTRATORS = 2;
/** One for the process's own heartbeat (heartbeat.ts), one to ask the server about the others. */
const KEEPERS = 2;
/** The session of a simulation, of which one runs at a time; see sandbox.ts. */
const SIMULATIONS = 1;
const OTHERS = PIPES + ADMINISTRATORS + KEEPERS + SIMULATIONS;
const READERS_MIN = 3;
/** How long connections may take to end. */
const END_MS = 2_000;
/** The fewest connections that a process can work with. */
export const CONNECTIONS_MIN = OTHERS + READERS_MIN;

export type Connections = {
  /** For everything that only reads. */
  readers: pg.Pool;
  /** For batches of commands: no reader and no import keeps a decision waiting. */
  pipes: pg.Pool;
  /** For transactions that belong to no campaign, and for lists. */
  administration: pg.Pool;
  end: () => Promise<void>;
};

/** Opens pools of `max` connections in all, CONNECTIONS_MIN at least. Nothing is connected yet. */
export function openConnections(
  connectionString: string,
  { max, onError }: { max: number; onError?: (error: Error) => void },
): Connections {
  if (max < CONNECTIONS_MIN) throw new RangeError(`${CONNECTIONS_MIN} connections at least`);
  const watch = startWatch(connectionString);
  const options = (what: string, most: number) => ({
    max: most,
    applicationName: `chuangping${what}`,
    ...(onError === undefined ? {} : { onError }),
  });
  const pools = {
    readers: createPool(connectionString, options('', max - OTHERS), watch),
    pipes: createWriterPool(connectionString, options(' commands', PIPES), watch),
    administration: createWriterPool(
      connectionString,
      options(' administration', ADMINISTRATORS),
      watch,
    ),
  };
  return {
    ...pools,
    end: async () => {
      // A server that is gone never answers the farewell.
      const late = setTimeout(() => {
        for (const client of watch.clients) client.cut();
      }, END_MS);
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
      clearTimeout(late);
      watch.end();
    },
  };
}

/** A transaction under way, as seen by a caller who waits for it and may not wait for ever. */
export type Flight = {
  /** True while the server says that it works on it. */
  isWorking: () => boolean;
  isCommitSent: boolean;
  /** Set when nobody waits for it any more, and nothing is to be committed. */
  isAbandoned: boolean;
};

export const newFlight = (): Flight => ({
  isWorking: () => false,
  isCommitSent: false,
  isAbandoned: false,
});

/** The result of a transaction, and the one statement still to be sent, together with COMMIT. */
export type Decided<Result> = { result: Result; last?: Statement | undefined };

/** How long what became of a COMMIT is looked for; after that nobody waits for it any more. */
const FATE_MS = 1_000;
const FATE_AGAIN_MS = 50;

/**
 * Runs `work` in a transaction on a connection of `pool`. `work` calls `begin` once, together with its
 * first statements. Throws what `work` throws and what the server refuses; Unavailable when the
 * connection was lost: nothing is committed, unless it `isUnknown`.
 */
export async function transact<Result>(
  pool: pg.Pool,
  work: (tx: Tx, begin: () => Promise<void>) => Promise<Decided<Result>>,
  flight: Flight = newFlight(),
): Promise<Result> {
  let transaction: string | undefined;
  const { result, lost } = await withConnection(pool, async (client) => {
    flight.isWorking = () => client.isWorking;
    const begin = async (): Promise<void> => {
      const told = await client.query('begin; select pg_current_xact_id()::text as id');
      // Two statements are answered by two results, which pg's types do not know.
      const [, named] = told as unknown as pg.QueryResult<{ id: string }>[];
      transaction = named?.rows[0]?.id;
    };
    const { result, last } = await work(client as WatchedClient & Tx, begin);
    if (flight.isAbandoned) throw new Unavailable('nobody waits for it any more');
    flight.isCommitSent = true;
    const failure = await commit(client, last);
    if (failure === null) return { result, lost: undefined };
    if (!isLost(client, failure)) throw failure;
    client.cut();
    return { result, lost: { failure, cluster: client.session?.cluster ?? null } };
  });
  if (lost === undefined) return result;
  const { failure, cluster } = lost;
  const fate = await fateOf(pool, cluster, transaction);
  if (fate === 'committed') return result;
  throw new Unavailable('the connection was lost while committing', {
    cause: failure,
    isUnknown: fate === 'unknown',
  });
}

/** Runs `work` in a transaction of its own and commits it. Throws as `transact`. */
export const inTransaction = <Result>(
  pool: pg.Pool,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> =>
  transact(pool, async (tx, begin) => {
    await begin();
    return { result: await work(tx) };
  });

/** Reads in one snapshot that sees no later change; nothing can be written. */
export const inSnapshot = <Result>(
  pool: pg.Pool,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> =>
  withConnection(pool, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const result = await work(client as WatchedClient & Tx);
    await client.query('commit');
    return result;
  });

/**
 * Runs `work` on a connection that goes back clean: what is open is rolled back, what is broken is
 * closed. Throws Unavailable when there is no connection to be had, or when it was lost.
 */
export async function withConnection<Result>(
  pool: pg.Pool,
  work: (client: WatchedClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new Unavailable('no connection to the database', { cause: error });
  });
  const watched = client as pg.PoolClient & WatchedClient;
  let isFit = true;
  try {
    return await work(watched);
  } catch (error) {
    // A database that became read-only was taken over by another, which only a new connection finds.
    if (codeOf(error) === '25006') isFit = false;
    if (isLost(watched, error)) {
      watched.cut();
      throw new Unavailable('the connection to the database was lost', { cause: error });
    }
    await rollback(watched);
    throw error;
  } finally {
    client.release(!isFit || watched.isOver);
  }
}

const isLost = (client: WatchedClient, error: unknown): boolean =>
  client.isOver || isLastWord(error);

async function rollback(client: WatchedClient): Promise<void> {
  if (client.getTransactionStatus() === 'I') return;
  await client.query('rollback').catch(() => client.cut());
}

/**
 * Sends what is last and COMMIT in one write. Null when it is committed, else the error that says why
 * not: a statement that fails makes the COMMIT behind it a ROLLBACK, without an error of its own.
 */
async function commit(client: WatchedClient, last: Statement | undefined): Promise<unknown> {
  const [stored, ended] = await inOneWrite(client, () =>
    Promise.allSettled([last === undefined ? null : client.query(last), client.query('commit')]),
  );
  if (ended.status === 'fulfilled' && ended.value.command === 'COMMIT') return null;
  if (stored.status === 'rejected') return stored.reason;
  return ended.status === 'rejected'
    ? ended.reason
    : new Error('the transaction was rolled back where it was to be committed');
}

// A backend that still holds the transaction waits for a client that is gone; ending it settles the fate.
const FATE = statement(
  'fate-of-transaction',
  `
    select s.status, ${CLUSTER} as cluster,
           (select count(pg_terminate_backend(a.pid)) from pg_stat_activity a
             where s.status = 'in progress' and a.backend_xid is not null
               and a.backend_xid::text::bigint = $1::text::bigint % 4294967296) as ended
      from (select pg_xact_status($1::text::xid8) as status) s`,
);

/** The fate of a transaction whose COMMIT was not answered, by the word of the same cluster. */
async function fateOf(
  pool: pg.Pool,
  cluster: string | null,
  transaction: string | undefined,
): Promise<'committed' | 'aborted' | 'unknown'> {
  if (cluster === null || transaction === undefined) return 'unknown';
  const untilMs = performance.now() + FATE_MS;
  for (;;) {
    try {
      const { rows } = await pool.query<{ status: string | null; cluster: string | null }>({
        ...FATE,
        values: [transaction],
      });
      const [fate] = rows;
      if (fate?.cluster !== cluster) return 'unknown';
      if (fate.status === 'committed' || fate.status === 'aborted') return fate.status;
    } catch (error) {
      if (!isPassing(error)) return 'unknown';
    }
    if (performance.now() > untilMs) return 'unknown';
    await sleep(FATE_AGAIN_MS);
  }
}
