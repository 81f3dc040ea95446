-- Conformance is a dated fact of a site within a campaign, and not a title (Q7). Places are rolled up
-- over a roster that is frozen when the campaign is issued (R12, R15); both are kept in the
-- transaction that changes them, and every change is kept, so that any past instant can be answered.

create table roster (
  campaign_id uuid not null references campaign (campaign_id),
  version integer not null check (version >= 1),
  at timestamptz not null,
  reason text,
  changed_by text not null,
  primary key (campaign_id, version)
);

create table roster_site (
  campaign_id uuid not null,
  site_id text not null,
  since_version integer not null,
  since timestamptz not null,
  until_version integer,
  until timestamptz,
  organisation_id text not null,
  path text not null,
  kind text not null check (kind in ('VILLAGE', 'COMMUNITY', 'BASE')),
  name text not null,
  primary key (campaign_id, site_id, since_version),
  foreign key (campaign_id, since_version) references roster (campaign_id, version),
  foreign key (campaign_id, until_version) references roster (campaign_id, version),
  check ((until is null) = (until_version is null))
);
create unique index roster_site_now on roster_site (campaign_id, site_id) where until is null;
create index roster_site_path on roster_site (campaign_id, path text_pattern_ops);

create table conformance (
  campaign_id uuid not null references campaign (campaign_id),
  site_id text not null,
  revision integer not null check (revision >= 1),
  conforms boolean not null,
  assessed_on date not null,
  assessed_at timestamptz not null,
  lost_at timestamptz,
  primary key (campaign_id, site_id)
);

create table conformance_change (
  campaign_id uuid not null,
  site_id text not null,
  revision integer not null check (revision >= 1),
  conforms boolean not null,
  -- An assessment of an earlier day than the one that holds is kept, and overturns nothing.
  stands boolean not null,
  assessed_on date not null,
  at timestamptz not null,
  source text not null check (source in ('self-check', 'inspection', 'facts')),
  clause text not null,
  criteria text[] not null,
  subject_id uuid not null,
  sequence integer not null,
  recorded_by text not null,
  primary key (campaign_id, site_id, revision),
  foreign key (campaign_id, subject_id, sequence) references event (campaign_id, subject_id, sequence)
);

-- One row a place: the lock that every change below it holds, and every decision on it shares.
create table roll_up (
  campaign_id uuid not null references campaign (campaign_id),
  organisation_id text not null,
  path text not null,
  level text not null check (level in ('county', 'township', 'village', 'base')),
  revision integer not null check (revision >= 1),
  villages integer not null check (villages >= 0),
  villages_conforming integer not null check (villages_conforming between 0 and villages),
  communities integer not null check (communities >= 0),
  communities_conforming integer not null check (communities_conforming between 0 and communities),
  bases integer not null check (bases >= 0),
  bases_conforming integer not null check (bases_conforming between 0 and bases),
  primary key (campaign_id, organisation_id)
) with (fillfactor = 60);
create index roll_up_path on roll_up (campaign_id, path text_pattern_ops);

create table roll_up_change (
  campaign_id uuid not null,
  organisation_id text not null,
  revision integer not null check (revision >= 1),
  at timestamptz not null,
  villages integer not null,
  villages_conforming integer not null,
  communities integer not null,
  communities_conforming integer not null,
  bases integer not null,
  bases_conforming integer not null,
  subject_id uuid not null,
  sequence integer not null,
  primary key (campaign_id, organisation_id, revision),
  foreign key (campaign_id, organisation_id) references roll_up (campaign_id, organisation_id),
  foreign key (campaign_id, subject_id, sequence) references event (campaign_id, subject_id, sequence)
);

create trigger conformance_change_is_append_only before update or delete on conformance_change
  for each row execute function log_is_append_only();
create trigger roll_up_change_is_append_only before update or delete on roll_up_change
  for each row execute function log_is_append_only();

-- What is recorded of a site, as it was after each change: a site belongs to no campaign.
create table site_fact_change (
  site_id text not null references site (id),
  id bigint generated always as identity,
  revision integer not null,
  at timestamptz not null,
  recorded_by text,
  facts jsonb not null,
  primary key (site_id, id)
);
create function site_facts_have_changed() returns trigger language plpgsql as $$
begin
  insert into site_fact_change (site_id, revision, at, recorded_by, facts)
  values (new.id, new.revision, new.updated_at,
          nullif(current_setting('chuangping.recorded_by', true), ''), new.facts);
  return null;
end $$;
create trigger site_inserted after insert on site
  for each row execute function site_facts_have_changed();
create trigger site_updated after update of facts on site
  for each row when (old.facts is distinct from new.facts)
  execute function site_facts_have_changed();
create trigger site_fact_change_is_append_only before update or delete on site_fact_change
  for each row execute function log_is_append_only();

-- A township's additions to the standard (R71): the versions in force, one after the other.
create table supplement (
  campaign_id uuid not null,
  organisation_id text not null,
  category text not null,
  version integer not null check (version >= 1),
  path text not null,
  subject_id uuid not null,
  changes jsonb not null,
  approved_at timestamptz not null,
  approved_by text not null,
  primary key (campaign_id, organisation_id, category, version),
  foreign key (campaign_id, subject_id) references subject (campaign_id, id)
);
create index supplement_path on supplement (campaign_id, category, path text_pattern_ops);
