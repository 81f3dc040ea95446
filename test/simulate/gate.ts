// Every statement of a replica passes here, and one of them is in the air at a time. Statements that are
// sent in one write are one burst. Before some bursts are sent, and before the answers of some are told,
// the code stands still at a named point until the scheduler lets it go on, breaks its connection, or takes
// the whole process away.

import pg from 'pg';
import { Violation } from './invariants.ts';
import type { Replica } from './replica.ts';
import { real, running } from './virtual-time.ts';

/** The points where a replica may stand, in the words of the coverage report. */
export const POINTS = [
  'before begin',
  'locked',
  'decided',
  'committed',
  'work done',
  'work committed',
  'fate told',
  'answered',
  'timers listed',
  'operations listed',
  'items listed',
  'items done',
  'outcomes stored',
  'behind listed',
  'phase moved',
  'failure met',
  'incidents claimed',
] as const;
export type Point = (typeof POINTS)[number];

/** Turns of the event loop after which everything that can go on has gone on. */
const TURNS = 3;
/** The wait for an answer before the server is asked whether the backend waits for a lock. */
const LOOK_MS = 3;
const STUCK_MS = 20_000;
/** The most looks at code that works in a transaction, before it is declared stuck. */
const IDLE_MAX = 100_000;

type Points = { readonly [statement: string]: Point };
const AFTER: Points = {
  'lock-subjects': 'locked',
  commit: 'committed',
  'fate-of-transaction': 'fate told',
  'list-due-timers': 'timers listed',
  'running-operations': 'operations listed',
  'next-items': 'items listed',
  'list-behind': 'behind listed',
  'claim-incidents': 'incidents claimed',
};
const BEFORE: Points = {
  begin: 'before begin',
  commit: 'decided',
  'store-outcomes': 'items done',
  'settle-items': 'outcomes stored',
  'store-reach': 'phase moved',
  'record-failures': 'failure met',
};

const ALONE: { readonly [point in Point]?: Point } = {
  decided: 'work done',
  committed: 'work committed',
};

export type Held = {
  replica: Replica;
  point: Point;
  /** The work done there, the same in every run of a seed. */
  about: string;
  /** The connection; null where a client waits for its answer. */
  client: pg.Client | null;
  go: () => void;
  /** Loses the answer with the connection; nothing is lost before the burst was sent. */
  lose: (error: Error) => void;
};

type Asked = {
  name: string;
  values: readonly unknown[];
  send: () => Promise<unknown>;
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
};

type Line = {
  replica: Replica;
  client: pg.Client;
  /** The number of the connection among its replica's, in the order it made them. */
  number: number;
  asked: Asked[];
  isBusy: boolean;
  isOpen: boolean;
};

const lines = new Map<pg.Client, Line>();
export const held = new Set<Held>();

/** A request to the server: one statement, or a connection. */
type Flight = { line: Line; what: string; begin: () => void; landed: Promise<void> };

/** Flights whose turn is yet to come. */
let waiting: Flight[] = [];
/** Flights that wait for a lock, in the order they came to. Their backends are stopped. */
let blocked: Flight[] = [];
let isTouched = true;

/** True when something may have been written since the last call. */
export function wasTouched(): boolean {
  const was = isTouched;
  isTouched = false;
  return was;
}

/** Waits for its turn, asks the server, and gives the answer. */
async function inTurn(
  line: Line,
  what: string,
  send: () => Promise<unknown>,
): Promise<PromiseSettledResult<unknown>> {
  let land = (): void => undefined;
  const landed = new Promise<void>((resolve) => {
    land = resolve;
  });
  await new Promise<void>((begin) => waiting.push({ line, what, begin, landed }));
  const [answer] = await Promise.allSettled([send()]);
  // Others see nothing of a transaction before its end.
  if (!line.isOpen || what === 'commit') isTouched = true;
  land();
  return answer;
}

/**
 * Resolves when nothing moves any more by itself: all stand at points, sleep, or wait for a lock. One
 * flight is in the air at a time, and `told` hears of each. Two flights released from locks at once would
 * race for their next one, so a backend that waits is stopped as a process, and flights that need wait no
 * longer go on one by one. Throws Violation when a flight neither ends nor waits.
 */
export async function settle(db: pg.ClientBase, told: (line: string) => void): Promise<void> {
  for (let idle = 0; idle < IDLE_MAX; ) {
    for (let turn = 0; turn < TURNS; turn += 1) await real.immediate();
    const free = await findFree(db);
    const flight = free ?? waiting.shift();
    if (flight === undefined) {
      if (!isAnyAtWork()) return;
      idle += 1;
      continue;
    }
    idle = 0;
    const { line, what, begin } = flight;
    told(`${line.replica.number}.${line.number} ${free === null ? what : 'goes on'}`);
    if (free === null) begin();
    else letGo(free);
    if (await lands(db, flight)) continue;
    told(`${line.replica.number}.${line.number} waits`);
    blocked.push(flight);
    process.kill(backendOf(line.client), 'SIGSTOP');
  }
  throw new Violation('code in a transaction neither asks for anything nor ends');
}

