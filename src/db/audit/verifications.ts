// Verifications as the worker does them: one is under way at most of each kind, a page at a time, by whichever
// process leases it.

import type pg from 'pg';
import type { AuditFault } from '../../rules/audit/faults.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

/** A nightly one begins at this hour of Beijing, or when a process first lives after it. */
export const NIGHTLY_FROM_HOUR = 3;
/** The fewest chains of the old that a night looks at: what is small is looked at whole. */
const SLICE_MIN = 500;
/** A page is done by then, or its process has died. */
const LEASE_SECONDS = 120;
/** Faults that are kept of one verification; all are counted. */
export const FAULTS_KEPT_MAX = 1_000;

export type Verification = {
  id: number;
  kind: 'asked' | 'nightly';
  requestedAt: string;
  finishedAt: string | null;
  pass: 0 | 1 | 2;
  afterCampaign: string;
  afterSubject: string;
  since: number;
  checkpoint: number;
  slice: number;
  sliceCampaign: string;
  sliceSubject: string;
  chains: number;
  events: number;
  erased: number;
  faults: number;
};

const COLUMNS = `
  v.id, v.kind, v.requested_at as "requestedAt", v.finished_at as "finishedAt", v.pass,
  v.after_campaign as "afterCampaign", v.after_subject as "afterSubject", v.since, v.checkpoint,
  v.slice, v.slice_campaign as "sliceCampaign", v.slice_subject as "sliceSubject", v.chains,
  v.events, v.erased, v.faults`;

const LAST_CHECKPOINT = '(select coalesce(max(number), 0) from checkpoint)';

const REQUEST = statement(
  'request-verification',
  `
    insert into verification (kind, requested_by, checkpoint, slice, pass)
    select 'asked', $1, ${LAST_CHECKPOINT}, ${Number.MAX_SAFE_INTEGER}, 0
    on conflict (kind) where finished_at is null do nothing`,
);

const FIND_ASKED = statement(
  'find-asked-verification',
  `select ${COLUMNS} from verification v where v.kind = 'asked' order by v.id desc limit 1`,
);

/** Asks for a verification of everything; one that is under way already serves whoever asks. */
export async function requestVerification(tx: Tx, principalId: string): Promise<Verification> {
  await run(tx, REQUEST, [principalId]);
  const [asked] = await run<Verification>(tx, FIND_ASKED, []);
  if (asked === undefined) throw new Error('a verification was asked for and is not there');
  return asked;
}

const BEGIN_NIGHTLY = statement(
  'begin-nightly-verification',
  `
    insert into verification (kind, since, checkpoint, slice, slice_campaign, slice_subject)
    select 'nightly', coalesce(l.checkpoint, 0), ${LAST_CHECKPOINT},
           greatest(${SLICE_MIN}, ceil(coalesce((select chains from checkpoint
                                                  order by number desc limit 1), 0) / $1::numeric)),
           coalesce(l.slice_campaign, '00000000-0000-0000-0000-000000000000'),
           coalesce(l.slice_subject, '00000000-0000-0000-0000-000000000000')
      from (select clock_timestamp() at time zone 'Asia/Shanghai' as now) t
      left join lateral (
        select * from verification where kind = 'nightly' order by id desc limit 1) l on true
     where extract(hour from t.now) >= $2
       and (l.id is null or l.finished_at is not null
            and (l.requested_at at time zone 'Asia/Shanghai')::date < t.now::date)
    on conflict (kind) where finished_at is null do nothing`,
);

/** Begins the verification of this night, unless it was; all chains are looked at within so many days. */
export async function beginNightly(
  tx: Tx,
  days: number,
  fromHour = NIGHTLY_FROM_HOUR,
): Promise<void> {
  await run(tx, BEGIN_NIGHTLY, [days, fromHour]);
}

const CLAIM = statement(
  'claim-verification',
  `
    update verification v
       set leased_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
      from (select id from verification
             where finished_at is null and coalesce(leased_until, '-infinity') < clock_timestamp()
             order by kind, id limit 1 for update skip locked) due
     where v.id = due.id
    returning ${COLUMNS}`,
);

/** Leases the verification that is to go on: what was asked for before what is nightly. */
export const claimVerification = async (tx: Tx): Promise<Verification | undefined> =>
  (await run<Verification>(tx, CLAIM, []))[0];

const ADVANCE = statement(
  'advance-verification',
  `
    update verification
       set pass = $5, after_campaign = $6, after_subject = $7, slice = $8, slice_campaign = $9,
           slice_subject = $10, chains = $11, events = $12, erased = $13, faults = $14,
           leased_until = null, finished_at = case when $15 then clock_timestamp() end
     where id = $1 and finished_at is null and pass = $2
       and (after_campaign, after_subject) = ($3, $4)
       and (slice_campaign, slice_subject) = ($16, $17)
    returning id`,
);

