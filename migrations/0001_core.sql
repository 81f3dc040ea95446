-- The county, its organisations and sites, the people who act, and the plans they act by.

create table organisation (
  id text primary key,
  parent_id text references organisation (id),
  kind text not null check (kind in (
    'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE', 'CITY_ORGANIZATION_DEPARTMENT', 'CITY_CENTRE',
    'COUNTY_ORGANIZATION_DEPARTMENT', 'COUNTY_OFFICE', 'TOWNSHIP_PARTY_COMMITTEE',
    'TOWNSHIP_OFFICE', 'VILLAGE_PARTY_ORGANIZATION', 'BASE')),
  name text not null check (length(name) between 1 and 200),
  path text not null unique check (path like '/%/'),
  created_at timestamptz not null default clock_timestamp()
);
create index organisation_parent on organisation (parent_id);
create index organisation_path on organisation (path text_pattern_ops);

create table site (
  id text primary key,
  organisation_id text not null references organisation (id),
  path text not null,
  kind text not null check (kind in ('VILLAGE', 'COMMUNITY', 'BASE')),
  name text not null check (length(name) between 1 and 200),
  facts jsonb not null default '{}' check (jsonb_typeof(facts) = 'object'),
  revision integer not null default 1,
  updated_at timestamptz not null default clock_timestamp()
);
create index site_organisation on site (organisation_id);
create index site_path on site (path text_pattern_ops);

-- Every process keeps the directory and the calendar in memory and reads them anew when this moves.
create table reference_version (
  one boolean primary key default true check (one),
  directory bigint not null default 1,
  calendar bigint not null default 1
);
insert into reference_version default values;

create function directory_has_changed() returns trigger language plpgsql as $$
begin
  update reference_version set directory = directory + 1;
  return null;
end $$;
create trigger organisation_changed after insert or update or delete on organisation
  for each statement execute function directory_has_changed();

create table calendar_year (
  year integer primary key check (year between 2000 and 2100),
  version text not null,
  days_off jsonb not null,
  make_up_workdays jsonb not null,
  source text not null,
  loaded_at timestamptz not null default clock_timestamp()
);
create function calendar_has_changed() returns trigger language plpgsql as $$
begin
  update reference_version set calendar = calendar + 1;
  return null;
end $$;
create trigger calendar_year_changed after insert or update or delete on calendar_year
  for each statement execute function calendar_has_changed();

-- Publishing freezes a plan: no row of it is ever changed.
create table plan (
  id text not null,
  version integer not null check (version >= 1),
  body jsonb not null,
  sha256 text not null,
  published_at timestamptz not null default clock_timestamp(),
  primary key (id, version)
);

create table principal (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default clock_timestamp(),
  disabled_at timestamptz
);

create table role_grant (
  principal_id uuid not null references principal (id),
  role text not null check (role in (
    'city-centre', 'county-office', 'county-department', 'township-committee', 'township-office',
    'village-organisation', 'base', 'assessor', 'scheduler', 'integrator', 'auditor',
    'administrator')),
  organisation_id text not null references organisation (id),
  primary key (principal_id, role, organisation_id)
);

-- 三员分立: administrator, auditor and business roles are never one principal.
create function roles_are_separate() returns trigger language plpgsql as $$
begin
  perform 1 from principal where id = new.principal_id for update;
  if (select count(distinct case role when 'administrator' then 1 when 'auditor' then 2 else 3 end)
        from role_grant where principal_id = new.principal_id) > 1 then
    raise exception 'administrator, auditor and business roles are never one principal'
      using errcode = 'check_violation', constraint = 'roles_are_separate';
  end if;
  return null;
end $$;
create constraint trigger roles_are_separate after insert or update on role_grant
  for each row execute function roles_are_separate();

create table api_key (
  id text primary key,
  principal_id uuid not null references principal (id),
  secret_sha256 bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_key_principal on api_key (principal_id);

-- One row with CLOCK=virtual, none with the system's clock: so every replica agrees what time it is.
create table virtual_clock (
  one boolean primary key default true check (one),
  instant timestamptz not null
);

create function now_instant() returns timestamptz language sql volatile as $$
  select date_trunc('milliseconds',
    coalesce((select instant from virtual_clock), clock_timestamp()))
$$;
