// Due timers, fired by the service's own worker, by an external scheduler, or by both at once.

import type pg from 'pg';
import { run } from '../db/transaction.ts';
import { SYSTEM } from '../rules/access.ts';
import type { Performer } from './batches.ts';

/** Listed at a time; what remains is listed next. */
export const FIRE_TIMERS_MAX = 500;

export type FiredTimer = { subjectId: string; timerId: string; dueAt: string; lateMs: number };

export type Fired = {
  fired: FiredTimer[];
  /** Cancelled or fired by somebody else between the listing and the lock. */
  stale: number;
  /** Could not be fired; they stay due and are tried again. */
  failed: { subjectId: string; timerId: string; error: unknown }[];
  maxLateMs: number;
  /** Still due after this call. */
  remaining: number;
  nextDueAt: string | null;
  /** Milliseconds by the database's clock until then; null when nothing waits. */
  nextInMs: number | null;
};

type DueRow = {
  campaign_id: string;
  subject_id: string;
  timer_id: string;
  due_at: string;
  late_ms: number;
};

const LIST_DUE = {
  name: 'list-due-timers',
  text: `
    select campaign_id, subject_id, timer_id, due_at,
           (extract(epoch from n.now - due_at) * 1000)::bigint as late_ms
      from timer, (select now_instant() as now) n
     where due_at <= n.now
     order by due_at, campaign_id, subject_id, timer_id
     limit $1`,
};

const NEXT = {
  name: 'next-timers',
  text: `
    select (select count(*)::int from timer where due_at <= n.now) as remaining,
           next.due_at as "nextDueAt",
           ceil(extract(epoch from next.due_at - n.now) * 1000)::bigint as "nextInMs"
      from (select now_instant() as now) n
      left join lateral (
        select due_at from timer where due_at > n.now order by due_at limit 1) next on true`,
};

/**
 * Fires up to `limit` timers that are due by the database's clock, in order of their due time. Safe
 * with any number of workers at once: deleting the timer under its subject's lock decides.
 */
export async function fireDueTimers(
  pool: pg.Pool,
  performer: Performer,
  limit = FIRE_TIMERS_MAX,
): Promise<Fired> {
  const due = await run<DueRow>(pool, LIST_DUE, [limit]);
  const settled = await Promise.allSettled(
    due.map((row) =>
      performer.perform({
        campaignId: row.campaign_id,
        subjectId: row.subject_id,
        event: { type: row.timer_id },
        principal: SYSTEM,
        isTimer: true,
      }),
    ),
  );
  const fired: FiredTimer[] = [];
  const failed: Fired['failed'] = [];
  for (const [index, result] of settled.entries()) {
    const row = due[index] as DueRow;
    const timer = { subjectId: row.subject_id, timerId: row.timer_id };
    if (result.status === 'rejected') failed.push({ ...timer, error: result.reason });
    else if (result.value.kind === 'done') {
      fired.push({ ...timer, dueAt: row.due_at, lateMs: row.late_ms });
    }
  }
  return {
    fired,
    stale: due.length - fired.length - failed.length,
    failed,
    maxLateMs: fired.reduce((most, { lateMs }) => Math.max(most, lateMs), 0),
    ...(await findNext(pool)),
  };
}

/** How many timers are due and unfired, and when the next one is. */
export async function findNext(
  pool: pg.Pool,
): Promise<Pick<Fired, 'remaining' | 'nextDueAt' | 'nextInMs'>> {
  const [row] = await run<Pick<Fired, 'remaining' | 'nextDueAt' | 'nextInMs'>>(pool, NEXT, []);
  if (row === undefined) throw new Error('counting gave no row');
  return row;
}
