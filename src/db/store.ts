// One multi-row statement stores everything a batch has decided, or nothing of it.

import type { Tx } from './transaction.ts';
import { run } from './transaction.ts';

export type Writes = {
  campaign: object[];
  subjects: object[];
  candidates: object[];
  phases: object[];
  events: object[];
  timersSet: object[];
  timersGone: object[];
  obligationsOpened: object[];
  obligationsRaised: object[];
  obligationsClosed: object[];
  notices: object[];
  receipts: object[];
  records: object[];
  assessments: object[];
  operations: object[];
  operationItems: object[];
  answers: object[];
};

export const noWrites = (): Writes => ({
  campaign: [],
  subjects: [],
  candidates: [],
  phases: [],
  events: [],
  timersSet: [],
  timersGone: [],
  obligationsOpened: [],
  obligationsRaised: [],
  obligationsClosed: [],
  notices: [],
  receipts: [],
  records: [],
  assessments: [],
  operations: [],
  operationItems: [],
  answers: [],
});

const SUBJECT = `id uuid, machine text, version integer, lock_rank smallint, parent_id uuid,
  organisation_id text, path text, value jsonb, context jsonb, status text, stage text, state text,
  phase smallint, follows_phase boolean, revision integer, chain_hash text,
  created_at timestamptz, updated_at timestamptz`;

