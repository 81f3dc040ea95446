// Incidents: failures of the worker, each with a log of its own. One family of statements stores
// failures, claims them for another try, and settles them.

import type pg from 'pg';
import { isKnown, KNOWN_RELEASES } from './releases.ts';
import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

export const INCIDENT_LANES = [
  'timers',
  'operations',
  'recalculation',
  'sweeping',
  'versions',
  'walls',
  'audit',
  'administration',
  'backups',
] as const;
export type IncidentLane = (typeof INCIDENT_LANES)[number];

export const INCIDENT_STATUSES = ['retrying', 'open', 'resolved', 'dismissed'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/**
 * The item that failed: a timer's id, `<operation>/<index>` of an operation's item, `<operation>/phase`
 * of a subject that a phase change could not move, `operation`, `recalculate-deadline`, a file's id,
 * `<machine> v<version>`, the type of an event that a wall refused, the kind and place of what does not fit
 * in a log, the id of a claim made past the interface, or the name of a backup.
 */
export type IncidentItem = {
  campaignId: string | null;
  subjectId: string | null;
  operationId: string | null;
  item: string;
};

type Failure = IncidentItem & {
  code: string;
  message: string;
  /** False for a failure that only waiting mends: it is no attempt, and parks nothing. */
  isCounted: boolean;
};

export type Incident = IncidentItem & {
  id: number;
  lane: IncidentLane;
  status: IncidentStatus;
  attempts: number;
  affected: number;
  code: string;
  message: string;
  notBefore: string | null;
  firstAt: string;
  lastAt: string;
  revision: number;
};

/** Tries before an incident is left to people: with the waits below, some four minutes after the first. */
export const ATTEMPTS_MAX = 8;
const BACKOFF_SECONDS_MIN = 2;
const BACKOFF_SECONDS_MAX = 300;
/** The lease of a try: after it another process may try, since the first one probably died. */
const LEASE_SECONDS = 60;

export const INCIDENT_COLUMNS = `
  i.id, i.lane, i.campaign_id as "campaignId", i.subject_id as "subjectId",
  i.operation_id as "operationId", i.item, i.status, i.attempts, i.affected, i.cause_code as code,
  i.cause_message as message, i.not_before as "notBefore", i.first_at as "firstAt",
  i.last_at as "lastAt", i.revision`;

/** The wait before another look at an incident that only waiting helps. */
const WAITING_SECONDS = 30;

const LIVE = `('retrying', 'open')`;

// The wait doubles after each try, and the row's number adds up to half as much, so that items that
// failed together are not tried together. The attempts are those before this one.
const BACKOFF = `clock_timestamp() + make_interval(secs =>
  case when excluded.attempts = 0 then ${WAITING_SECONDS}
       else least(${BACKOFF_SECONDS_MIN} * power(2, least(i.attempts, 16)), ${BACKOFF_SECONDS_MAX})
  end * (1 + (i.id * 37 % 100) / 200.0))`;
const IS_PARKED = `(excluded.attempts > 0 and i.attempts + excluded.attempts >= ${ATTEMPTS_MAX})`;

const RECORD_FAILURES = statement(
  'record-failures',
  `
    with stored as (
      insert into incident as i (lane, campaign_id, subject_id, operation_id, item, status, attempts,
                                 cause_code, cause_message, not_before, first_at, last_at)
      select $1, f."campaignId", f."subjectId", f."operationId", f.item, 'retrying',
             case when f."isCounted" then 1 else 0 end, f.code, f.message,
             clock_timestamp() + make_interval(secs =>
               case when f."isCounted" then ${BACKOFF_SECONDS_MIN} else ${WAITING_SECONDS} end),
             clock_timestamp(), clock_timestamp()
        from jsonb_to_recordset($2) as f ("campaignId" uuid, "subjectId" uuid, "operationId" uuid,
               item text, code text, message text, "isCounted" boolean)
      on conflict (lane, campaign_id, subject_id, item) where status in ${LIVE}
      do update set
        attempts = i.attempts + excluded.attempts,
        status = case when ${IS_PARKED} then 'open' else 'retrying' end,
        not_before = case when ${IS_PARKED} then null else ${BACKOFF} end,
        cause_code = excluded.cause_code, cause_message = excluded.cause_message,
        last_at = excluded.last_at, revision = i.revision + 1
      returning i.*),
    logged as (
      insert into incident_event (incident_id, sequence, type, at, code, message)
      select id, revision, case status when 'open' then 'parked' else 'failed' end, last_at,
             cause_code, cause_message
        from stored)
    select ${INCIDENT_COLUMNS} from stored i order by i.id`,
);

/** Stores one more failure of each item and answers the rows after it. No item may be named twice. */
export const storeFailures = (
  tx: Tx,
  lane: IncidentLane,
  failures: readonly Failure[],
): Promise<Incident[]> => run<Incident>(tx, RECORD_FAILURES, [lane, JSON.stringify(failures)]);

const OPEN_INCIDENT = statement(
  'open-incident',
  `
    with stored as (
      insert into incident as i (lane, item, status, attempts, cause_code, cause_message, first_at, last_at)
      values ($1, $2, 'open', 0, $3, $4, clock_timestamp(), clock_timestamp())
      on conflict (lane, campaign_id, subject_id, item) where status in ${LIVE}
      do update set cause_message = excluded.cause_message, last_at = excluded.last_at,
                    revision = i.revision + 1
      returning id, revision, last_at)
    insert into incident_event (incident_id, sequence, type, at, code, message)
    select id, revision, 'parked', last_at, $3, $4 from stored`,
);

/**
 * Opens an incident that is people's from the beginning: nothing has failed that is tried again. One that is open
 * already about the same item is told once more in its log.
 */
export const openIncident = (
  tx: Tx,
  opened: { lane: IncidentLane; item: string; code: string; message: string },
): Promise<unknown> =>
  run(tx, OPEN_INCIDENT, [opened.lane, opened.item, opened.code, opened.message]);

const HAS_DUE = statement(
  'has-due-incidents',
  `
    select exists (select from incident
                    where lane = $1 and status = 'retrying' and not_before <= clock_timestamp())
           as "isDue"`,
);

/** True when the wait of an incident is over. Each round asks this first, to open no transaction in vain. */
export async function hasDueIncidents(db: pg.Pool, lane: IncidentLane): Promise<boolean> {
  return (await run<{ isDue: boolean }>(db, HAS_DUE, [lane]))[0]?.isDue === true;
}

const CLAIM_INCIDENTS = statement(
  'claim-incidents',
  `
    update incident i set not_before = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
      from (select id from incident
             where lane = $1 and status = 'retrying' and not_before <= clock_timestamp()
               and ($3::text[] is null or exists (
                 select from subject s cross join unnest($3::text[]) as reach (path)
                  where s.campaign_id = incident.campaign_id and s.id = incident.subject_id
                    and starts_with(s.path, reach.path)))
             order by not_before limit $2 for update skip locked) due
     where i.id = due.id
    returning ${INCIDENT_COLUMNS}`,
);

/**
 * Leases incidents whose wait is over to the process that asks first; others find other incidents. Only
 * those whose subject lies within `reaches`, where these are not null.
 */
export const claimIncidents = (
  tx: Tx,
  lane: IncidentLane,
  limit: number,
  reaches: readonly string[] | null,
): Promise<Incident[]> => run<Incident>(tx, CLAIM_INCIDENTS, [lane, limit, reaches]);

const SETTLE_INCIDENTS = statement(
  'settle-incidents',
  `
    with settled as (
      update incident set status = $2, not_before = null, last_at = clock_timestamp(),
                          revision = revision + 1
       where id = any ($1::bigint[]) and status in ${LIVE}
      returning id, revision, last_at),
    logged as (
      insert into incident_event (incident_id, sequence, type, at, principal_id, reason)
      select id, revision, $2, last_at, $3, $4 from settled)
    select id from settled`,
);

/** Settles those that are not settled yet, by the worker (no principal) or by a person with a reason. */
export async function settleIncidents(
  tx: Tx,
  ids: readonly number[],
  status: 'resolved' | 'dismissed',
  by: { principalId: string; reason: string } | null = null,
): Promise<void> {
  if (ids.length === 0) return;
  await run(tx, SETTLE_INCIDENTS, [ids, status, by?.principalId ?? null, by?.reason ?? null]);
}

const RESOLVE_INCIDENTS = statement(
  'resolve-incidents',
  `
    with resolved as (
      update incident set status = 'resolved', last_at = clock_timestamp(), revision = revision + 1
       where lane = $1 and status in ${LIVE}
      returning id, revision, last_at)
    insert into incident_event (incident_id, sequence, type, at)
    select id, revision, 'resolved', last_at from resolved`,
);

/** Resolves what is open in a lane, where one good outcome ends all of it. */
export const resolveIncidents = (tx: Tx, lane: IncidentLane): Promise<unknown> =>
  run(tx, RESOLVE_INCIDENTS, [lane]);

const RETRY_INCIDENT = statement(
  'retry-incident',
  `
    with asked as (
      update incident set status = 'retrying', not_before = clock_timestamp(),
                          last_at = clock_timestamp(), revision = revision + 1
       where id = $1
      returning id, revision, last_at)
    insert into incident_event (incident_id, sequence, type, at, principal_id)
    select id, revision, 'retried', last_at, $2 from asked`,
);

/** Makes the incident due at once; one that was parked is parked again when this try fails. */
export async function updateRetrying(tx: Tx, id: number, principalId: string): Promise<void> {
  await run(tx, RETRY_INCIDENT, [id, principalId]);
}

const LOCK_INCIDENT = statement(
  'lock-incident',
  `select ${INCIDENT_COLUMNS} from incident i where i.id = $1 for update`,
);

export async function lockIncident(tx: Tx, id: number): Promise<Incident | undefined> {
  return (await run<Incident>(tx, LOCK_INCIDENT, [id]))[0];
}

const UNKNOWN_VERSIONS = statement(
  'record-unknown-versions',
  `
    with recursive release as (
      (select machine, version from subject order by machine, version limit 1)
      union all
      select n.machine, n.version
        from release r
       cross join lateral (
         select s.machine, s.version from subject s
          where (s.machine, s.version) > (r.machine, r.version)
          order by s.machine, s.version limit 1) n),
    unknown as (
      select r.machine, r.version, n.subjects
        from release r
       cross join lateral (
         select count(*)::int as subjects
           from (select from subject s
                  where s.machine = r.machine and s.version = r.version limit $2) s) n
       where not ${isKnown('r', 1)}),
    stored as (
      insert into incident as i (lane, item, status, attempts, affected, cause_code, cause_message,
                                 first_at, last_at)
      select 'versions', u.machine || ' v' || u.version, 'open', 0, u.subjects, 'unknown-version',
             'no machine ' || u.machine || ' v' || u.version, clock_timestamp(), clock_timestamp()
        from unknown u
      on conflict (lane, campaign_id, subject_id, item) where status in ${LIVE}
      do update set affected = excluded.affected, last_at = excluded.last_at
      returning id, item, affected, revision, last_at, xmax = 0 as "isNew"),
    logged as (
      insert into incident_event (incident_id, sequence, type, at, code)
      select id, revision, 'parked', last_at, 'unknown-version' from stored where "isNew")
    select id, item, affected from stored where "isNew" order by item`,
);

/** Subjects beyond this number are not counted: the answer says "at least". */
const AFFECTED_COUNTED_MAX = 10_000;

/** Opens an incident for each machine version that subjects have and this build lacks; answers the new. */
export const storeUnknownVersions = (
  tx: Tx,
): Promise<{ id: number; item: string; affected: number }[]> =>
  run(tx, UNKNOWN_VERSIONS, [KNOWN_RELEASES, AFFECTED_COUNTED_MAX]);

/** Every process reports such a version twice a minute: after this silence all have been upgraded. */
const VERSIONS_SILENT_SECONDS = 120;

// Incidents without a cause any more: a timer cancelled or set anew, an item answered, a subject moved.
const LIST_GONE_INCIDENTS = statement(
  'list-gone-incidents',
  `
    select i.id from incident i
     where i.status = 'open' and case i.lane
       when 'versions' then
         i.last_at < clock_timestamp() - make_interval(secs => ${VERSIONS_SILENT_SECONDS})
       when 'timers' then not exists (
         select from timer t
          where t.campaign_id = i.campaign_id and t.subject_id = i.subject_id
            and t.timer_id = i.item and t.held)
       when 'operations' then not exists (
         select from operation o
          where o.campaign_id = i.campaign_id and o.id = i.operation_id and o.status <> 'done')
         or (i.subject_id is not null and not exists (
         select from subject s
          where s.campaign_id = i.campaign_id and s.id = i.subject_id and s.follows_phase
            and s.phase < (select (o.detail ->> 'number')::int from operation o
                            where o.campaign_id = i.campaign_id and o.id = i.operation_id)))
       else false end
     order by i.id limit 1000`,
);

/** The ids of parked incidents that have nothing left to do. */
export async function listGone(tx: Tx): Promise<number[]> {
  return (await run<{ id: number }>(tx, LIST_GONE_INCIDENTS, [])).map(({ id }) => id);
}
