// One loop: fire what is due, go on with long work, sweep what is old and recount what changed. Commits wake it early, but
// that is only a hint: what it has to do stands in the database.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Performer } from '../command/batches.ts';
import { advanceOperations } from '../command/operations.ts';
import { recalculateDeadlines } from '../command/recalculate.ts';
import { fireDueTimers } from '../command/timers.ts';

/** It looks at least this often, whatever anybody hints. */
const POLL_MS_MAX = 1_000;
/** And at most this often, so that a busy service is not kept busy by it. */
const POLL_MS_MIN = 25;
const SWEEP_EVERY_MS = 3_600_000;
const ANSWERS_KEPT_DAYS = 30;

export type Worker = { stop: () => Promise<void> };

export type WorkerOptions = {
  pool: pg.Pool;
  performer: Performer;
  log: Logger;
  /** Called with what each round fired, for metrics. */
  onFired?: (count: number, maxLateMs: number) => void;
  /** Deletes files nobody refers to; once an hour, like everything that is swept. */
  sweepFiles?: () => Promise<unknown>;
};

/** Starts the loop; `stop` resolves when the round under way has ended. */
export function startWorker({ pool, performer, log, onFired, sweepFiles }: WorkerOptions): Worker {
  let stopped = false;
  let wake = (): void => undefined;
  let hinted = false;
  let sweptMs = 0;
  performer.onCommitted(() => {
    hinted = true;
    wake();
  });

  const round = async (): Promise<number> => {
    const busy = await advanceOperations(pool, performer);
    const { fired, failed, maxLateMs, remaining, nextInMs } = await fireDueTimers(pool, performer);
    for (const { error, ...timer } of failed) log.error({ err: error, ...timer }, 'timer failed');
    if (fired.length > 0) onFired?.(fired.length, maxLateMs);
    if (performance.now() - sweptMs > SWEEP_EVERY_MS || sweptMs === 0) {
      sweptMs = performance.now();
      await sweep(pool);
      await sweepFiles?.();
      await recalculateDeadlines(pool, performer);
    }
    if (busy || remaining > failed.length) return 0;
    return Math.min(nextInMs ?? POLL_MS_MAX, POLL_MS_MAX);
  };

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timeout = setTimeout(resolve, hinted ? POLL_MS_MIN : Math.max(ms, POLL_MS_MIN));
      wake = () => {
        clearTimeout(timeout);
        setTimeout(resolve, stopped ? 0 : POLL_MS_MIN);
      };
    });

  const loop = async (): Promise<void> => {
    while (!stopped) {
      hinted = false;
      const waitMs = await round().catch((error: unknown) => {
        log.error({ err: error }, 'worker round failed');
        return POLL_MS_MAX;
      });
      if (!stopped) await sleep(waitMs);
    }
  };

  const running = loop();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
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
