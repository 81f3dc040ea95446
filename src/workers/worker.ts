// The worker: lanes side by side, each with rounds, faults and waits of its own, so that none stops
// another. A commit wakes the lanes that it may have brought work, but only as a hint: the database says
// what there is to do.

import type pg from 'pg';
import type { Logger } from 'pino';
import { takeCheckpoint } from '../command/audit/checkpoints.ts';
import { verifyRound } from '../command/audit/verifications.ts';
import { moveRound } from '../command/county/place-moves.ts';
import type { Performer } from '../command/kernel/batches.ts';
import type { Faults, SetAside } from '../command/kernel/incidents.ts';
import { operationsRound } from '../command/kernel/operations.ts';
import { recalculateDeadlines, retryRecalculation } from '../command/kernel/recalculate.ts';
import { findNextDue, fireRound } from '../command/kernel/timers.ts';
import { tendIncidents } from '../command/kernel/upkeep.ts';
import { keepAccessLog } from '../db/audit/access-log.ts';
import { FORGETTING } from '../db/audit/retention.ts';
import { beginNightly } from '../db/audit/verifications.ts';
import { clearRemains } from './ballot-remains.ts';
import type { LaneStatus, LaneWork } from './lanes.ts';
import { startLane } from './lanes.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The wait before the next round when only some work of this round moved. */
const CONTENDED_MS = 250;
/** How often the lanes of hourly work look for failed work that has waited long enough. */
const RETRY_EVERY_MS = 10_000;
/**
 * How often the worker looks for versions that this build does not have; src/db/kernel/incidents.ts rests
 * on it.
 */
const TEND_EVERY_MS = 30_000;
/** How often the worker looks whether a checkpoint or a verification is to be done. */
const AUDIT_EVERY_MS = 10_000;
/** The rest between two pages of a verification, which is nobody's hurry. */
const PAGE_REST_MS = 100;
/** How often old versions of ballots' rows are looked for. */
const CLEAR_EVERY_MS = 30_000;
const ANSWERS_KEPT_DAYS = 30;
/** The most rows that one statement deletes. */
const SWEPT_ROWS_MAX = 10_000;

export type Worker = {
  /** The state of each lane; the worker moves when every one is `ok`. */
  status: () => LaneStatus[];
  stop: () => Promise<void>;
};

type WorkerOptions = {
  pool: pg.Pool;
  performer: Performer;
  log: Logger;
  /** Called with the timers each round fired, their number and greatest lateness, for metrics. */
  onFired?: (count: number, maxLateMs: number) => void;
  /** Months for which what is personal is kept. */
  retention: { accessLogMonths: number; personalMonths: number };
  /** How often checkpoints are taken, and within how many days every chain is looked at; no lane without. */
  audit?: { checkpointMinutes: number; verifyDays: number };
  /** Deletes some of the files nobody refers to; and those that could not be deleted before. */
  sweepFiles?: {
    sweep: () => Promise<{ gone: number; failed: SetAside[] }>;
    retry: () => Promise<Faults>;
  };
};

/** Starts the lanes; `stop` resolves when the rounds under way have ended. */
export function startWorker(options: WorkerOptions): Worker {
  const { performer, log } = options;
  // One line for each failure, and one when it is left to people.
  const tell: Tell = (failed) => {
    for (const { error, id, lane, item, campaignId, subjectId, attempts, status } of failed) {
      const what = { incident: id, lane, item, campaignId, subjectId, attempts };
      if (status === 'open') log.error({ err: error, ...what }, 'parked: see /v1/incidents');
      else log.warn({ ...what, cause: String(error) }, 'failed, and is tried again later');
    }
  };
  const woken = [...wokenLanes(options, tell), moveLane(options)].map((work) =>
    startLane(work, log),
  );
  const timed = [...timedLanes(options, tell), ...auditLanes(options)];
  const lanes = [...woken, ...timed.map((work) => startLane(work, log))];
  performer.onCommitted(() => {
    for (const { hint } of woken) hint();
  });
  return {
    status: () => lanes.map(({ status }) => status()),
    stop: async () => {
      await Promise.all(lanes.map(({ stop }) => stop()));
    },
  };
}

type Tell = (failed: readonly SetAside[]) => void;

/** The lanes that a commit may bring work to. */
const wokenLanes = ({ pool, performer, onFired }: WorkerOptions, tell: Tell): LaneWork[] => [
  {
    name: 'timers',
    round: async () => {
      const { fired, failed, passing, maxLateMs, more } = await fireRound(pool, performer);
      tell(failed);
      if (fired.length > 0) onFired?.(fired.length, maxLateMs);
      // A campaign that is held up stops no other: only a round that moved nothing waits longer.
      if (passing !== null && fired.length === 0) throw passing;
      if (passing !== null) return CONTENDED_MS;
      if (more) return 0;
      const { nextInMs } = await findNextDue(pool);
      return nextInMs === null ? null : Math.max(nextInMs, 1);
    },
  },
  {
    name: 'operations',
    round: async (alive) => {
      const { failed, passing, more } = await operationsRound(pool, performer, alive);
      tell(failed);
      if (passing !== null && !more) throw passing;
      if (passing !== null) return CONTENDED_MS;
      return more ? 0 : null;
    },
  },
];

