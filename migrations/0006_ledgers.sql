-- Records with a life, records that correct records, showcase cases that count once, and files.

-- What is raised is open until it is solved; what was wrong stays, and names what took its place.
alter table record add column status text check (status in ('open', 'solved'));
alter table record add column closed_on date;
alter table record add column closing jsonb;
alter table record add column superseded_by text;
alter table record add column supersede_reason text;
alter table record add constraint record_solved
  check ((status is not distinct from 'solved') = (closed_on is not null));
alter table record add constraint record_superseded
  check ((superseded_by is null) = (supersede_reason is null));
create index record_recorded on record (campaign_id, recorded_at desc, id desc);

-- One more machine: a matter, the life of what was raised.
alter table subject drop constraint subject_machine_check;
alter table subject add constraint subject_machine_check check (machine in (
  'campaign', 'candidate', 'rectification', 'receipt', 'ballot-round', 'score-sheet',
  'review-panel', 'objection', 'draw', 'supplement', 'policy-change', 'document', 'matter'));
alter table subject drop constraint subject_lock_rank_check;
alter table subject add constraint subject_lock_rank_check check (lock_rank between 1 and 13);

-- A case counts once within its level (Q4), whoever hands it in first.
create table showcase_case (
  campaign_id uuid not null,
  level text not null check (level in ('county', 'township', 'village', 'base', 'person')),
  identity text not null check (length(identity) between 1 and 400),
  subject_id uuid not null,
  primary key (campaign_id, level, identity),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id)
);

-- The content lies in the store under its hash; here stands whose it is and what it is.
create table file (
  campaign_id uuid not null references campaign (campaign_id),
  id uuid not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- Of what was sent, before anything was stripped from it.
  source_sha256 text not null check (source_sha256 ~ '^[0-9a-f]{64}$'),
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
  size_bytes integer not null check (size_bytes > 0),
  width integer,
  height integer,
  name text not null check (length(name) between 1 and 200),
  organisation_id text not null,
  path text not null,
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  primary key (campaign_id, id)
);
create unique index file_once on file (campaign_id, organisation_id, source_sha256);
create index file_content on file (sha256);
create index file_id on file (id);
create index file_age on file (uploaded_at);

create table file_use (
  campaign_id uuid not null,
  file_id uuid not null,
  subject_id uuid not null,
  used_by text not null,
  primary key (campaign_id, file_id, subject_id, used_by),
  foreign key (campaign_id, file_id) references file (campaign_id, id),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id)
);
