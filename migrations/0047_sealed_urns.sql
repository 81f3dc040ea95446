-- Slips are printed and drawn: the roll knows who took one and not which, the urn which slips there are and not
-- whose. See docs/ballots.md.

-- An urn is ONE row. Its content (the hashes of the slips and what was chosen on each) is sealed with a key
-- that the database does not hold, has one length from printing to count, and is written anew with other random bytes by each vote. So neither this
-- row nor any version of it that is left in a page, in the WAL or in a backup tells which slip was cast, what for,
-- or in which order. The content is destroyed at the close; the number stays, so that who comes too late is told so.
drop table ballot_urn;
create table ballot_urn (
  campaign_id uuid not null,
  id uuid not null,
  generation integer not null,
  number text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  returned integer not null default 0,
  sealed sealed_text,
  primary key (campaign_id, id),
  foreign key (campaign_id, id) references subject (campaign_id, id)
);
create index ballot_urn_number on ballot_urn (number);
-- What is sealed does not compress.
alter table ballot_urn alter column sealed set storage external;
-- Old versions go within a minute, whether or not the service gets to it.
alter table ballot_urn set (
  autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
  toast.autovacuum_vacuum_threshold = 0, toast.autovacuum_vacuum_scale_factor = 0
);
alter table ballot_roll set (
  autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0
);

-- Turnout, which is told while the reader may not look into an urn; null when there is none.
create or replace function slips_returned(campaign uuid, round uuid) returns integer
  language sql stable security definer set search_path = public, pg_temp as $$
  select returned from ballot_urn
   where campaign_id = campaign and id = round and sealed is not null
$$;

-- Lets the app clear old versions of these rows out of their pages, where the server knows such a right
-- (PostgreSQL 17); elsewhere the tables' own vacuum does it.
create function grant_clearing(app text) returns void language plpgsql as $$
begin
  if current_setting('server_version_num')::int >= 170000 then
    execute format('grant maintain on ballot_urn, ballot_roll, ballot to %I', app);
  end if;
end $$;
