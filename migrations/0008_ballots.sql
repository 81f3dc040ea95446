-- The mass evaluation (R61). Nothing here leads from a name to a choice: the roll knows who has a
-- ballot and not which, the urn which tokens are out and not whose. See docs/ballots.md.

create table ballot_roll (
  campaign_id uuid not null,
  round_id uuid not null,
  generation integer not null check (generation >= 1),
  entry text not null,
  name text not null,
  stratum text not null,
  marked boolean not null default false,
  primary key (campaign_id, round_id, generation, entry),
  foreign key (campaign_id, round_id) references subject (campaign_id, id)
);

-- An urn is ONE row for each stratum: the hashes of the tokens, sorted, and the slips by choice. Each
-- hand-out and each vote rewrites the whole row, so that neither ctid nor xmin nor any order says
-- which token came when, or which slip with which token. It is deleted when it closes.
create table ballot_urn (
  campaign_id uuid not null,
  round_id uuid not null,
  stratum text not null,
  generation integer not null,
  closes_at timestamptz not null,
  unspent bytea[] not null default '{}',
  spent bytea[] not null default '{}',
  slips jsonb not null default '{}' check (jsonb_typeof(slips) = 'object'),
  primary key (campaign_id, round_id, stratum),
  foreign key (campaign_id, round_id) references subject (campaign_id, id)
);
-- Hashes do not compress.
alter table ballot_urn alter column unspent set storage external;
alter table ballot_urn alter column spent set storage external;

-- What was in the urn, written anew at the close: a random id, the strata it is told with, a choice.
create table ballot (
  campaign_id uuid not null,
  round_id uuid not null,
  generation integer not null,
  id uuid not null,
  strata text not null,
  choice text not null,
  primary key (campaign_id, round_id, generation, id),
  foreign key (campaign_id, round_id) references subject (campaign_id, id)
);