/** Stores how far it is; false when another process has come further meanwhile. */
export async function updateVerification(
  tx: Tx,
  from: Verification,
  to: Verification,
  isFinished: boolean,
): Promise<boolean> {
  const rows = await run(tx, ADVANCE, [
    ...[from.id, from.pass, from.afterCampaign, from.afterSubject],
    ...[to.pass, to.afterCampaign, to.afterSubject, to.slice, to.sliceCampaign, to.sliceSubject],
    ...[to.chains, to.events, to.erased, to.faults, isFinished],
    ...[from.sliceCampaign, from.sliceSubject],
  ]);
  return rows.length > 0;
}

const FAULT_ROW = `r ("campaignId" uuid, "subjectId" uuid, path text, kind text, sequence bigint,
  until bigint, at timestamptz, detail text, place integer)`;

const INSERT_FAULTS = statement(
  'insert-verification-faults',
  `
    insert into verification_fault (verification_id, number, kind, campaign_id, subject_id, path,
                                    sequence, until, at, detail)
    select $1, $2 + r.place, r.kind, r."campaignId", r."subjectId", r.path, r.sequence, r.until, r.at,
           r.detail
      from jsonb_to_recordset($3) as ${FAULT_ROW}`,
);

// One incident for each kind of fault in a chain, however many events it concerns.
const OPEN_INCIDENTS = statement(
  'open-audit-incidents',
  `
    with found as (
      select distinct on (r."campaignId", r."subjectId", r.kind) r.*
        from jsonb_to_recordset($1) as ${FAULT_ROW}
       order by r."campaignId", r."subjectId", r.kind, r.sequence),
    stored as (
      insert into incident as i (lane, campaign_id, subject_id, item, status, attempts, cause_code,
                                 cause_message, first_at, last_at)
      select 'audit', nullif(f."campaignId", $2), nullif(f."subjectId", $2),
             f.kind || ' ' || f.sequence, 'open', 1, f.kind, f.detail, clock_timestamp(),
             clock_timestamp()
        from found f
      on conflict (lane, campaign_id, subject_id, item) where status in ('retrying', 'open')
      do update set last_at = excluded.last_at
      returning i.*, xmax = 0 as "isNew")
    insert into incident_event (incident_id, sequence, type, at, code, message)
    select id, revision, 'parked', last_at, cause_code, cause_message from stored where "isNew"`,
);

const NIL = '00000000-0000-0000-0000-000000000000';

/** Keeps these faults, numbered on from `known`, and opens an incident for each chain and kind. */
export async function insertFaults(
  tx: Tx,
  id: number,
  known: number,
  faults: readonly AuditFault[],
): Promise<void> {
  const kept = faults
    .slice(0, Math.max(FAULTS_KEPT_MAX - known, 0))
    .map((fault, index) => ({ ...fault, place: index + 1 }));
  if (kept.length === 0) return;
  const rows = JSON.stringify(kept);
  await run(tx, INSERT_FAULTS, [id, known, rows]);
  await run(tx, OPEN_INCIDENTS, [rows, NIL]);
}

const LAST = statement(
  'last-verifications',
  `
    (select ${COLUMNS} from verification v where v.finished_at is not null
      order by v.finished_at desc limit 1)
    union all
    (select ${COLUMNS} from verification v where v.finished_at is null order by v.kind, v.id limit 1)`,
);

/** The last one that ended, and the one that is under way. */
export async function findLastVerifications(
  db: pg.Pool,
): Promise<{ last: Verification | null; underWay: Verification | null }> {
  const rows = await run<Verification>(db, LAST, []);
  return {
    last: rows.find(({ finishedAt }) => finishedAt !== null) ?? null,
    underWay: rows.find(({ finishedAt }) => finishedAt === null) ?? null,
  };
}

const LIST_FAULTS = statement(
  'list-verification-faults',
  `
    select f.kind, f.campaign_id as "campaignId", f.subject_id as "subjectId", f.path, f.sequence,
           f.until, f.at, f.detail
      from verification_fault f
     where f.verification_id = $1
       and (f.path is null
            or exists (select from unnest($2::text[]) as r (reach) where starts_with(f.path, r.reach)))
     order by f.number limit $3`,
);

/** What a verification found within these reaches, and of what nobody knows the place any more. */
export const listFaults = (
  db: pg.Pool,
  id: number,
  reaches: readonly string[],
  limit: number,
): Promise<AuditFault[]> => run(db, LIST_FAULTS, [id, reaches, limit]);
