-- Checkpoints name the heads of all chains that changed since the one before (src/rules/audit/checkpoint.ts),
-- and verifications reckon the chains again.

-- When a row of the log was stored, by the real clock. Rows are only ever added, so they stand in nearly this
-- order, and what is new is found at the end of the table by an index of a few pages.
alter table event add column stored_at timestamptz not null default clock_timestamp();
create index event_stored on event using brin (stored_at)
  with (pages_per_range = 32, autosummarize = on);

create table checkpoint (
  number integer primary key check (number >= 1),
  at timestamptz not null,
  -- By the real clock: all that was stored before stands in this checkpoint or an earlier one.
  seen timestamptz not null,
  chains bigint not null,
  events bigint not null,
  previous text not null check (previous ~ '^[0-9a-f]{64}$'),
  root text not null unique check (root ~ '^[0-9a-f]{64}$')
);
create index checkpoint_at on checkpoint (at, number);

-- The heads of one campaign; of the administrative log the nil UUID stands for campaign and subject.
create table checkpoint_part (
  number integer not null references checkpoint (number),
  campaign_id uuid not null,
  heads integer not null,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  primary key (number, campaign_id)
);

create table checkpoint_head (
  number integer not null references checkpoint (number),
  campaign_id uuid not null,
  subject_id uuid not null,
  sequence bigint not null check (sequence >= 1),
  hash text not null,
  primary key (number, campaign_id, subject_id)
);
create index checkpoint_head_chain on checkpoint_head (campaign_id, subject_id, sequence);

-- One looking through the logs: asked for by an auditor, or the worker's own of a night. `after` is where it
-- goes on: pass 0 is the administrative log and the roots, 1 what changed since the last nightly one, 2 the
-- chains in the order of their ids.
create table verification (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('asked', 'nightly')),
  requested_by text,
  requested_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  leased_until timestamptz,
  pass smallint not null default 0,
  after_campaign uuid not null default '00000000-0000-0000-0000-000000000000',
  after_subject uuid not null default '00000000-0000-0000-0000-000000000000',
  -- The last checkpoint whose chains pass 1 looks at, and how many chains pass 2 does.
  checkpoint integer not null default 0,
  slice bigint not null,
  chains bigint not null default 0,
  events bigint not null default 0,
  erased bigint not null default 0,
  faults integer not null default 0
);
create unique index verification_under_way on verification (kind) where finished_at is null;
create index verification_finished on verification (finished_at);

create table verification_fault (
  verification_id bigint not null references verification (id),
  number integer not null,
  kind text not null,
  campaign_id uuid not null,
  subject_id uuid not null,
  path text,
  sequence bigint not null,
  until bigint not null,
  at timestamptz,
  detail text not null,
  primary key (verification_id, number)
);

create trigger checkpoint_is_append_only before update or delete on checkpoint
  for each row execute function log_is_append_only();
create trigger checkpoint_is_not_truncated before truncate on checkpoint
  for each statement execute function log_is_append_only();
create trigger checkpoint_part_is_append_only before update or delete on checkpoint_part
  for each row execute function log_is_append_only();
create trigger checkpoint_part_is_not_truncated before truncate on checkpoint_part
  for each statement execute function log_is_append_only();
create trigger checkpoint_head_is_append_only before update or delete on checkpoint_head
  for each row execute function log_is_append_only();
create trigger checkpoint_head_is_not_truncated before truncate on checkpoint_head
  for each statement execute function log_is_append_only();

insert into table_rule (name, rule) values
  ('checkpoint', 'append-only'),
  ('checkpoint_part', 'append-only'),
  ('checkpoint_head', 'append-only'),
  ('verification_fault', 'append-only');

-- A fault of a log is left to people at once.
alter table incident drop constraint incident_lane_check, add constraint incident_lane_check
  check (lane in ('timers', 'operations', 'recalculation', 'sweeping', 'versions', 'walls', 'audit'));
