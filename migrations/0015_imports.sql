-- A dry run's token is spent once: two requests with one token find each other here. The nil campaign
-- holds those of lists that belong to none.
create table spent_plan_token (
  campaign_id uuid not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  spent_at timestamptz not null,
  spent_by text not null,
  primary key (campaign_id, sha256)
);
create index spent_plan_token_age on spent_plan_token (spent_at);