/** Lets a stopped backend run. */
function letGo(flight: Flight): void {
  blocked = blocked.filter((one) => one !== flight);
  try {
    process.kill(backendOf(flight.line.client), 'SIGCONT');
  } catch (error) {
    // The server had ended the backend.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The first of the blocked flights that need wait no longer; null when there is none. */
async function findFree(db: pg.ClientBase): Promise<Flight | null> {
  if (blocked.length === 0) return null;
  const waits = await blockersOf(db, blocked);
  return blocked.find(({ line }) => (waits.get(backendOf(line.client)) ?? []).length === 0) ?? null;
}

/** True when the flight has been answered, false when it waits for a lock. */
async function lands(db: pg.ClientBase, { line, landed }: Flight): Promise<boolean> {
  const begunMs = real.nowMs();
  while (real.nowMs() - begunMs < STUCK_MS) {
    const late = new Promise<false>((resolve) => real.setTimeout(() => resolve(false), LOOK_MS));
    if (await Promise.race([landed.then(() => true), late])) return true;
    const pid = backendOf(line.client);
    if (!(pid > 0)) continue;
    const waits = await blockersOf(db, [...blocked, { line }]);
    // When flights wait for each other in a circle, the server ends this one, which closed it.
    if ((waits.get(pid) ?? []).length > 0 && !isCircle(waits, pid)) return false;
  }
  throw new Violation('something neither ends nor waits');
}

/** The backends that each backend waits for, as the server says. */
async function blockersOf(
  db: pg.ClientBase,
  flights: readonly Pick<Flight, 'line'>[],
): Promise<Map<number, number[]>> {
  const { rows } = await db.query<{ pid: number; by: number[] }>({
    name: 'blockers',
    text: 'select pid, pg_blocking_pids(pid) as by from unnest($1::int[]) pid',
    values: [flights.map(({ line }) => backendOf(line.client))],
  });
  return new Map(rows.map(({ pid, by }) => [pid, by]));
}

function isCircle(waits: ReadonlyMap<number, readonly number[]>, from: number): boolean {
  const behind = new Set(waits.get(from));
  for (const pid of behind) for (const next of waits.get(pid) ?? []) behind.add(next);
  return behind.has(from);
}

/** True when code in an open transaction neither stands at a point nor waits for the server. */
const isAnyAtWork = (): boolean =>
  [...lines.values()].some(
    (line) =>
      line.isOpen &&
      !line.replica.isGone &&
      !blocked.some((one) => one.line === line) &&
      ![...held].some(({ client }) => client === line.client),
  );

/** The server releases the locks of lost connections, and their flights are forgotten. */
export async function clearAway(db: pg.ClientBase, clients: readonly pg.Client[]): Promise<void> {
  const pids = clients.map(backendOf).filter((pid) => pid > 0);
  const isLost = ({ line }: Flight): boolean => clients.includes(line.client);
  waiting = waiting.filter((flight) => !isLost(flight));
  for (const flight of blocked.filter(isLost)) {
    // The end comes first: the awaited lock may be free by now, and the statement must not run any more.
    process.kill(backendOf(flight.line.client), 'SIGTERM');
    letGo(flight);
  }
  for (;;) {
    const { rows } = await db.query<{ left: number }>(
      `select count(pg_terminate_backend(pid))::int as left
         from pg_stat_activity where pid = any ($1)`,
      [pids],
    );
    if (rows[0]?.left === 0) return;
  }
}

/** No process of the server stays stopped, however a run ends. */
export function letAllGo(): void {
  for (const flight of blocked) letGo(flight);
}

export const backendOf = (client: pg.Client): number =>
  (client as unknown as { processID: number }).processID;

export const connectionsOf = (replica: Replica): pg.Client[] =>
  [...lines].filter(([, line]) => line.replica === replica).map(([client]) => client);

/** Breaks a connection as a network does: neither side is told. */
export function cut(client: pg.Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
  lines.delete(client);
}

/** Stands at this point until it is let go. */
export const standAt = (stand: Omit<Held, 'go' | 'lose'>): Promise<void> =>
  new Promise((resolve, reject) => {
    const one: Held = {
      ...stand,
      go: () => {
        held.delete(one);
        resolve();
      },
      lose: (error) => {
        held.delete(one);
        reject(error);
      },
    };
    held.add(one);
  });

const never = (): Promise<never> => new Promise(() => undefined);

/** The description of a burst: its statements, and the subjects it locks or stores. */
const aboutOf = (burst: readonly Asked[]): string =>
  burst
    .map(({ name, values }) =>
      name === 'lock-subjects' ? `${name} ${JSON.stringify(values[1])}` : name,
    )
    .join(', ');

async function flush(line: Line): Promise<void> {
  const { client, replica } = line;
  line.isBusy = true;
  while (line.asked.length > 0) {
    const burst = line.asked.splice(0);
    const about = aboutOf(burst);
    const pointOf = (points: Points) => {
      const point = burst.map(({ name }) => points[name]).find((one) => one !== undefined);
      // A batch of commands stores and commits in one write; work of the service commits by itself.
      return (burst.length === 1 && point && ALONE[point]) || point;
    };
    const before = pointOf(BEFORE);
    const after = pointOf(AFTER);
    if (before !== undefined) {
      await standAt({ replica, point: before, about, client }).catch(() => undefined);
      if (replica.isGone) return;
    }
    // One write or several make no difference to the server.
    const answers: PromiseSettledResult<unknown>[] = [];
    for (const { name, send } of burst) {
      if (name === 'begin') line.isOpen = true;
      answers.push(await inTurn(line, name, send));
      if (replica.isGone) return;
    }
    if (burst.some(({ name }) => name === 'commit' || name === 'rollback')) line.isOpen = false;
    let lost: Error | null = null;
    if (after !== undefined && answers.every(({ status }) => status === 'fulfilled')) {
      replica.saw(after, burst);
      await standAt({ replica, point: after, about, client }).catch((error: Error) => {
        lost = error;
      });
      if (replica.isGone) return;
    }
    for (const [index, { resolve, reject }] of burst.entries()) {
      const answer = answers[index];
      if (lost !== null) reject(lost);
      else if (answer?.status === 'fulfilled') resolve(answer.value);
      else reject(answer?.reason);
    }
  }
  line.isBusy = false;
}

type Config = { name?: string; text?: string; values?: unknown[] };

const nameOf = (config: unknown): string => {
  const { name, text = '' } = (typeof config === 'string' ? { text: config } : config) as Config;
  // This statement is planned each time, so it has no name of its own.
  if (name === undefined && text.includes('as late_ms')) return 'list-due-timers';
  return name ?? /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? '';
};

/** Puts every connection of a replica behind the gate; the simulation's own connections pass by. */
export function installGate(): void {
  const proto = pg.Client.prototype as unknown as {
    query: (...asked: unknown[]) => unknown;
    connect: (...asked: unknown[]) => unknown;
  };
  const { query, connect } = proto;
  proto.connect = function (this: pg.Client, ...asked: unknown[]) {
    const replica = running.getStore();
    if (replica === undefined) return connect.apply(this, asked);
    if (replica.isGone) return never();
    replica.connections += 1;
    const number = replica.connections;
    const line: Line = {
      replica,
      client: this,
      number,
      asked: [],
      isBusy: false,
      isOpen: false,
    };
    lines.set(this, line);
    this.on('end', () => lines.delete(this));
    const callback = asked[0] as ((...told: unknown[]) => void) | undefined;
    const made = (async () => {
      let told: unknown[] = [];
      await inTurn(line, 'connect', async () => {
        told = await new Promise<unknown[]>((resolve) => {
          connect.call(this, (...answer: unknown[]) => resolve(answer));
        });
      });
      if (replica.isGone) return never();
      if (callback !== undefined) callback(...told);
      else if (told[0]) throw told[0];
      return this;
    })();
    return callback === undefined ? made : undefined;
  };
  proto.query = function (this: pg.Client, ...asked: unknown[]) {
    const line = lines.get(this);
    const [config] = asked;
    if (line === undefined || typeof (config as { submit?: unknown })?.submit === 'function') {
      return running.getStore()?.isGone ? never() : query.apply(this, asked);
    }
    if (line.replica.isGone) return never();
    const callback = typeof asked.at(-1) === 'function' ? asked.pop() : undefined;
    const values = (asked[1] ?? (config as Config).values ?? []) as unknown[];
    const answered = new Promise((resolve, reject) => {
      const send = () => query.apply(this, asked) as Promise<unknown>;
      line.asked.push({ name: nameOf(config), values, send, resolve, reject });
      if (!line.isBusy) {
        line.isBusy = true;
        // Statements of the same turn go along in one burst.
        queueMicrotask(() => void flush(line));
      }
    });
    if (callback === undefined) return answered;
    const tell = callback as (error: unknown, answer?: unknown) => void;
    answered.then(
      (answer) => tell(undefined, answer),
      (error) => tell(error),
    );
    return undefined;
  };
}
