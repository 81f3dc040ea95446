// Due timers are fired by the service's own worker, by an external scheduler, or by both at once.

import type pg from 'pg';
import { isPassing } from '../../db/kernel/faults.ts';
import { isKnown, KNOWN_RELEASES } from '../../db/kernel/releases.ts';
import { SYSTEM } from '../../rules/access/access.ts';
import type { Performer } from './batches.ts';
import type { Outcome } from './command.ts';
import type { Failed, Faults, SetAside } from './incidents.ts';
import { asError, retryIncidents, setAside } from './incidents.ts';
import { recalculateDeadlines } from './recalculate.ts';

/** So many timers are listed at a time; the rest is listed next. */
export const FIRE_TIMERS_MAX = 500;
/** The count of remaining timers stops here, so that it never becomes a long scan. */
const REMAINING_COUNTED_MAX = 10_000;

type FiredTimer = { subjectId: string; timerId: string; dueAt: string; lateMs: number };

type Round = {
  fired: FiredTimer[];
  /** The number of timers that were cancelled or fired elsewhere between the listing and the lock. */
  stale: number;
  /** The timers that could not be fired; each is held in an incident and tried again after its wait. */
  failed: SetAside[];
  /** The first fault met on the way that passes by itself; null when there was none. */
  passing: unknown;
  maxLateMs: number;
  /** True when some campaign may have more due timers than were listed. */
  more: boolean;
};

type Waiting = {
  /** The number of timers that are due and not held; at most 10,000 are counted. */
  remaining: number;
  nextDueAt: string | null;
  /** The milliseconds by the database's clock until `nextDueAt`; null when no timer waits. */
  nextInMs: number | null;
};

type Fired = Omit<Round, 'passing'> & Waiting;

type DueRow = {
  campaign_id: string;
  subject_id: string;
  timer_id: string;
  due_at: string;
  late_ms: number;
  share: number;
};

/** Prefixes of the paths whose timers are meant; null means all, as for the service's own worker. */
type Reaches = readonly string[] | null;

// These are always met where the parameter is null, and the planner leaves them out: no statement here has
// a name, so that each is planned with its values.
const isReached = (subject: string, parameter: number): string => `
  ($${parameter}::text[] is null or exists (
    select from unnest($${parameter}::text[]) as reach (path)
     where starts_with(${subject}.path, reach.path)))`;
const timerIsReached = (timer: string, parameter: number): string => `
  ($${parameter}::text[] is null or exists (
    select from subject own
     where own.campaign_id = ${timer}.campaign_id and own.id = ${timer}.subject_id
       and ${isReached('own', parameter)}))`;
/** A campaign of another county is passed over whole. */
const campaignIsReached = (campaign: string, parameter: number): string => `
  ($${parameter}::text[] is null or exists (
    select from subject led cross join unnest($${parameter}::text[]) as reach (path)
     where led.campaign_id = ${campaign}.campaign_id and led.id = ${campaign}.campaign_id
       and (starts_with(led.path, reach.path) or starts_with(reach.path, led.path))))`;

// The query leaps through the index from campaign to campaign, so that each costs one look-up.
const CAMPAIGNS = `
  recursive campaign_with as (
    (select campaign_id from timer where not held order by campaign_id limit 1)
    union all
    select n.campaign_id
      from campaign_with c
     cross join lateral (
       select t.campaign_id from timer t
        where not t.held and t.campaign_id > c.campaign_id
        order by t.campaign_id limit 1) n)`;

/** The due timers of each campaign up to its share of `$1`, among the machines `$2`, in the reaches `$3`. */
// The statement has no name, so that it is planned each time for the table as it is; a plan made while the
// table was empty would read all of it for as long as the connection lives.
export const LIST_DUE = `
  with ${CAMPAIGNS},
  due as (
    select c.campaign_id from campaign_with c
     where ${campaignIsReached('c', 3)}
       and exists (select from timer t
                    where t.campaign_id = c.campaign_id and not t.held
                      and t.due_at <= now_instant() and ${timerIsReached('t', 3)})),
  share as (select greatest($1 / greatest(count(*), 1), 1)::int as most from due),
  clock as materialized (select now_instant() as now)
  select t.*, (select most from share) as share,
         (extract(epoch from (select now from clock) - t.due_at) * 1000)::bigint as late_ms
    from due d
   cross join lateral (
     select t.campaign_id, t.subject_id, t.timer_id, t.due_at
       from timer t
       join subject s on s.campaign_id = t.campaign_id and s.id = t.subject_id
      where t.campaign_id = d.campaign_id and not t.held and t.due_at <= now_instant()
        and ${isKnown('s', 2)} and ${isReached('s', 3)}
      order by t.campaign_id, t.due_at, t.subject_id, t.timer_id
      limit (select most from share)) t
   order by t.due_at, t.campaign_id, t.subject_id, t.timer_id`;

const NEXT = `
  with ${CAMPAIGNS}
  select next.due_at as "nextDueAt",
         ceil(extract(epoch from next.due_at - now_instant()) * 1000)::bigint as "nextInMs"
    from (select min(t.due_at) as due_at
            from campaign_with c
           cross join lateral (
             select due_at from timer t
              where t.campaign_id = c.campaign_id and not t.held and t.due_at > now_instant()
                and ${timerIsReached('t', 1)}
              order by t.due_at limit 1) t
           where ${campaignIsReached('c', 1)}) next`;

const REMAINING = `
  with ${CAMPAIGNS}
  select count(*)::int as remaining
    from (select from campaign_with c
           cross join lateral (
             select from timer t
               join subject s on s.campaign_id = t.campaign_id and s.id = t.subject_id
              where t.campaign_id = c.campaign_id and not t.held and t.due_at <= now_instant()
                and ${isKnown('s', 1)} and ${isReached('s', 2)}
              limit ${REMAINING_COUNTED_MAX}) t
           where ${campaignIsReached('c', 2)}
           limit ${REMAINING_COUNTED_MAX}) counted`;

