// Subjects under lock: the campaign first, then candidates, then what hangs on them, by id.

import type { Tx } from './transaction.ts';
import { run } from './transaction.ts';

export type SubjectRow = {
  campaign_id: string;
  id: string;
  machine: 'campaign' | 'candidate' | 'rectification' | 'receipt';
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
  planId: string | null;
  planVersion: number;
  name: string | null;
  /** Number of the campaign's phase, 0 while it is a draft; null when there is no such campaign. */
  phase: number | null;
  phases: { number: number; code: string; enteredAt: string }[];
  answers: {
    principalId: string;
    key: string;
    requestHash: string;
    status: number;
    body: unknown;
  }[];
};

const HEAD = {
  name: 'open-campaign',
  text: `
    select now_instant() as now, v.directory, v.calendar,
           c.plan_id as "planId", c.plan_version as "planVersion", c.name,
           (select s.phase from subject s where s.campaign_id = $1 and s.id = $1) as phase,
           coalesce((select jsonb_agg(jsonb_build_object('number', p.number, 'code', p.code,
                       'enteredAt', to_char(p.entered_at at time zone 'UTC',
                                            'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by p.number)
                       from campaign_phase p where p.campaign_id = $1), '[]') as phases,
           coalesce((select jsonb_agg(jsonb_build_object('principalId', i.principal_id,
                       'key', i.key, 'requestHash', i.request_hash, 'status', i.status,
                       'body', i.body))
                       from idempotency i
                       join unnest($2::text[], $3::text[]) as asked (principal_id, key)
                         on i.principal_id = asked.principal_id and i.key = asked.key
                      where i.campaign_id = $1), '[]') as answers
      from reference_version v
      left join campaign c on c.campaign_id = $1`,
};

/**
 * What a batch begins with: the database's now, the campaign's plan and phases, and the answers
 * already given to these keys. `planId` is null when there is no such campaign yet.
 */
export async function readHead(
  tx: Tx,
  campaignId: string,
  asked: readonly { principalId: string; key: string }[],
): Promise<CampaignHead> {
  const [head] = await run<CampaignHead>(tx, HEAD, [
    campaignId,
    asked.map(({ principalId }) => principalId),
    asked.map(({ key }) => key),
  ]);
  if (head === undefined) throw new Error('reference_version has no row');
  return head;
}

const LOCK_CAMPAIGN = {
  share: {
    name: 'share-campaign',
    text: 'select id from subject where campaign_id = $1 and id = $1 for share',
  },
  update: {
    name: 'lock-campaign',
    text: 'select id from subject where campaign_id = $1 and id = $1 for update',
  },
};

/**
 * The campaign's row is shared by everyone and held alone by whoever moves it: a phase change waits
 * for the commands before it, and every command after it sees the new phase.
 */
export async function lockCampaign(
  tx: Tx,
  campaignId: string,
  mode: 'share' | 'update',
): Promise<void> {
  await run(tx, LOCK_CAMPAIGN[mode], [campaignId]);
}

const COLUMNS = `
  s.campaign_id, s.id, s.machine, s.version, s.parent_id, s.organisation_id, s.path, s.value,
  s.context, s.status, s.stage, s.state, s.phase, s.follows_phase, s.revision, s.chain_hash,
  s.created_at, s.updated_at, c.category, c.name, c.person_name, c.site_id`;

const LOCK = {
  name: 'lock-subjects',
  text: `
    select ${COLUMNS}
      from subject s
      left join candidate c
        on c.campaign_id = s.campaign_id and c.id = coalesce(s.parent_id, s.id)
     where s.campaign_id = $1
       and s.id = any ($2::uuid[] || array(
             select p.parent_id from subject p
              where p.campaign_id = $1 and p.id = any ($2::uuid[]) and p.parent_id is not null))
     order by s.lock_rank, s.id
       for update of s`,
};

/** Locks these subjects and the candidates they hang on, in the one order everybody keeps. */
export async function lockSubjects(
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, SubjectRow>> {
  const rows = await run<SubjectRow>(tx, LOCK, [campaignId, ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

const FIND = {
  name: 'find-subject',
  text: `
    select ${COLUMNS}
      from subject s
      left join candidate c on c.campaign_id = s.campaign_id and c.id = s.id
     where s.campaign_id = $1 and s.id = $2`,
};

/** A subject as it stands, without a lock: to tell of it, not to decide about it. */
export async function findSubject(
  tx: Tx,
  campaignId: string,
  id: string,
): Promise<SubjectRow | undefined> {
  const [row] = await run<SubjectRow>(tx, FIND, [campaignId, id]);
  return row;
}

const DELETE_DUE = {
  name: 'delete-due-timers',
  text: `
    delete from timer t
     using unnest($2::uuid[], $3::text[]) as asked (subject_id, timer_id)
     where t.campaign_id = $1 and t.subject_id = asked.subject_id
       and t.timer_id = asked.timer_id and t.due_at <= $4
     returning t.subject_id as "subjectId", t.timer_id as "timerId", t.due_at as "dueAt"`,
};

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

const DUPLICATES = {
  name: 'find-same-candidates',
  text: `
    select c.id, c.category, c.organisation_id as "organisationId", c.person_name as "personName"
      from candidate c
      join unnest($2::text[], $3::text[], $4::text[]) as asked (category, organisation_id, person)
        on c.category = asked.category and c.organisation_id = asked.organisation_id
       and coalesce(c.person_name, '') = asked.person
     where c.campaign_id = $1`,
};

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
