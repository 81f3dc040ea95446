// Connections with limits, and values in the domain's types: instants and days as strings, counts as
// numbers.

import pg from 'pg';
import type { Watch } from './watched-client.ts';
import { startWatch, WatchedClient } from './watched-client.ts';

type PoolOptions = {
  /** The most connections of the pool. */
  max: number;
  applicationName: string;
  /**
   * Plans each named statement once, not for every array it is given (planning took 1 ms where
   * running took 0.2), and by keys only: a plan made while a table was still empty would scan it for
   * as long as the connection lives.
   */
  genericPlans?: boolean;
  /** Sends statements without waiting for answers: a command is two round trips instead of six. */
  pipeline?: boolean;
  /** The server refuses these sessions every write but to temporary tables of their own. */
  readOnly?: boolean;
  /** Hears of a broken idle connection; the pool replaces it by itself. */
  onError?: (error: Error) => void;
};

/** The longest that a statement may take: the limit of work in progress, such as a large export. */
const STATEMENT_TIMEOUT_MS = 30_000;
// The longest wait for a connection, and for another transaction's lock. A request that finds no
// room in that time is told so before three seconds are over.
const CONNECTION_TIMEOUT_MS = 2_000;
const LOCK_TIMEOUT_MS = 2_000;
// The server rolls back the transactions of a process that died in silence. A transaction may wait for
// the store of files in between, and for nothing else.
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;

const parseInteger = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer`);
  return value;
};

/** '2017-09-28 12:00:00.123456+08' → '2017-09-28T04:00:00.123Z'; ±infinity stays as it is. */
const parseInstant = (text: string): string => {
  if (text.endsWith('infinity')) return text;
  // An offset without minutes, such as +00, is not RFC 3339, but Temporal takes it.
  return Temporal.Instant.from(text).toString({ fractionalSecondDigits: 3 });
};

// The types of pg have no number for an array's type.
const parseArray = pg.types.getTypeParser(1016 as never) as (text: string) => (string | null)[];
const eachOf = (parse: (text: string) => unknown) => (text: string) =>
  parseArray(text).map((item) => (item === null ? null : parse(item)));
const asIs = (text: string) => text;

// Object identifiers of pg_type: they are part of PostgreSQL's interface and never change.
const PARSERS: Record<number, (text: string) => unknown> = {
  20: parseInteger, // int8
  1016: eachOf(parseInteger),
  1082: asIs, // date
  1182: eachOf(asIs),
  1184: parseInstant, // timestamptz
  1185: eachOf(parseInstant),
};

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    PARSERS[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Makes a pool whose every wait has an end: for a connection, for a lock, for a statement, and, by the
 * watch, for a server that is gone. A broken connection harms only the callers that wait on it. Sessions
 * run in UTC with ISO dates. Connections join `watch`, or one of the pool's own.
 */
export const createPool = (
  connectionString: string,
  options: PoolOptions,
  shared?: Watch,
): pg.Pool => {
  const watch = shared ?? startWatch(connectionString);
  const pool = new pg.Pool({
    connectionString,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    // jit is off because it compiles for seconds what runs for milliseconds, and before PostgreSQL 18 the
    // cost that enable_seqscan=off adds is enough to start it.
    options: `-c TimeZone=UTC -c DateStyle=ISO -c jit=off${
      options.genericPlans ? ' -c plan_cache_mode=force_generic_plan -c enable_seqscan=off' : ''
    }${options.readOnly ? ' -c default_transaction_read_only=on' : ''}`,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    types,
    Client: WatchedClient,
    onConnect: async (client) => {
      const watched = client as WatchedClient;
      watch.clients.add(watched);
      watched.once('end', () => watch.clients.delete(watched));
      await watched.introduce();
    },
  });
  // The pool replaces a broken idle connection; without a listener its error would end the process.
  pool.on('error', options.onError ?? (() => undefined));
  if (shared === undefined) {
    const end = pool.end.bind(pool);
    pool.end = (async () => {
      watch.end();
      await end();
    }) as pg.Pool['end'];
  }
  return pool;
};

/** The pool that commands are performed on; see `genericPlans` and `pipeline`. */
export const createWriterPool = (
  connectionString: string,
  options: Omit<PoolOptions, 'genericPlans' | 'pipeline'>,
  shared?: Watch,
): pg.Pool =>
  createPool(connectionString, { ...options, genericPlans: true, pipeline: true }, shared);
