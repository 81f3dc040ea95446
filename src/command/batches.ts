// Commands that wait are taken together: a batch forms by itself while the one before it is in
// flight. Nobody ever waits for a batch to fill.

import type pg from 'pg';
import type { Tx } from '../db/transaction.ts';
import type { Entropy } from '../entropy.ts';
import { systemEntropy } from '../entropy.ts';
import { claimsOf } from './claims.ts';
import type { Command, Outcome } from './command.ts';
import type { Cache } from './perform.ts';
import { performInside } from './perform.ts';
import { performTogether } from './together.ts';

/** Above this the statement grows faster than it saves round trips. */
export const BATCH_COMMANDS_MAX = 128;
/** What waits beyond this would not be answered in time anyway. */
export const QUEUE_COMMANDS_MAX = 10_000;
/**
 * Connections that batches go through. The first carries everything while it can: fewer and larger
 * batches cost less. The second opens when a good batch waits (with 32 clients 1.15 times the rate of
 * one pipe, and of two that open for any command), or behind a batch that is slow.
 */
export const PIPES = 2;
/** As many as this waiting are worth a transaction of their own while another is in flight. */
export const GOOD_BATCH_COMMANDS = 16;
/** A batch in flight for longer no longer holds up those that have nothing to do with it. */
export const SLOW_BATCH_MS = 100;
const TRIES_MAX = 4;

export class Overloaded extends Error {
  readonly code = '53000';
}

export type Performer = {
  /** Performs one command; resolves with its outcome once it is committed. */
  perform: (command: Command) => Promise<Outcome>;
  /** Performs many; outcomes in the order of the commands, which may share subjects and campaigns. */
  performAll: (commands: readonly Command[]) => Promise<Outcome[]>;
  /** Runs `work` in a transaction of its own, for what belongs to no campaign. */
  administer: <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;
  /** Decides commands of one campaign in this transaction, which stands or falls as a whole. */
  performTogether: (tx: Tx, campaignId: string, commands: readonly Command[]) => Promise<Outcome[]>;
  /** Called after each commit; only ever a latency hint. */
  onCommitted: (listener: () => void) => void;
  /** Sizes of the batches so far, for metrics and benchmarks. */
  onBatch: (listener: (commands: number, seconds: number) => void) => void;
  /** Resolves when everything that was accepted has been answered. */
  drain: () => Promise<void>;
};

type Waiting = {
  command: Command;
  /** What no two commands of a batch may share. */
  claims: string[];
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
};

/** Ids and lots come from `entropy`: the system's, unless a run is to be replayed. */
export function createPerformer(
  pool: pg.Pool,
  cache: Cache,
  entropy: Entropy = systemEntropy,
): Performer {
  const queue: Waiting[] = [];
  const busy = new Set<string>();
  const committed: (() => void)[] = [];
  const batched: ((commands: number, seconds: number) => void)[] = [];
  const idle: (() => void)[] = [];
  let inFlight = 0;
  let begunMs = 0;

  const isPipeFree = (): boolean =>
    inFlight === 0 ||
    (inFlight < PIPES &&
      (queue.length >= GOOD_BATCH_COMMANDS || performance.now() - begunMs >= SLOW_BATCH_MS));

  const pump = (): void => {
    while (isPipeFree() && queue.length > 0) {
      const batch = takeBatch(queue, busy);
      if (batch.length === 0) return;
      inFlight += 1;
      begunMs = performance.now();
      const slow = setTimeout(pump, SLOW_BATCH_MS + 1);
      void settle(batch).finally(() => {
        clearTimeout(slow);
        inFlight -= 1;
        for (const { claims } of batch) for (const claim of claims) busy.delete(claim);
        if (inFlight === 0 && queue.length === 0) for (const done of idle.splice(0)) done();
        pump();
      });
    }
  };

  const inOneTransaction = (commands: Command[]): Promise<Outcome[]> =>
    withConnection(pool, (client) => {
      const opened = {
        tx: client as Tx,
        begin: () => client.query('begin'),
        commit: () => client.query('commit'),
      };
      return performInside(opened, cache, entropy, commands[0]?.campaignId ?? '', commands);
    });

  const settle = async (batch: Waiting[]): Promise<void> => {
    const startedMs = performance.now();
    try {
      const outcomes = await inOneTransaction(batch.map(({ command }) => command));
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome);
      for (const listener of committed) listener();
      for (const listener of batched)
        listener(batch.length, (performance.now() - startedMs) / 1000);
    } catch (error) {
      if (batch.length === 1) await retryAlone(batch[0] as Waiting, error);
      else for (const waiting of batch) await settle([waiting]);
    }
  };

  const retryAlone = async (waiting: Waiting, first: unknown): Promise<void> => {
    let error = first;
    for (let attempt = 1; attempt < TRIES_MAX && isWorthRetrying(error); attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, attempt * 20));
      try {
        const [outcome] = await inOneTransaction([waiting.command]);
        waiting.resolve(outcome as Outcome);
        for (const listener of committed) listener();
        return;
      } catch (next) {
        error = next;
      }
    }
    waiting.reject(error);
  };

  const perform = (command: Command): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      if (queue.length >= QUEUE_COMMANDS_MAX) {
        reject(new Overloaded('too many commands wait'));
        return;
      }
      queue.push({ command, claims: claimsOf(command), resolve, reject });
      pump();
    });

  return {
    perform,
    performAll: (commands) => Promise.all(commands.map(perform)),
    administer: async (work) => {
      const result = await inTransaction(pool, work);
      for (const listener of committed) listener();
      return result;
    },
    performTogether: (tx, campaignId, commands) =>
      performTogether(tx, cache, entropy, campaignId, commands),
    onCommitted: (listener) => committed.push(listener),
    onBatch: (listener) => batched.push(listener),
    drain: () =>
      inFlight === 0 && queue.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => idle.push(resolve)),
  };
}

const isAlone = ({ command }: Waiting): boolean => command.subjectId === command.campaignId;

/** Takes from the queue, in order, what may go together: one campaign, no claim twice. */
function takeBatch(queue: Waiting[], busy: Set<string>): Waiting[] {
  const batch: Waiting[] = [];
  // Whoever is passed over keeps its claims, so that nobody behind it overtakes it on its subject.
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

const inTransaction = <Result>(pool: pg.Pool, work: (tx: Tx) => Promise<Result>) =>
  withConnection(pool, async (client) => {
    await client.query('begin');
    const result = await work(client as Tx);
    await client.query('commit');
    return result;
  });

/** A connection that goes back clean: whatever failed is rolled back, and what is broken is closed. */
async function withConnection<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

// Serialization failure, deadlock; a unique key that another process took first is found on retry.
const RETRIED = new Set(['40001', '40P01', '23505', '55P03']);

/** What another transaction stood in the way of, and will not for ever. */
export const isWorthRetrying = (error: unknown): boolean =>
  RETRIED.has((error as { code?: string } | null)?.code ?? '');
