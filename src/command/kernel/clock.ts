// The virtual clock of rehearsals and tests is a row of the database, so that every replica agrees on it.

import type pg from 'pg';
import { withConnection } from '../../db/kernel/connections.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import type { Performer } from './batches.ts';
import type { SetAside } from './incidents.ts';
import { findDueUntil, fireRound } from './timers.ts';

export class ClockRefusal extends Error {
  readonly reason: 'not-virtual' | 'backwards';
  constructor(reason: 'not-virtual' | 'backwards', message: string) {
    super(message);
    this.reason = reason;
  }
}

const READ = statement('read-virtual-clock', 'select instant from virtual_clock');
const SET = statement(
  'set-virtual-clock',
  'update virtual_clock set instant = greatest(instant, $1)',
);
// The lock lets one mover in at a time; its number only has to be the same in every replica.
const MOVING = statement('lock-clock', 'select pg_advisory_lock(726378001)');
const MOVED = statement('unlock-clock', 'select pg_advisory_unlock(726378001)');

/** The virtual instant, or null when the system's clock runs. */
export async function readVirtualClock(pool: pg.Pool): Promise<string | null> {
  const [row] = await run<{ instant: string }>(pool, READ, []);
  return row?.instant ?? null;
}

/**
 * Starts the virtual clock at this instant, or at the present one when it is null. A virtual clock that is
 * there already stays where it stands.
 */
export async function startVirtualClock(pool: pg.Pool, instant: string | null): Promise<void> {
  await pool.query(
    `insert into virtual_clock (instant) values (coalesce($1, clock_timestamp()))
     on conflict do nothing`,
    [instant],
  );
}

/**
 * Moves the clock forward to `instant` (RFC 3339). It stops at every due timer on the way, so that each is
 * fired in order and at its own time; the timers that fail are in `failed`. Throws ClockRefusal when there
 * is no virtual clock or the instant lies in its past.
 */
export async function moveClock(
  pool: pg.Pool,
  performer: Performer,
  instant: string,
): Promise<{ instant: string; fired: number; failed: SetAside[] }> {
  return withConnection(pool, async (mover) => {
    await run(mover, MOVING, []);
    try {
      const now = await readVirtualClock(pool);
      if (now === null) throw new ClockRefusal('not-virtual', 'the system clock runs');
      const target = Temporal.Instant.from(instant).toString({ fractionalSecondDigits: 3 });
      if (target < now) throw new ClockRefusal('backwards', `the clock stands at ${now}`);
      const moved = await fireUntil(pool, performer, target);
      await run(pool, SET, [target]);
      return { instant: target, ...moved };
    } finally {
      // A lost connection has released the lock already.
      await run(mover, MOVED, []).catch(() => mover.cut());
    }
  });
}

/** Timers that cannot be fired are set aside, so that time goes on past them. */
async function fireUntil(
  pool: pg.Pool,
  performer: Performer,
  target: string,
): Promise<{ fired: number; failed: SetAside[] }> {
  let fired = 0;
  const failed: SetAside[] = [];
  for (;;) {
    const dueAt = await findDueUntil(pool, target);
    if (dueAt === null) return { fired, failed };
    await run(pool, SET, [dueAt]);
    const round = await fireRound(pool, performer);
    if (round.passing !== null) throw round.passing;
    fired += round.fired.length;
    failed.push(...round.failed);
  }
}
