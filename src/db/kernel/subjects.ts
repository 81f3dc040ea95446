// Subjects under lock: the campaign first, then candidates, then what hangs on them, by id.

import type { MachineName } from '../../../machines/machine-names.ts';
import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

export type SubjectRow = {
  campaign_id: string;
  id: string;
  machine: MachineName;
  version: number;
  parent_id: string | null;
  organisation_id: string;
  path: string;
  value: unknown;
  context: { [name: string]: unknown };
  status: 'active' | 'done';
  stage: string;
  state: string;
  phase: number;
  follows_phase: boolean;
  revision: number;
  chain_hash: string;
  created_at: string;
  updated_at: string;
  category: string | null;
  name: string | null;
  person_name: string | null;
  site_id: string | null;
};

export type CampaignHead = {
  now: string;
  directory: number;
  calendar: number;
  /** Null, like the three below, when there is no such campaign. */
  planId: string | null;
  planVersion: number;
  /** The version the campaign has been moved to since; null when it goes by its first. */
  adoptedVersion: number | null;
  name: string | null;
  /** Number of the campaign's phase, 0 while it is a draft. */
  phase: number | null;
};

// What now_instant() says, written out: a function of its own costs more than the rest.
const NOW = `date_trunc('milliseconds',
    coalesce((select instant from virtual_clock), clock_timestamp()))`;

const head = (name: string, lock: string) =>
  statement(
    name,
    `
    select ${NOW} as now, v.directory, v.calendar, c.plan_id as "planId",
           c.plan_version as "planVersion", c.name, s.phase,
           (s.context ->> 'planVersion')::int as "adoptedVersion"
      from subject s
      join campaign c on c.campaign_id = s.campaign_id
     cross join reference_version v
     where s.campaign_id = $1 and s.id = $1 ${lock}`,
  );
const HEAD = {
  none: head('find-campaign', ''),
  share: head('share-campaign', 'for share of s'),
  update: head('lock-campaign', 'for update of s'),
};

const NO_CAMPAIGN = statement(
  'open-nothing',
  `
    select ${NOW} as now, v.directory, v.calendar, null as "planId", null as "planVersion",
           null as name, null::int as phase, null::int as "adoptedVersion"
      from reference_version v`,
);

/**
 * The campaign's row is shared by everyone and held alone by whoever moves it: a phase change waits
 * for the commands before it, and every command after it sees the new phase. Undefined when there
 * is no such campaign.
 */
export async function lockCampaign(
  tx: Tx,
  campaignId: string,
  mode: 'share' | 'update',
): Promise<CampaignHead | undefined> {
  const [row] = await run<CampaignHead>(tx, HEAD[mode], [campaignId]);
  return row;
}

/** The same without a lock, for what only reads. */
export async function findHead(tx: Tx, campaignId: string): Promise<CampaignHead | undefined> {
  const [row] = await run<CampaignHead>(tx, HEAD.none, [campaignId]);
  return row;
}

/** The same for a campaign that does not exist yet: what time it is, and what to refer to. */
export async function readHead(tx: Tx): Promise<CampaignHead> {
  const [row] = await run<CampaignHead>(tx, NO_CAMPAIGN, []);
  if (row === undefined) throw new Error('reference_version has no row');
  return row;
}

const PHASES = statement(
  'find-phases',
  `select number, code, entered_at as "enteredAt"
           from campaign_phase where campaign_id = $1 order by number`,
);

export type PhaseRow = { number: number; code: string; enteredAt: string };

/** The phase changes of this campaign so far, in order; the first phase is none. */
export const findPhases = (tx: Tx, campaignId: string): Promise<PhaseRow[]> =>
  run<PhaseRow>(tx, PHASES, [campaignId]);

// `offset 0` makes it a look-up for each key, also while the planner still takes the table for empty.
const ANSWERS = statement(
  'find-answers',
  `
    select i.principal_id as "principalId", i.key, i.request_hash as "requestHash", i.status, i.body
      from unnest($1::text[], $2::text[]) as asked (principal_id, key)
     cross join lateral (
       select * from idempotency
        where principal_id = asked.principal_id and key = asked.key
       offset 0) i`,
);

export type AnswerRow = {
  principalId: string;
  key: string;
  requestHash: string;
  status: number;
  body: unknown;
};

export type Key = { principalId: string; key: string };

