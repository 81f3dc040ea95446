// The worker: lanes side by side, each with rounds, faults and waits of its own, so that none stops
// another. Commits wake those that work may have come to, but that is only a hint: what there is to
// do stands in the database.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Performer } from '../command/batches.ts';
import { advanceOperations } from '../command/operations.ts';
import { recalculateDeadlines } from '../command/recalculate.ts';
import { fireDueTimers } from '../command/timers.ts';
import type { LaneStatus, LaneWork } from './lanes.ts';
import { startLane } from './lanes.ts';

const HOUR_MS = 3_600_000;
const ANSWERS_KEPT_DAYS = 30;

export type Worker = {
  /** How each lane fares; the worker moves when every one is `ok`. */
  status: () => LaneStatus[];
  stop: () => Promise<void>;
};

export type WorkerOptions = {
  pool: pg.Pool;
  performer: Performer;
  log: Logger;
  /** Called with what each round fired, for metrics. */
  onFired?: (count: number, maxLateMs: number) => void;
  /** Deletes files nobody refers to; once an hour, like everything that is swept. */
  sweepFiles?: () => Promise<unknown>;
};

/** Starts the lanes; `stop` resolves when the rounds under way have ended. */
export function startWorker({ pool, performer, log, onFired, sweepFiles }: WorkerOptions): Worker {
  const woken: LaneWork[] = [
    {
      name: 'timers',
      round: async () => {
        const { fired, failed, maxLateMs, remaining, nextInMs } = await fireDueTimers(
          pool,
          performer,
        );
        for (const { error, ...timer } of failed)
          log.error({ err: error, ...timer }, 'timer failed');
        if (fired.length > 0) onFired?.(fired.length, maxLateMs);
        return remaining > failed.length ? 0 : nextInMs;
      },
    },
    {
      name: 'operations',
      round: async () => ((await advanceOperations(pool, performer)) ? 0 : null),
    },
  ];
  const hourly: LaneWork[] = [
    {
      name: 'recalculation',
      everyMs: HOUR_MS,
      round: async () => {
        await recalculateDeadlines(pool, performer);
        return null;
      },
    },
    {
      name: 'sweeping',
      everyMs: HOUR_MS,
      round: async () => {
        await sweep(pool);
        await sweepFiles?.();
        return null;
      },
    },
  ];
  const wakeable = woken.map((work) => startLane(work, log));
  const lanes = [...wakeable, ...hourly.map((work) => startLane(work, log))];
  performer.onCommitted(() => {
    for (const { hint } of wakeable) hint();
  });
  return {
    status: () => lanes.map(({ status }) => status()),
    stop: async () => {
      await Promise.all(lanes.map(({ stop }) => stop()));
    },
  };
}

const sweep = async (pool: pg.Pool): Promise<void> => {
  await pool.query(
    `delete from idempotency where created_at < now_instant() - make_interval(days => $1)`,
    [ANSWERS_KEPT_DAYS],
  );
  await pool.query(
    `delete from spent_plan_token where spent_at < now_instant() - make_interval(days => $1)`,
    [ANSWERS_KEPT_DAYS],
  );
};