// Foreign keys are checked at the end of the statement, so parents and children go in together.
const STORE = {
  name: 'store-steps',
  text: `
with put_campaign as (
  insert into campaign (campaign_id, name, plan_id, plan_version, division_code, created_at)
  select $1, r.name, r.plan_id, r.plan_version, r.division_code, r.created_at
    from jsonb_to_recordset($2) as r (name text, plan_id text, plan_version integer,
         division_code text, created_at timestamptz)
), put_subject as (
  insert into subject (campaign_id, id, machine, version, lock_rank, parent_id, organisation_id,
         path, value, context, status, stage, state, phase, follows_phase, revision, chain_hash,
         created_at, updated_at)
  select $1, r.id, r.machine, r.version, r.lock_rank, r.parent_id, r.organisation_id, r.path,
         r.value, r.context, r.status, r.stage, r.state, r.phase, r.follows_phase, r.revision,
         r.chain_hash, r.created_at, r.updated_at
    from jsonb_to_recordset($3) as r (${SUBJECT})
  on conflict (campaign_id, id) do update set
         value = excluded.value, context = excluded.context, status = excluded.status,
         stage = excluded.stage, state = excluded.state, phase = excluded.phase,
         follows_phase = excluded.follows_phase, revision = excluded.revision,
         chain_hash = excluded.chain_hash, updated_at = excluded.updated_at
), put_candidate as (
  insert into candidate (campaign_id, id, category, name, organisation_id, site_id, person_name,
         path, created_at)
  select $1, r.id, r.category, r.name, r.organisation_id, r.site_id, r.person_name, r.path,
         r.created_at
    from jsonb_to_recordset($4) as r (id uuid, category text, name text, organisation_id text,
         site_id text, person_name text, path text, created_at timestamptz)
), put_phase as (
  insert into campaign_phase (campaign_id, number, code, entered_at)
  select $1, r.number, r.code, r.entered_at
    from jsonb_to_recordset($5) as r (number smallint, code text, entered_at timestamptz)
), put_event as (
  insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles, payload,
         facts, stage, state, hash)
  select $1, r.subject_id, r.sequence, r.type, r.at, r.principal_id, r.roles, r.payload, r.facts,
         r.stage, r.state, r.hash
    from jsonb_to_recordset($6) as r (subject_id uuid, sequence integer, type text,
         at timestamptz, principal_id text, roles text[], payload jsonb, facts jsonb, stage text,
         state text, hash text)
), drop_timer as (
  delete from timer t using jsonb_to_recordset($7) as r (subject_id uuid, timer_id text)
   where t.campaign_id = $1 and t.subject_id = r.subject_id and t.timer_id = r.timer_id
), put_timer as (
  insert into timer (campaign_id, subject_id, timer_id, due_at)
  select $1, r.subject_id, r.timer_id, r.due_at
    from jsonb_to_recordset($8) as r (subject_id uuid, timer_id text, due_at timestamptz)
  on conflict (campaign_id, subject_id, timer_id) do update set due_at = excluded.due_at
), put_obligation as (
  insert into obligation (campaign_id, subject_id, kind, generation, clause, organisation_id, path,
         due_at, provisional, calendar_version, level, opened_at, raised_at, closed_at)
  select $1, r.subject_id, r.kind, r.generation, r.clause, r.organisation_id, r.path, r.due_at,
         r.provisional, r.calendar_version, r.level, r.opened_at, r.raised_at, r.closed_at
    from jsonb_to_recordset($9) as r (subject_id uuid, kind text, generation integer, clause text,
         organisation_id text, path text, due_at timestamptz, provisional boolean,
         calendar_version text, level text, opened_at timestamptz, raised_at timestamptz,
         closed_at timestamptz)
), raise_obligation as (
  update obligation o set level = r.level, raised_at = r.at
    from jsonb_to_recordset($10) as r (subject_id uuid, kind text, generation integer, level text,
         at timestamptz)
   where o.campaign_id = $1 and o.subject_id = r.subject_id and o.kind = r.kind
     and o.generation = r.generation and o.closed_at is null
), close_obligation as (
  update obligation o set level = r.outcome, closed_at = r.at
    from jsonb_to_recordset($11) as r (subject_id uuid, kind text, generation integer,
         outcome text, at timestamptz)
   where o.campaign_id = $1 and o.subject_id = r.subject_id and o.kind = r.kind
     and o.generation = r.generation and o.closed_at is null
), put_notice as (
  insert into notice (campaign_id, id, subject_id, sequence, template, kind, clause, title, body,
         organisation_id, path, issued_at, obligation_kind, obligation_generation, level,
         receipt_required)
  select $1, r.id, r.subject_id, r.sequence, r.template, r.kind, r.clause, r.title, r.body,
         r.organisation_id, r.path, r.issued_at, r.obligation_kind, r.obligation_generation,
         r.level, r.receipt_required
    from jsonb_to_recordset($12) as r (id uuid, subject_id uuid, sequence integer, template text,
         kind text, clause text, title text, body text, organisation_id text, path text,
         issued_at timestamptz, obligation_kind text, obligation_generation integer, level text,
         receipt_required boolean)
  on conflict (campaign_id, subject_id, obligation_kind, obligation_generation, level,
         organisation_id) where obligation_kind is not null do nothing
  returning id, subject_id, sequence, template, kind, organisation_id, issued_at
), put_outbox as (
  insert into outbox (campaign_id, subject_id, sequence, topic, payload, created_at)
  select $1, n.subject_id, n.sequence, 'notice.' || n.kind,
         jsonb_build_object('noticeId', n.id, 'template', n.template,
                            'organisationId', n.organisation_id), n.issued_at
    from put_notice n order by n.subject_id, n.sequence, n.id
), sign_notice as (
  update notice n set received_at = r.at, received_by = r.by, read_at = coalesce(n.read_at, r.at),
         read_by = coalesce(n.read_by, r.by)
    from jsonb_to_recordset($13) as r (notice_id uuid, at timestamptz, by text)
   where n.campaign_id = $1 and n.id = r.notice_id
), put_record as (
  insert into record (campaign_id, subject_id, ledger, id, kind, clause, body, sequence,
         recorded_at, recorded_by)
  select $1, r.subject_id, r.ledger, r.id, r.kind, r.clause, r.body, r.sequence, r.recorded_at,
         r.recorded_by
    from jsonb_to_recordset($14) as r (subject_id uuid, ledger text, id text, kind text,
         clause text, body jsonb, sequence integer, recorded_at timestamptz, recorded_by text)
), assess as (
  update record e set verdict = r.verdict, attributes = r.attributes, remark = r.remark,
         assessed_at = r.at, assessed_by = r.by
    from jsonb_to_recordset($15) as r (subject_id uuid, id text, verdict text, attributes jsonb,
         remark text, at timestamptz, by text)
   where e.campaign_id = $1 and e.subject_id = r.subject_id and e.ledger = 'evidence'
     and e.id = r.id
), put_operation as (
  insert into operation (campaign_id, id, kind, status, total, detail, created_by, created_at,
         finished_at)
  select $1, r.id, r.kind, case when r.total = 0 then 'done' else 'running' end, r.total, r.detail,
         r.created_by, r.created_at, case when r.total = 0 then r.created_at end
    from jsonb_to_recordset($16) as r (id uuid, kind text, total integer, detail jsonb,
         created_by text, created_at timestamptz)
), put_item as (
  insert into operation_item (campaign_id, operation_id, index, command)
  select $1, r.operation_id, r.index, r.command
    from jsonb_to_recordset($17) as r (operation_id uuid, index integer, command jsonb)
)
insert into idempotency (campaign_id, principal_id, key, request_hash, status, body, created_at)
select $1, r.principal_id, r.key, r.request_hash, r.status, r.body, r.created_at
  from jsonb_to_recordset($18) as r (principal_id text, key text, request_hash text,
       status smallint, body jsonb, created_at timestamptz)`,
};

/** Stores what a batch decided. Throws 23505 when another process did the same thing meanwhile. */
export async function storeSteps(tx: Tx, campaignId: string, writes: Writes): Promise<void> {
  await run(tx, STORE, [
    campaignId,
    ...[
      writes.campaign,
      writes.subjects,
      writes.candidates,
      writes.phases,
      writes.events,
      writes.timersGone,
      writes.timersSet,
      writes.obligationsOpened,
      writes.obligationsRaised,
      writes.obligationsClosed,
      writes.notices,
      writes.receipts,
      writes.records,
      writes.assessments,
      writes.operations,
      writes.operationItems,
      writes.answers,
    ].map((rows) => JSON.stringify(rows)),
  ]);
}