/** The lane in which what lies below a unit that has moved follows it. */
const moveLane = ({ pool, performer }: WorkerOptions): LaneWork => ({
  name: 'moves',
  round: async () => {
    const more = await moveRound(pool, performer);
    return more === null ? CONTENDED_MS : more ? 0 : null;
  },
});

/** The lanes that look by the hour or the half minute, whatever is committed. */
const timedLanes = (
  { pool, performer, log, retention, sweepFiles }: WorkerOptions,
  tell: Tell,
): LaneWork[] => [
  {
    name: 'recalculation',
    everyMs: RETRY_EVERY_MS,
    round: hourly(
      async (alive) => {
        tell((await recalculateDeadlines(pool, performer, alive)).failed);
        return false;
      },
      () => retryRecalculation(pool, performer),
      tell,
    ),
  },
  {
    name: 'sweeping',
    everyMs: RETRY_EVERY_MS,
    round: hourly(
      async (alive) => {
        await sweep(performer, alive);
        await performer.administer((tx) => keepAccessLog(tx, retention.accessLogMonths));
        await forget(performer, retention.personalMonths, alive, log);
        const swept = await sweepFiles?.sweep();
        tell(swept?.failed ?? []);
        return (swept?.gone ?? 0) > 0;
      },
      () => sweepFiles?.retry(),
      tell,
    ),
  },
  {
    name: 'ballots',
    everyMs: CLEAR_EVERY_MS,
    round: async () => {
      await clearRemains(pool);
      return null;
    },
  },
  {
    name: 'incidents',
    everyMs: TEND_EVERY_MS,
    round: async () => {
      for (const { id: incident, item, affected } of await tendIncidents(pool, performer))
        log.error({ incident, item, affected }, 'subjects of a version this build does not have');
      return null;
    },
  },
];

/** The lane that takes checkpoints and looks through the logs, a page at a time. */
function auditLanes({ pool, performer, log, audit }: WorkerOptions): LaneWork[] {
  if (audit === undefined) return [];
  let checkpointMs = Number.NEGATIVE_INFINITY;
  const work: LaneWork = {
    name: 'audit',
    everyMs: AUDIT_EVERY_MS,
    round: async (alive) => {
      if (performance.now() - checkpointMs >= audit.checkpointMinutes * MINUTE_MS) {
        const taken = await takeCheckpoint(performer);
        if (taken !== null) log.info(taken, 'a checkpoint of the logs was taken');
        checkpointMs = performance.now();
      }
      await performer.administer((tx) => beginNightly(tx, audit.verifyDays));
      alive();
      const { more, faults } = await verifyRound(pool, performer, alive);
      for (const fault of faults) log.error(fault, 'a log does not fit: see /v1/audit/verify');
      return more ? PAGE_REST_MS : null;
    },
  };
  return [work];
}

/**
 * A lane that works once an hour, sooner while there is more to do; in between it only retries failed work.
 */
function hourly(
  work: (alive: () => void) => Promise<boolean>,
  retry: () => Promise<Faults> | undefined,
  tell: Tell,
): LaneWork['round'] {
  let doneMs: number | null = null;
  return async (alive) => {
    if (doneMs === null || performance.now() - doneMs >= HOUR_MS) {
      doneMs = (await work(alive)) ? null : performance.now();
    }
    const again = await retry();
    tell(again?.failed ?? []);
    if (again !== undefined && again.passing !== null) throw again.passing;
    return null;
  };
}

const SWEPT = [
  `delete from idempotency where ctid = any (array(
     select ctid from idempotency
      where created_at < now_instant() - make_interval(days => $1) limit $2))`,
  `delete from spent_plan_token where ctid = any (array(
     select ctid from spent_plan_token
      where spent_at < now_instant() - make_interval(days => $1) limit $2))`,
];

/** Deletes a bounded number of rows at a time, so that no statement runs into its limit. */
async function sweep({ administer }: Performer, alive: () => void): Promise<void> {
  const values = [ANSWERS_KEPT_DAYS, SWEPT_ROWS_MAX];
  for (const statement of SWEPT) {
    for (let gone = SWEPT_ROWS_MAX; gone === SWEPT_ROWS_MAX; ) {
      gone = (await administer((tx) => tx.query(statement, values))).rowCount ?? 0;
      alive();
    }
  }
}

/** Forgets what is personal and older than so many months. */
async function forget(
  { administer }: Performer,
  months: number,
  alive: () => void,
  log: Logger,
): Promise<void> {
  let forgotten = 0;
  for (const some of FORGETTING) {
    for (let gone = SWEPT_ROWS_MAX; gone === SWEPT_ROWS_MAX; forgotten += gone) {
      gone = await administer((tx) => some(tx, months, SWEPT_ROWS_MAX));
      alive();
    }
  }
  if (forgotten > 0)
    log.info({ forgotten, months }, 'personal data past their time were forgotten');
}
