// Every statement of a replica passes here. What is sent in one write is one burst; before some bursts
// are sent, and before the answers of some are told, the code stands still at a named point until the
// scheduler lets it go on, loses its connection, or takes the whole process away.

import pg from 'pg';
import type { Replica } from './replica.ts';
import { real, running } from './virtual-time.ts';

/** Where a replica may stand, in the words that coverage is told in. */
export const POINTS = [
  'before begin',
  'locked',
  'decided',
  'committed',
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

export type Held = {
  replica: Replica;
  point: Point;
  /** What is done there, the same in every run of a seed. */
  about: string;
  /** The connection; none where a client waits for its answer. */
  client: pg.Client | null;
  go: () => void;
  /** The answer is lost with the connection; before it was sent nothing is. */
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
  /** Connections of a replica, in the order it made them. */
  number: number;
  asked: Asked[];
  isBusy: boolean;
  isOpen: boolean;
};

const lines = new Map<pg.Client, Line>();
export const held = new Set<Held>();
/** Connections on which the server owes an answer. */
export const awaited = new Set<pg.Client>();
let connecting = 0;

/** An answer that has come and is yet to be told: one at a time, in an order that a seed repeats. */
type Arrived = { key: string; replica: Replica; client: pg.Client; tell: () => void };
const arrived = new Set<Arrived>();

/** Tells the next answer there is; false when there is none. */
export function tellNext(): boolean {
  for (const one of arrived) if (one.replica.isGone) arrived.delete(one);
  const [first] = [...arrived].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (first === undefined) return false;
  arrived.delete(first);
  first.tell();
  return true;
}

let heard = (): void => undefined;

/** Resolves when the next answer comes, or after so many real milliseconds: false. */
export const nextArrival = (ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    const late = real.setTimeout(() => resolve(false), ms);
    heard = () => {
      clearTimeout(late);
      resolve(true);
    };
  });

const arrive = ({ replica, number }: Line, about: string, client: pg.Client): Promise<void> =>
  new Promise((tell) => {
    const key = `${replica.number} ${about} ${String(number).padStart(6, '0')}`;
    arrived.add({ key, replica, client, tell });
  });

let isTouched = true;

/** True when something may have been written since this was asked before. */
export function wasTouched(): boolean {
  const was = isTouched;
  isTouched = false;
  return was;
}

/** Connections that are being made. */
export const connectionsUnderWay = (): number => connecting;

/** Open transactions whose code neither stands at a point nor waits for the server. */
export const transactionsUnderWay = (): number =>
  [...lines].filter(
    ([client, line]) =>
      line.isOpen &&
      !line.replica.isGone &&
      !awaited.has(client) &&
      ![...arrived].some((one) => one.client === client) &&
      ![...held].some((one) => one.client === client),
  ).length;

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

/** What a burst is about: the statements, and the subjects it locks or stores. */
const aboutOf = (burst: readonly Asked[]): string =>
  burst
    .map(({ name, values }) =>
      name === 'lock-subjects' ? `${name} ${JSON.stringify(values[1])}` : name,
    )
    .join(', ');

async function flush(client: pg.Client, line: Line): Promise<void> {
  line.isBusy = true;
  while (line.asked.length > 0) {
    const burst = line.asked.splice(0);
    const { replica } = line;
    const about = aboutOf(burst);
    const pointOf = (points: Points) =>
      burst.map(({ name }) => points[name]).find((point) => point !== undefined);
    const before = pointOf(BEFORE);
    const after = pointOf(AFTER);
    if (before !== undefined) {
      await standAt({ replica, point: before, about, client }).catch(() => undefined);
      if (replica.isGone) return;
    }
    const answers: PromiseSettledResult<unknown>[] = [];
    // In one write or one by one is the same to the server; but two that it lets go on at once would
    // run for their next lock.
    for (const [index, { name, send }] of burst.entries()) {
      if (name === 'begin') line.isOpen = true;
      // Inside a transaction nothing is seen by others before its end.
      if (!line.isOpen || name === 'commit') isTouched = true;
      awaited.add(client);
      const [answer] = await Promise.allSettled([send()]);
      awaited.delete(client);
      heard();
      answers.push(answer);
      if (replica.isGone) return;
      if (index < burst.length - 1) await arrive(line, about, client);
      if (replica.isGone) return;
    }
    if (burst.some(({ name }) => name === 'commit' || name === 'rollback')) line.isOpen = false;
    if (replica.isGone) return;
    let lost: Error | null = null;
    if (after !== undefined && answers.every(({ status }) => status === 'fulfilled')) {
      replica.saw(after, burst);
      await standAt({ replica, point: after, about, client }).catch((error: Error) => {
        lost = error;
      });
      if (replica.isGone) return;
    } else {
      await arrive(line, about, client);
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
  // Planned each time, so it has no name of its own.
  if (name === undefined && text.includes('as late_ms')) return 'list-due-timers';
  return name ?? /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? '';
};

/** Puts every connection of a replica behind the gate; the simulation's own pass by. */
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
    const line: Line = { replica, number, asked: [], isBusy: false, isOpen: false };
    lines.set(this, line);
    this.on('end', () => lines.delete(this));
    connecting += 1;
    const callback = asked[0] as ((...told: unknown[]) => void) | undefined;
    const made = new Promise((resolve, reject) => {
      connect.call(this, async (error: Error | null, ...told: unknown[]) => {
        const turn = arrive(line, 'connected', this);
        connecting -= 1;
        heard();
        await turn;
        if (replica.isGone) return;
        if (callback !== undefined) callback(error, ...told);
        else if (error) reject(error);
        else resolve(this);
      });
    });
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
        // What is asked for in the same breath goes along.
        queueMicrotask(() => void flush(this, line));
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