// Only timers that this build can fire count, because the virtual clock stops at no others.
const NEXT_UNTIL = `
  with ${CAMPAIGNS}
  select min(t.due_at) as "dueAt"
    from campaign_with c
   cross join lateral (
     select t.due_at from timer t
       join subject s on s.campaign_id = t.campaign_id and s.id = t.subject_id
      where t.campaign_id = c.campaign_id and not t.held and t.due_at <= $1
        and ${isKnown('s', 2)}
      order by t.campaign_id, t.due_at limit 1) t`;

/** The first instant up to `instant` at which a timer is due that this build can fire; null when none. */
export async function findDueUntil(pool: pg.Pool, instant: string): Promise<string | null> {
  const { rows } = await pool.query<{ dueAt: string | null }>(NEXT_UNTIL, [
    instant,
    KNOWN_RELEASES,
  ]);
  return rows[0]?.dueAt ?? null;
}

const fire = (
  performer: Performer,
  campaignId: string,
  subjectId: string,
  timerId: string,
): Promise<Outcome> =>
  performer.perform({
    campaignId,
    subjectId,
    event: { type: timerId },
    principal: SYSTEM,
    isTimer: true,
    isBackground: true,
  });

/**
 * Fires about `limit` timers of these reaches that are due by the database's clock, in order of their due time
 * and with a share for each campaign, and tries again the failed ones whose wait is over. A calendar that came
 * in between is gone by first. Any number of workers may
 * call it at once, because deleting the timer under its subject's lock decides.
 */
export async function fireRound(
  pool: pg.Pool,
  performer: Performer,
  limit = FIRE_TIMERS_MAX,
  reaches: Reaches = null,
): Promise<Round> {
  const recounted = await recount(pool, performer);
  if (recounted.passing !== null) return { ...NOTHING_FIRED, passing: recounted.passing };
  const { rows: due } = await pool.query<DueRow>(LIST_DUE, [limit, KNOWN_RELEASES, reaches]);
  const settled = await Promise.allSettled(
    due.map((row) => fire(performer, row.campaign_id, row.subject_id, row.timer_id)),
  );
  const fired: FiredTimer[] = [];
  const failures: Failed[] = [];
  for (const [index, result] of settled.entries()) {
    const row = due[index] as DueRow;
    const error = result.status === 'rejected' ? result.reason : asError(result.value);
    if (error !== null) {
      const { campaign_id: campaignId, subject_id: subjectId, timer_id: item } = row;
      failures.push({ campaignId, subjectId, operationId: null, item, error });
    } else if (result.status === 'fulfilled' && result.value.kind === 'done') {
      fired.push({
        subjectId: row.subject_id,
        timerId: row.timer_id,
        dueAt: row.due_at,
        lateMs: row.late_ms,
      });
    }
  }
  const { failed, passing } = await setAside(performer, 'timers', failures);
  const again = await retryIncidents(
    pool,
    performer,
    'timers',
    async ({ campaignId, subjectId, item }) => {
      if (campaignId === null || subjectId === null) return;
      const newer = asError(await fire(performer, campaignId, subjectId, item));
      if (newer !== null) throw newer;
    },
    { reaches },
  );
  const listed = Map.groupBy(due, ({ campaign_id }) => campaign_id);
  return {
    fired,
    stale: due.length - fired.length - failures.length,
    failed: [...recounted.failed, ...failed, ...again.failed],
    passing: passing ?? again.passing,
    maxLateMs: fired.reduce((most, { lateMs }) => Math.max(most, lateMs), 0),
    more: [...listed.values()].some((own) => own.length >= (own[0]?.share ?? 0)),
  };
}

const NOTHING_FIRED = { fired: [], stale: 0, failed: [], maxLateMs: 0, more: false };

/** Goes by a calendar that came in between; no timer is fired while a fault that passes keeps that from being done. */
async function recount(pool: pg.Pool, performer: Performer): Promise<Faults> {
  try {
    const { failed } = await recalculateDeadlines(pool, performer);
    return { failed, passing: null };
  } catch (error) {
    if (!isPassing(error)) throw error;
    return { failed: [], passing: error };
  }
}

/** Fires a round and counts the rest of these reaches. A fault that passes by itself is thrown, as no timer is to blame. */
export async function fireDueTimers(
  pool: pg.Pool,
  performer: Performer,
  limit = FIRE_TIMERS_MAX,
  reaches: Reaches = null,
): Promise<Fired> {
  const { passing, ...round } = await fireRound(pool, performer, limit, reaches);
  if (passing !== null) throw passing;
  return { ...round, ...(await findNext(pool, reaches)) };
}

/** The instant at which the next timer falls due, among those that are not due yet. */
export async function findNextDue(
  pool: pg.Pool,
  reaches: Reaches = null,
): Promise<Pick<Waiting, 'nextDueAt' | 'nextInMs'>> {
  const { rows } = await pool.query<Pick<Waiting, 'nextDueAt' | 'nextInMs'>>(NEXT, [reaches]);
  return rows[0] ?? { nextDueAt: null, nextInMs: null };
}

/** The number of timers that are due and unfired, and the instant at which the next one is due. */
export async function findNext(pool: pg.Pool, reaches: Reaches = null): Promise<Waiting> {
  const { rows } = await pool.query<{ remaining: number }>(REMAINING, [KNOWN_RELEASES, reaches]);
  return { remaining: rows[0]?.remaining ?? 0, ...(await findNextDue(pool, reaches)) };
}
