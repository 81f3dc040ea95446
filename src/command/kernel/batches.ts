// Commands that wait are decided together: a batch forms by itself while the one before it is in flight. No
// caller waits for a batch to fill, and no caller waits for a database that is gone.

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Flight } from '../../db/kernel/connections.ts';
import { inTransaction, newFlight, PIPES, transact } from '../../db/kernel/connections.ts';
import { isContended, isKeyTaken, isPassing, Unavailable } from '../../db/kernel/faults.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { storeWallRefusal, wallRefusalOf } from '../../db/kernel/wall-refusals.ts';
import type { Entropy } from '../../entropy.ts';
import { systemEntropy } from '../../entropy.ts';
import { performTogether } from './all-or-nothing.ts';
import { claimsOf } from './claims.ts';
import type { Command, Outcome } from './command.ts';
import type { Nouns } from './noun.ts';
import type { Cache } from './perform.ts';
import { decideBatch } from './perform.ts';

/** A larger batch costs more in its statement than it saves in round trips. */
export const BATCH_COMMANDS_MAX = 128;
/** A command behind so many others would not be answered in time, so it is refused at once. */
export const QUEUE_COMMANDS_MAX = 10_000;
/** So many waiting commands are worth a transaction of their own while another is in flight. */
export const GOOD_BATCH_COMMANDS = 16;
/** A batch that flies for longer no longer holds up commands that share nothing with it. */
export const SLOW_BATCH_MS = 100;
/** The caller has an answer by then, unless the server says that it is working on the command. */
export const TOLD_WITHIN_MS = 2_800;
/** A try that begins later would not be answered in time. */
const TRY_UNTIL_MS = 1_500;
/** The worker's commands come again and no caller waits for them, so they hold a pipe no longer than this. */
const BACKGROUND_TRY_UNTIL_MS = 10_000;
const CONTENDED_TRIES_MAX = 4;
const TRY_AGAIN_MS = 20;
const TRY_AGAIN_MS_MAX = 400;
const LOOK_EVERY_MS = 100;

export class Overloaded extends Error {
  override name = 'Overloaded';
  readonly code = '53000';
}

export type Performer = {
  /** Performs one command; resolves with its outcome once it is committed. */
  perform: (command: Command) => Promise<Outcome>;
  /** Performs commands that may share subjects and campaigns; outcomes come in the order of the commands. */
  performAll: (commands: readonly Command[]) => Promise<Outcome[]>;
  /** Runs `work`, which belongs to no campaign, in a transaction of its own. */
  administer: <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;
  /** Decides commands of one campaign in this transaction, which stands or falls as a whole. */
  performTogether: (tx: Tx, campaignId: string, commands: readonly Command[]) => Promise<Outcome[]>;
  /** The kinds of operation whose items the service itself decides. */
  operations: ReadonlySet<string>;
  /** The listener is called after each commit; the call is only ever a latency hint. */
  onCommitted: (listener: () => void) => void;
  /** The listener gets the size and duration of each committed batch, for metrics and benchmarks. */
  onBatch: (listener: (commands: number, seconds: number) => void) => void;
  /** The listener gets the fault that kept a transaction from being written, or null after a commit. */
  onWritten: (listener: (fault: unknown) => void) => void;
  /** Resolves when every accepted command has been answered. */
  drain: () => Promise<void>;
};

type Waiting = {
  command: Command;
  /** The names of which no two commands of a batch may share one. */
  claims: string[];
  sinceMs: number;
  isTold: boolean;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
};

type Batch = {
  waiting: readonly Waiting[];
  isBackground: boolean;
  begunMs: number;
  /** The commands in the transaction under way; the others of a batch that was split come later. */
  flying: readonly Waiting[];
  flight: Flight;
};

type Listeners = {
  committed: (() => void)[];
  batched: ((commands: number, seconds: number) => void)[];
  written: ((fault: unknown) => void)[];
  /** Sets a refusal of the write wall aside as an incident; resolves for any other fault too. */
  setAside: (fault: unknown) => Promise<void>;
};

/**
 * A performer of the commands of these nouns, on `pipes`. Transactions of no campaign run on
 * `administration`, so that none of them takes a pipe. Ids and lots come from `entropy`: the system's,
 * unless a run is to be replayed.
 */
