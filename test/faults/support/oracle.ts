// The answers to clients, kept word for word, and the statements that must therefore be true. Every command
// bears a name of its own (its marker), by which it is found in the log again.

import { setTimeout as sleep } from 'node:timers/promises';

export type Command = {
  marker: string;
  key: string | null;
  path: string;
  bearer: string;
  body: object;
  ifMatch?: number;
};

export type Told =
  | {
      kind: 'answered';
      status: number;
      // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects and fails on the rest
      body: any;
      retryAfter: string | null;
      tookMs: number;
    }
  | { kind: 'broken'; error: string; tookMs: number };

export type Entry = { command: Command; told: Told[] };

/** A server that does not answer within this counts as broken: no promise is that long. */
const PATIENCE_MS = 15_000;
const REPEATS_MAX = 40;
const REPEAT_PAUSE_MS = 250;

export const isDone = (told: Told | undefined): boolean =>
  told?.kind === 'answered' && told.status >= 200 && told.status < 300;
const isRefused = (told: Told | undefined): boolean =>
  told?.kind === 'answered' && told.status >= 400 && told.status < 500;

export type Oracle = {
  entries: Entry[];
  /** Sends a command to this origin and keeps the answer. */
  send: (origin: string, command: Omit<Command, 'marker'> & { marker?: string }) => Promise<Told>;
  /** A name that no other command bears. */
  marker: () => string;
  /** Repeats every command with a key whose outcome is unknown, until an answer says it. */
  repeatUnknown: (origin: string) => Promise<void>;
};

export function createOracle(name: string): Oracle {
  const entries: Entry[] = [];
  let count = 0;
  const marker = (): string => {
    count += 1;
    return `${name}-${count}`;
  };

  const tell = async (origin: string, command: Command): Promise<Told> => {
    const sentMs = performance.now();
    const took = (): number => Math.round(performance.now() - sentMs);
    try {
      const answer = await fetch(`${origin}${command.path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${command.bearer}`,
          'content-type': 'application/json',
          ...(command.key === null ? {} : { 'idempotency-key': command.key }),
          ...(command.ifMatch === undefined ? {} : { 'if-match': `"${command.ifMatch}"` }),
        },
        body: JSON.stringify(command.body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await answer.text();
      return {
        kind: 'answered',
        status: answer.status,
        body: text === '' ? null : JSON.parse(text),
        retryAfter: answer.headers.get('retry-after'),
        tookMs: took(),
      };
    } catch (error) {
      const { message, cause } = error as Error;
      return { kind: 'broken', error: `${message} ${String(cause ?? '')}`, tookMs: took() };
    }
  };

  return {
    entries,
    marker,
    send: async (origin, asked) => {
      const entry: Entry = { command: { marker: marker(), ...asked }, told: [] };
      entries.push(entry);
      const told = await tell(origin, entry.command);
      entry.told.push(told);
      return told;
    },
    repeatUnknown: async (origin) => {
      const isOpen = ({ command, told }: Entry): boolean =>
        command.key !== null && !isDone(told.at(-1)) && !isRefused(told.at(-1));
      for (let attempt = 0; attempt < REPEATS_MAX; attempt += 1) {
        const open = entries.filter(isOpen);
        if (open.length === 0) return;
        await Promise.all(
          open.map(async (entry) => entry.told.push(await tell(origin, entry.command))),
        );
        if (open.some(isOpen)) await sleep(REPEAT_PAUSE_MS);
      }
    },
  };
}

export type Stored = { marker: string; subjectId: string; sequence: number };

/** The differences between the answers and what is stored, a sentence each. */
export function findBroken(entries: readonly Entry[], stored: readonly Stored[]): string[] {
  const places = new Map<string, Stored[]>();
  for (const row of stored) places.set(row.marker, [...(places.get(row.marker) ?? []), row]);
  return entries.flatMap(({ command, told }) => {
    const found = places.get(command.marker) ?? [];
    const last = told.at(-1);
    const name = `${command.key === null ? 'keyless' : 'keyed'} ${command.marker} (${told
      .map((one) => (one.kind === 'answered' ? one.status : 'broken'))
      .join()})`;
    const faults: string[] = [];
    if (found.length > 1) faults.push(`${name} was done ${found.length} times`);
    for (const one of told.filter(isDone)) {
      const { id, revision } = (one as { body: { id: string; revision: number } }).body;
      if (!found.some(({ subjectId, sequence }) => subjectId === id && sequence === revision)) {
        faults.push(`${name} was told ${id} at ${revision}, which the log does not have`);
      }
    }
    if (isRefused(last) && found.length > 0) faults.push(`${name} was refused and is stored`);
    if (command.key !== null && !isDone(last) && !isRefused(last)) {
      faults.push(`${name} was never told what became of it`);
    }
    return faults;
  });
}

/** Answers that no client should get: faults of the server's own, and refusals without a time to retry. */
export const findRudeAnswers = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ command, told }) =>
    told.flatMap((one) => {
      if (one.kind === 'broken' || one.status < 500) return [];
      if (one.status === 503 && one.retryAfter !== null) return [];
      return [`${command.marker} was answered ${one.status} ${JSON.stringify(one.body)}`];
    }),
  );

/** The longest time that any of these waited for an answer, in milliseconds. */
export const longestWaitMs = (entries: readonly Entry[]): number =>
  Math.max(0, ...entries.flatMap(({ told }) => told.map(({ tookMs }) => tookMs)));
