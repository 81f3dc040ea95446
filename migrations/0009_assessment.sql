-- Score sheets of assessors (R61), who stays away from whom, and what was applied with (R62).

-- Whose each sheet is. One for each assessor, candidate and round; nobody's while nobody has it.
create table score_sheet (
  campaign_id uuid not null,
  id uuid not null,
  candidate_id uuid not null,
  round smallint not null check (round between 1 and 9),
  assessor_id uuid,
  primary key (campaign_id, id),
  foreign key (campaign_id, id) references subject (campaign_id, id),
  foreign key (campaign_id, candidate_id) references candidate (campaign_id, id)
);
create unique index score_sheet_once on score_sheet
  (campaign_id, candidate_id, round, assessor_id);
create index score_sheet_assessor on score_sheet (campaign_id, assessor_id);

-- A sheet as it was submitted: nothing of it is ever changed, what is sent back gets a number more.
create table score_sheet_submission (
  campaign_id uuid not null,
  sheet_id uuid not null,
  number smallint not null check (number >= 1),
  assessor_id uuid not null,
  points jsonb not null check (jsonb_typeof(points) = 'object'),
  total_centi integer not null check (total_centi between 0 and 10000),
  remark text,
  submitted_at timestamptz not null,
  primary key (campaign_id, sheet_id, number),
  foreign key (campaign_id, sheet_id) references score_sheet (campaign_id, id)
);

-- 回避: a person stays away from an organisation and everything below it, for the whole campaign.
create table conflict_of_interest (
  campaign_id uuid not null references campaign (campaign_id),
  principal_id uuid not null,
  organisation_id text not null,
  path text not null,
  reason text not null check (length(reason) between 1 and 2000),
  declared_at timestamptz not null,
  declared_by text not null,
  primary key (campaign_id, principal_id, organisation_id)
);

-- What was applied with, frozen: the acceptance decides on exactly that. Corrected once, as number 2.
create table application (
  campaign_id uuid not null,
  candidate_id uuid not null,
  number smallint not null check (number >= 1),
  stage text not null,
  body jsonb not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  corrected jsonb not null default '[]' check (jsonb_typeof(corrected) = 'array'),
  submitted_at timestamptz not null,
  submitted_by text not null,
  primary key (campaign_id, candidate_id, number),
  foreign key (campaign_id, candidate_id) references candidate (campaign_id, id)
);

create function submitted_is_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'what was submitted is not changed' using errcode = 'insufficient_privilege';
end $$;
create trigger submission_is_frozen before update or delete on score_sheet_submission
  for each row execute function submitted_is_frozen();
create trigger submission_is_not_truncated before truncate on score_sheet_submission
  for each statement execute function submitted_is_frozen();
create trigger application_is_frozen before update or delete on application
  for each row execute function submitted_is_frozen();
create trigger application_is_not_truncated before truncate on application
  for each statement execute function submitted_is_frozen();