export function createPerformer(
  nouns: Nouns,
  pipes: pg.Pool,
  cache: Cache,
  entropy: Entropy = systemEntropy,
  administration = pipes,
): Performer {
  const setAside = async (fault: unknown): Promise<void> => {
    const refusal = wallRefusalOf(fault);
    if (refusal === null) return;
    // Whoever asked gets the refusal itself, whether or not it could be recorded.
    await inTransaction(administration, (tx) => storeWallRefusal(tx, refusal)).catch(() => null);
  };
  const listeners: Listeners = { committed: [], batched: [], written: [], setAside };

  const inOneTransaction: Decide = (batch, waiting) => {
    const commands = waiting.map(({ command }) => command);
    batch.flying = waiting;
    batch.flight = newFlight();
    return transact(
      pipes,
      (tx, begin) =>
        decideBatch(tx, begin, nouns, cache, entropy, commands[0]?.campaignId ?? '', commands),
      batch.flight,
    );
  };

  const { perform, drain } = createQueues(nouns, (batch) =>
    settle(inOneTransaction, listeners, batch, batch.waiting),
  );

  return {
    perform,
    performAll: (commands) => Promise.all(commands.map(perform)),
    administer: async (work) => {
      try {
        const result = await inTransaction(administration, work);
        hint(listeners, null);
        return result;
      } catch (error) {
        hint(listeners, error);
        await setAside(error);
        throw error;
      }
    },
    performTogether: (tx, campaignId, commands) =>
      performTogether(tx, nouns, cache, entropy, campaignId, commands),
    operations: nouns.operations,
    onCommitted: (listener) => listeners.committed.push(listener),
    onBatch: (listener) => listeners.batched.push(listener),
    onWritten: (listener) => listeners.written.push(listener),
    drain,
  };
}

/** The queues of a performer, whose batches are taken while a pipe is free and given to `settleBatch`. */
function createQueues(
  nouns: Nouns,
  settleBatch: (batch: Batch) => Promise<void>,
): Pick<Performer, 'perform' | 'drain'> {
  // Requests go before the work of the service itself, because no caller waits for the latter.
  const requests: Waiting[] = [];
  const background: Waiting[] = [];
  const flying = new Set<Batch>();
  const busy = new Set<string>();
  const idle: (() => void)[] = [];
  let looking: NodeJS.Timeout | undefined;

  const isIdle = (): boolean => flying.size + requests.length + background.length === 0;

  const pump = (): void => {
    for (const queue of [requests, background]) {
      const isBackground = queue === background;
      while (isPipeFree(flying, queue.length, isBackground, background.length > 0)) {
        const waiting = takeBatch(queue, busy);
        if (waiting.length === 0) break;
        fly(waiting, isBackground);
      }
    }
    if (isIdle()) for (const done of idle.splice(0)) done();
  };

  const fly = (waiting: Waiting[], isBackground: boolean): void => {
    const begunMs = performance.now();
    const batch = { waiting, isBackground, begunMs, flying: waiting, flight: newFlight() };
    flying.add(batch);
    looking ??= setInterval(look, LOOK_EVERY_MS);
    void settleBatch(batch).finally(() => {
      flying.delete(batch);
      for (const { claims } of waiting) for (const claim of claims) busy.delete(claim);
      pump();
    });
  };

  /** Lets a batch pass one that is slow, and rejects the commands that have waited too long. */
  const look = (): void => {
    const lateMs = performance.now() - TOLD_WITHIN_MS;
    while (requests[0] !== undefined && requests[0].sinceMs < lateMs) {
      requests.shift()?.reject(new Unavailable('the command was not begun in time'));
    }
    for (const batch of flying) if (!batch.isBackground) tellLate(batch, lateMs);
    pump();
    if (!isIdle()) return;
    clearInterval(looking);
    looking = undefined;
  };

  return {
    perform: (command) => {
      if (requests.length + background.length >= QUEUE_COMMANDS_MAX) {
        return Promise.reject(new Overloaded('too many commands wait'));
      }
      return new Promise((resolve, reject) => {
        const claims = claimsOf(nouns, command);
        (command.isBackground ? background : requests).push(
          newWaiting(command, claims, resolve, reject),
        );
        pump();
      });
    },
    drain: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  };
}

/**
 * Whether a batch of so many waiting commands may fly beside those that already do. The service's own work
 * keeps to one pipe, so that a request finds the other one free.
 */
function isPipeFree(
  flying: ReadonlySet<Batch>,
  waiting: number,
  isBackground: boolean,
  hasBackground: boolean,
): boolean {
  if (flying.size >= PIPES || waiting === 0) return false;
  const alike = [...flying].filter((batch) => batch.isBackground === isBackground);
  if (alike.length === 0) return true;
  return (
    !hasBackground &&
    (waiting >= GOOD_BATCH_COMMANDS ||
      alike.every(({ begunMs }) => performance.now() - begunMs >= SLOW_BATCH_MS))
  );
}

function newWaiting(
  command: Command,
  claims: string[],
  resolve: Waiting['resolve'],
  reject: Waiting['reject'],
): Waiting {
  const waiting: Waiting = {
    command,
    claims,
    sinceMs: performance.now(),
    isTold: false,
    resolve: (outcome) => {
      waiting.isTold = true;
      resolve(outcome);
    },
    reject: (error) => {
      waiting.isTold = true;
      reject(error);
    },
  };
  return waiting;
}

