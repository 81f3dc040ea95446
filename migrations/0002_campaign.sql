-- What belongs to one campaign. campaign_id stands in every primary, unique and foreign key, and
-- every transaction touches one campaign, so these tables distribute by it without a change.

create table campaign (
  campaign_id uuid primary key,
  name text not null check (length(name) between 1 and 300),
  plan_id text not null,
  plan_version integer not null,
  division_code text not null,
  created_at timestamptz not null,
  foreign key (plan_id, plan_version) references plan (id, version)
);

-- One instance of a machine: the campaign itself (id = campaign_id), a candidate, an order, a receipt.
create table subject (
  campaign_id uuid not null references campaign (campaign_id),
  id uuid not null,
  machine text not null check (machine in ('campaign', 'candidate', 'rectification', 'receipt')),
  version integer not null,
  lock_rank smallint not null check (lock_rank between 1 and 4),
  parent_id uuid,
  organisation_id text not null,
  path text not null,
  value jsonb not null,
  context jsonb not null,
  status text not null check (status in ('active', 'done')),
  stage text not null,
  state text not null,
  phase smallint not null default 0,
  follows_phase boolean not null default false,
  revision integer not null check (revision >= 1),
  chain_hash text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (campaign_id, id),
  foreign key (campaign_id, parent_id) references subject (campaign_id, id)
-- Every step rewrites its row: room on the page keeps the new version off the indexes, and what fits
-- the page is not compressed at every step.
) with (fillfactor = 60, toast_tuple_target = 8160);
create index subject_parent on subject (campaign_id, parent_id) where parent_id is not null;
create index subject_state on subject (campaign_id, machine, stage, state);
create index subject_behind on subject (campaign_id, phase, id) where follows_phase;
create index subject_path on subject (campaign_id, machine, path text_pattern_ops);

create table candidate (
  campaign_id uuid not null,
  id uuid not null,
  category text not null,
  name text not null check (length(name) between 1 and 200),
  organisation_id text not null,
  site_id text,
  person_name text,
  path text not null,
  created_at timestamptz not null,
  primary key (campaign_id, id),
  foreign key (campaign_id, id) references subject (campaign_id, id)
);
create unique index candidate_once on candidate
  (campaign_id, category, organisation_id, coalesce(person_name, ''));
create index candidate_category on candidate (campaign_id, category);

create table campaign_phase (
  campaign_id uuid not null references campaign (campaign_id),
  number smallint not null,
  code text not null,
  entered_at timestamptz not null,
  primary key (campaign_id, number)
);

-- The log: what was told, when, by whom, and what was known. Nothing in it is ever changed.
create table event (
  campaign_id uuid not null,
  subject_id uuid not null,
  sequence integer not null check (sequence >= 1),
  type text not null,
  at timestamptz not null,
  principal_id text not null,
  roles text[] not null,
  payload jsonb not null,
  facts jsonb not null,
  stage text not null,
  state text not null,
  hash text not null,
  primary key (campaign_id, subject_id, sequence),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id)
);
create function log_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger event_is_append_only before update or delete on event
  for each row execute function log_is_append_only();
create trigger event_is_not_truncated before truncate on event
  for each statement execute function log_is_append_only();

create table timer (
  campaign_id uuid not null,
  subject_id uuid not null,
  timer_id text not null,
  due_at timestamptz not null,
  primary key (campaign_id, subject_id, timer_id),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id)
);
create index timer_due on timer (due_at);

create table obligation (
  campaign_id uuid not null,
  subject_id uuid not null,
  kind text not null,
  generation integer not null check (generation >= 1),
  clause text not null,
  organisation_id text not null,
  path text not null,
  due_at timestamptz not null,
  provisional boolean not null,
  calendar_version text not null,
  level text not null check (level in (
    'armed', 'due-soon', 'overdue', 'escalated', 'satisfied', 'waived', 'superseded')),
  opened_at timestamptz not null,
  raised_at timestamptz,
  closed_at timestamptz,
  primary key (campaign_id, subject_id, kind, generation),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id),
  check ((closed_at is not null) = (level in ('satisfied', 'waived', 'superseded')))
);
create index obligation_open on obligation (campaign_id, due_at) where closed_at is null;
create index obligation_provisional on obligation (campaign_id, subject_id)
  where provisional and closed_at is null;

create table notice (
  campaign_id uuid not null,
  id uuid not null,
  subject_id uuid not null,
  sequence integer not null,
  template text not null,
  kind text not null,
  clause text not null,
  title text not null,
  body text not null,
  organisation_id text not null,
  path text not null,
  issued_at timestamptz not null,
  obligation_kind text,
  obligation_generation integer,
  level text,
  receipt_required boolean not null,
  received_at timestamptz,
  received_by text,
  read_at timestamptz,
  read_by text,
  primary key (campaign_id, id),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id)
);
-- One notice per obligation, generation and level to one addressee, whoever fires it and how often.
create unique index notice_once on notice
  (campaign_id, subject_id, obligation_kind, obligation_generation, level, organisation_id)
  where obligation_kind is not null;
create index notice_inbox on notice (campaign_id, organisation_id, (read_at is not null), id);
create index notice_path on notice (campaign_id, path text_pattern_ops);

create table outbox (
  campaign_id uuid not null references campaign (campaign_id),
  id bigint generated always as identity,
  subject_id uuid not null,
  sequence integer not null,
  topic text not null,
  payload jsonb not null,
  created_at timestamptz not null,
  delivered_at timestamptz,
  primary key (campaign_id, id)
);
create index outbox_waiting on outbox (campaign_id, id) where delivered_at is null;

-- Ledgers beside a subject; what a guard counts here is written under that subject's lock.
create table record (
  campaign_id uuid not null,
  subject_id uuid not null,
  ledger text not null check (ledger in (
    'evidence', 'self-check', 'inspection', 'score', 'conformance', 'objection')),
  id text not null,
  kind text not null,
  clause text not null,
  body jsonb not null,
  sequence integer not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  verdict text check (verdict in ('accepted', 'rejected')),
  attributes jsonb not null default '{}',
  remark text,
  assessed_at timestamptz,
  assessed_by text,
  primary key (campaign_id, subject_id, ledger, id),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id)
);
create index record_ledger on record (campaign_id, ledger, kind);
create index record_site on record (campaign_id, (body ->> 'siteId'), recorded_at desc)
  where ledger in ('conformance', 'inspection');

create table operation (
  campaign_id uuid not null references campaign (campaign_id),
  id uuid not null,
  kind text not null,
  status text not null check (status in ('running', 'done')),
  total integer not null,
  done integer not null default 0,
  refused integer not null default 0,
  detail jsonb not null default '{}',
  created_by text not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (campaign_id, id)
);
create index operation_running on operation (campaign_id, created_at) where status = 'running';

create table operation_item (
  campaign_id uuid not null,
  operation_id uuid not null,
  index integer not null,
  command jsonb not null,
  outcome jsonb,
  primary key (campaign_id, operation_id, index),
  foreign key (campaign_id, operation_id) references operation (campaign_id, id)
);
create index operation_item_open on operation_item (campaign_id, operation_id, index)
  where outcome is null;

-- A repeat gets the first answer; kept 30 days. The nil campaign holds what belongs to none.
create table idempotency (
  campaign_id uuid not null,
  principal_id text not null,
  key text not null,
  request_hash text not null,
  status smallint not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (campaign_id, principal_id, key)
);
create index idempotency_age on idempotency (created_at);