/** The answers already given to these keys. */
export async function findAnswers(tx: Tx, asked: readonly Key[]): Promise<AnswerRow[]> {
  if (asked.length === 0) return [];
  return run<AnswerRow>(tx, ANSWERS, [
    asked.map(({ principalId }) => principalId),
    asked.map(({ key }) => key),
  ]);
}

const LOCK_KEYS = statement(
  'lock-keys',
  `
    select pg_advisory_xact_lock(h)
      from (select distinct hashtextextended(principal_id || ' ' || key, 0) as h
              from unnest($1::text[], $2::text[]) as asked (principal_id, key)
             order by 1) hashes`,
);

/**
 * Holds these keys to the end of the transaction: of two commands with one key the second waits for
 * the first one's answer. Taken before any row, in the one order everybody keeps.
 */
export async function lockKeys(tx: Tx, asked: readonly Key[]): Promise<void> {
  if (asked.length === 0) return;
  await run(tx, LOCK_KEYS, [
    asked.map(({ principalId }) => principalId),
    asked.map(({ key }) => key),
  ]);
}

/** Of a subject `s` beside the candidate `c` it is or hangs on. */
export const SUBJECT_ROW = `
  s.campaign_id, s.id, s.machine, s.version, s.parent_id, s.organisation_id, s.path, s.value,
  s.context, s.status, s.stage, s.state, s.phase, s.follows_phase, s.revision, s.chain_hash,
  s.created_at, s.updated_at, c.category, c.name, c.person_name, c.site_id`;

const LOCK = statement(
  'lock-subjects',
  `
    select ${SUBJECT_ROW}
      from subject s
      left join candidate c
        on c.campaign_id = s.campaign_id and c.id = coalesce(s.parent_id, s.id)
     where s.campaign_id = $1
       and s.id = any ($2::uuid[] || array(
             select p.parent_id from subject p
              where p.campaign_id = $1 and p.id = any ($2::uuid[]) and p.parent_id is not null))
     order by s.lock_rank, s.id
       for update of s`,
);

/** Locks these subjects and the candidates they hang on, in the one order everybody keeps. */
export async function lockSubjects(
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, SubjectRow>> {
  const rows = await run<SubjectRow>(tx, LOCK, [campaignId, ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

const FIND = statement(
  'find-subject',
  `
    select ${SUBJECT_ROW}
      from subject s
      left join candidate c
        on c.campaign_id = s.campaign_id and c.id = coalesce(s.parent_id, s.id)
     where s.campaign_id = $1 and s.id = $2`,
);

/** A subject as it stands, without a lock: to tell of it, not to decide about it. */
export async function findSubject(
  tx: Tx,
  campaignId: string,
  id: string,
): Promise<SubjectRow | undefined> {
  const [row] = await run<SubjectRow>(tx, FIND, [campaignId, id]);
  return row;
}

const DELETE_DUE = statement(
  'delete-due-timers',
  `
    delete from timer t
     using unnest($2::uuid[], $3::text[]) as asked (subject_id, timer_id)
     where t.campaign_id = $1 and t.subject_id = asked.subject_id
       and t.timer_id = asked.timer_id and t.due_at <= $4
     returning t.subject_id as "subjectId", t.timer_id as "timerId", t.due_at as "dueAt"`,
);

/** Deleting decides: a timer that is gone was cancelled, or another worker fired it first. */
export async function deleteDueTimers(
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; timerId: string }[],
  now: string,
): Promise<{ subjectId: string; timerId: string; dueAt: string }[]> {
  return run(tx, DELETE_DUE, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ timerId }) => timerId),
    now,
  ]);
}

const DUPLICATES = statement(
  'find-same-candidates',
  `
    select c.id, c.category, c.organisation_id as "organisationId", c.person_name as "personName"
      from unnest($2::text[], $3::text[], $4::text[]) as asked (category, organisation_id, person)
     cross join lateral (
       select * from candidate
        where campaign_id = $1 and category = asked.category
          and organisation_id = asked.organisation_id
          and coalesce(person_name, '') = asked.person
       offset 0) c`,
);

/** Candidates that already stand for the same unit or person in the same category. */
export async function findSameCandidates(
  tx: Tx,
  campaignId: string,
  asked: readonly { category: string; organisationId: string; personName: string | null }[],
): Promise<{ id: string; category: string; organisationId: string; personName: string | null }[]> {
  return run(tx, DUPLICATES, [
    campaignId,
    asked.map(({ category }) => category),
    asked.map(({ organisationId }) => organisationId),
    asked.map(({ personName }) => personName ?? ''),
  ]);
}