/** Decides commands of a batch in one transaction and gives their outcomes in order after the commit. */
type Decide = (batch: Batch, waiting: readonly Waiting[]) => Promise<Outcome[]>;

/** Performs these commands of a batch and resolves or rejects each of them, whatever happens. */
async function settle(
  decide: Decide,
  listeners: Listeners,
  batch: Batch,
  asked: readonly Waiting[],
): Promise<void> {
  const untilMs = performance.now() + (batch.isBackground ? BACKGROUND_TRY_UNTIL_MS : TRY_UNTIL_MS);
  for (let attempt = 1; ; attempt += 1) {
    const waiting = asked.filter(({ isTold }) => !isTold);
    if (waiting.length === 0) return;
    const startedMs = performance.now();
    try {
      const outcomes = await decide(batch, waiting);
      for (const [index, { resolve }] of waiting.entries()) resolve(outcomes[index] as Outcome);
      hint(listeners, null);
      const seconds = (performance.now() - startedMs) / 1000;
      for (const listener of listeners.batched) listener(waiting.length, seconds);
      return;
    } catch (error) {
      hint(listeners, error);
      const isInTheWay = isContended(error) || isKeyTaken(error);
      // A transaction that was not committed may be tried again; one of unknown fate may be done already.
      const isWorthRetrying = isInTheWay
        ? attempt < (waiting.length > 1 ? 2 : CONTENDED_TRIES_MAX)
        : error instanceof Unavailable && !error.isUnknown;
      if (isWorthRetrying && performance.now() < untilMs) {
        await sleep(Math.min(TRY_AGAIN_MS * 2 ** (attempt - 1), TRY_AGAIN_MS_MAX));
        continue;
      }
      // Each command goes by itself, because one may be at fault and nothing is stored of any.
      const isSplit = waiting.length > 1 && (isInTheWay || !isPassing(error));
      if (isSplit) return settleEach(decide, listeners, batch, waiting);
      await listeners.setAside(error);
      for (const { reject } of waiting) reject(error);
      return;
    }
  }
}

/** Performs the commands of a split batch one by one, and rejects those that wait too long. */
async function settleEach(
  decide: Decide,
  listeners: Listeners,
  batch: Batch,
  waiting: readonly Waiting[],
): Promise<void> {
  const untilMs = performance.now() + BACKGROUND_TRY_UNTIL_MS;
  for (const one of waiting) {
    if (performance.now() < untilMs) await settle(decide, listeners, batch, [one]);
    else one.reject(new Unavailable('the command was not begun in time'));
  }
}

/** Tells the listeners how a transaction ended: with null for a commit, or the fault that prevented it. */
function hint({ committed, written }: Listeners, fault: unknown): void {
  if (fault === null) for (const listener of committed) listener();
  if (fault === null || isPassing(fault)) for (const listener of written) listener(fault);
}

/**
 * Rejects the commands of a batch that have waited too long. A batch that the server is working on is waited
 * for. One whose COMMIT was not sent by now is abandoned, so that its callers can be told it was not done.
 */
function tellLate({ waiting, flying, flight }: Batch, lateMs: number): void {
  if (flight.isWorking()) return;
  const late = waiting.filter(({ sinceMs, isTold }) => !isTold && sinceMs < lateMs);
  if (late.length === 0) return;
  const isUnderWay = late.some((one) => flying.includes(one));
  if (isUnderWay && !flight.isCommitSent) flight.isAbandoned = true;
  for (const one of flight.isAbandoned ? new Set([...late, ...flying]) : late) {
    const isUnknown = flight.isCommitSent && flying.includes(one);
    one.reject(new Unavailable('the database did not answer in time', { isUnknown }));
  }
}

const isAlone = ({ command }: Waiting): boolean => command.subjectId === command.campaignId;

/** Takes from the queue, in order, commands that may go together: of one campaign, with no claim twice. */
function takeBatch(queue: Waiting[], busy: Set<string>): Waiting[] {
  const batch: Waiting[] = [];
  // A command that is passed over keeps its claims, so that no later command overtakes it on its subject.
  const claimed = new Set(busy);
  for (let index = 0; index < queue.length && batch.length < BATCH_COMMANDS_MAX; ) {
    const waiting = queue[index] as Waiting;
    const first = batch[0];
    const goesAlong =
      first === undefined ||
      (waiting.command.campaignId === first.command.campaignId && !isAlone(waiting));
    const free = waiting.claims.every((claim) => !claimed.has(claim));
    for (const claim of waiting.claims) claimed.add(claim);
    if (goesAlong && free) {
      batch.push(waiting);
      queue.splice(index, 1);
      for (const claim of waiting.claims) busy.add(claim);
      if (isAlone(waiting)) break;
    } else {
      index += 1;
    }
  }
  return batch;
}
