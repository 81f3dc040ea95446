// The one owner of connections: every transaction of the service begins and ends here, and this file
// decides what an error means for it. Unavailable: nothing was committed, so the caller may try again.
// Unknown: the connection was lost after COMMIT was sent, and the server could not tell the transaction's
// fate. Any other error is the server's refusal and is passed on.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { codeOf, isLastWord, isPassing, Unavailable } from './faults.ts';
import { createPool, createWriterPool } from './pool.ts';
import type { Statement, Tx } from './transaction.ts';
import { inOneWrite, statement } from './transaction.ts';
import type { WatchedClient } from './watched-client.ts';
import { CLUSTER, startWatch } from './watched-client.ts';

/**
 * Connections that batches go through. The first carries everything while it can, because fewer and
 * larger batches cost less. The second opens when a good batch waits, or behind a batch that is slow:
 * with 32 clients the rate is 1.15 times that of one pipe, and of two that open for any command.
 */
export const PIPES = 2;
/** Transactions beside the pipes: principals, plans, imports. */
const ADMINISTRATORS = 2;
/** What the service reads for itself: keys, what is due, the facts of decisions, and before commands. */
const FACTS = 3;
/** One connection is for the process's heartbeat (heartbeat.ts), one asks the server about the others. */
const KEEPERS = 2;
/** The session of a simulation; only one simulation runs at a time (sandbox.ts). */
const SIMULATIONS = 1;
const OTHERS = PIPES + ADMINISTRATORS + FACTS + KEEPERS + SIMULATIONS;
const READERS_MIN = 3;
/** The longest that connections may take to end. */
const END_MS = 2_000;
/** The fewest connections that a process can work with. */
export const CONNECTIONS_MIN = OTHERS + READERS_MIN;

/** The connection strings by which the service performs and reads (logins.ts makes the log-ins). */
export type Logins = { app: string; reader: string };

export type Connections = {
  /** For callers that only read; by the reader's log-in, as no other is. */
  readers: pg.Pool;
  /** For what the service reads for itself, beyond what a caller may read. */
  facts: pg.Pool;
  /** For batches of commands, so that no reader and no import keeps a decision waiting. */
  pipes: pg.Pool;
  /** For transactions that belong to no campaign, and for lists. */
  administration: pg.Pool;
  end: () => Promise<void>;
};

/** Opens pools of `max` connections in all, CONNECTIONS_MIN at least. None connects before its first use. */
export function openConnections(
  { app, reader }: Logins,
  { max, onError }: { max: number; onError?: (error: Error) => void },
): Connections {
  if (max < CONNECTIONS_MIN) throw new RangeError(`${CONNECTIONS_MIN} connections at least`);
  // The server tells a log-in about its own connections only, so each log-in has a watch.
  const watch = startWatch(app);
  const readersWatch = startWatch(reader);
  const options = (what: string, most: number) => ({
    max: most,
    applicationName: `chuangping${what}`,
    ...(onError === undefined ? {} : { onError }),
  });
  const pools = {
    readers: createPool(
      reader,
      { ...options('', max - OTHERS), readOnly: true, pipeline: true, genericPlans: true },
      readersWatch,
    ),
    facts: createPool(app, options(' facts', FACTS), watch),
    pipes: createWriterPool(app, options(' commands', PIPES), watch),
    administration: createWriterPool(app, options(' administration', ADMINISTRATORS), watch),
  };
  return {
    ...pools,
    end: async () => {
      // A server that is gone never answers the farewell, so its connections are cut.
      const late = setTimeout(() => {
        for (const client of [...watch.clients, ...readersWatch.clients]) client.cut();
      }, END_MS);
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
      clearTimeout(late);
      watch.end();
      readersWatch.end();
    },
  };
}

/** A transaction under way, for a caller who waits for it but may not wait for ever. */
export type Flight = {
  /** True while the server says that it works on the transaction. */
  isWorking: () => boolean;
  isCommitSent: boolean;
  /** Set when nobody waits for the transaction any more, so that it is not committed. */
  isAbandoned: boolean;
};

export const newFlight = (): Flight => ({
  isWorking: () => false,
  isCommitSent: false,
  isAbandoned: false,
});

/** The result of a transaction, and the one statement that is still to be sent together with COMMIT. */
export type Decided<Result> = { result: Result; last?: Statement | undefined };

/** The longest that the fate of a COMMIT is looked for; nobody waits for it after that. */
const FATE_MS = 1_000;
const FATE_AGAIN_MS = 50;

/**
 * Runs `work` in a transaction on a connection of `pool`. `work` calls `begin` once, together with its
 * first statements. Throws the errors of `work` and the refusals of the server; throws Unavailable when
 * the connection was lost: nothing is committed then, unless the error `isUnknown`.
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

/** Runs `work` in a transaction of its own and commits it. Throws as `transact` does. */
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

/** The settings by which the wall decides (`reaches`), and searches: paths end with '/', and '0' follows '/'. */
function settingsOf(reaches: string): [name: string, value: string][] {
  const each = reaches === '' ? [] : reaches.split('\n').toSorted();
  const ends = each.map((reach) => `${reach.slice(0, -1)}0`).toSorted();
  return [
    ['reaches', reaches],
    ['from', each[0] ?? ''],
    ['until', ends.at(-1) ?? ''],
  ];
}

/**
 * Sends the one statement of `ask` in a transaction of its own that sees what lies within `reaches`, one a
 * line. All goes out in one write. The setting ends with the transaction, and without it nothing is seen.
 */
export async function inReach<Result>(
  client: pg.ClientBase,
  reaches: string,
  ask: () => Promise<Result>,
): Promise<Result> {
  const said = settingsOf(reaches).map(
    ([name, value]) => `set_config('chuangping.${name}', ${pg.escapeLiteral(value)}, true)`,
  );
  const [begun, answered, ended] = await inOneWrite(client, () =>
    Promise.allSettled([
      client.query(`begin read only; select ${said.join(', ')}`),
      ask(),
      client.query('commit'),
    ]),
  );
  if (begun.status === 'rejected') throw begun.reason;
  if (answered.status === 'rejected') throw answered.reason;
  if (ended.status === 'rejected') throw ended.reason;
  return answered.value;
}

/**
 * Runs `work` on a connection that goes back clean: an open transaction is rolled back, a broken
 * connection is closed. Throws Unavailable when no connection can be had, or when it was lost.
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
    // A database that became read-only was replaced by another one, which only a new connection finds.
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
 * Sends the last statement and COMMIT in one write. Null when the transaction is committed, else the
 * error that says why not: a failed statement turns the COMMIT behind it into a ROLLBACK, which has no
 * error of its own.
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

/** The fate of a transaction whose COMMIT was not answered; only the same cluster's word counts. */
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
