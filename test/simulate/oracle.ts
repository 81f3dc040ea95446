// The answers to clients, compared with the log.

import type { Command, Outcome } from '../../src/command/kernel/command.ts';
import { Unavailable } from '../../src/db/kernel/faults.ts';
import type { Seen } from './invariants.ts';
import { Violation } from './invariants.ts';
import type { Replica } from './replica.ts';

/** One sending of a command to one replica. */
export type Copy = {
  replica: Replica;
  state: 'waiting' | 'told' | 'lost' | 'failed';
  outcome: Outcome | null;
  error: unknown;
  /** The last step in which its subject was locked for it. */
  lockedAt: number;
};

/** A command with a mark that stands in its event, and everybody who sent it with its key. */
export type Asked = {
  mark: string;
  command: Command;
  copies: Copy[];
  /** The step in which its effect was first seen; null while there is none. */
  storedAt: number | null;
  /** The instant of its first sending, by the clock of the database. */
  since: string;
};

/** True when its answer, which is kept for thirty days, is gone; a later repetition is a new command. */
export const isForgotten = ({ since }: Asked, { instant }: Seen): boolean =>
  Temporal.Instant.compare(
    Temporal.Instant.from(since).add({ hours: 24 * 29 }),
    Temporal.Instant.from(instant),
  ) < 0;

const isDone = (outcome: Outcome | null): boolean =>
  outcome?.kind === 'done' || outcome?.kind === 'repeated';

/** Compares the answers with what is stored. Throws Violation. */
export function judge(asked: readonly Asked[], seen: Seen, step: number): void {
  for (const one of asked) {
    const { mark, command, copies } = one;
    const count = seen.marks.get(mark) ?? 0;
    const what = `${mark} (${command.event.type}${command.idempotency ? ', with a key' : ''})`;
    const isOld = copies.length > 1 && isForgotten(one, seen);
    if (count > 1 && !isOld) throw new Violation(`${what} was done ${count} times`);
    if (count === 1) one.storedAt ??= step;
    for (const { outcome, state, error, lockedAt } of copies) {
      if (state === 'failed' && error instanceof Unavailable && !error.isUnknown) {
        if (count > 0 && copies.length === 1)
          throw new Violation(`${what} was told to be undone, and is done`);
      }
      if (outcome === null) continue;
      if (isDone(outcome) && count === 0) throw new Violation(`${what} was told done, and is not`);
      if (isDone(outcome) || count === 0) continue;
      if (isOld) continue;
      const saw =
        command.create === undefined
          ? (one.storedAt ?? step) <= lockedAt
          : (one.storedAt ?? step) < lockedAt;
      if (copies.length === 1 || saw)
        throw new Violation(`${what} is done, and its sender was told ${outcome.kind}`);
    }
  }
}
