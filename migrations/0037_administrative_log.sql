-- What administrators and officers do is told in a log of its own, one chain for the installation.

-- The end of the chain. Whoever tells something holds this row until the commit.
create table administrative_head (
  one boolean primary key default true check (one),
  sequence bigint not null default 0,
  hash text not null default repeat('0', 64)
);
insert into administrative_head default values;

create table administrative_event (
  sequence bigint primary key check (sequence >= 1),
  at timestamptz not null,
  kind text not null check (kind ~ '^[a-z]+(-[a-z]+)*$'),
  -- The table of what was changed, and its key there.
  subject_kind text not null check (subject_kind in (
    'principal', 'role_grant', 'api_key', 'claim', 'organisation', 'site', 'calendar_year')),
  subject_id text not null,
  -- The place it concerns: auditors read what lies within their reach.
  path text not null check (path like '/%/'),
  -- An id; or system, for the service itself; or operator, for whoever holds the database.
  principal_id text not null,
  credential text,
  address text,
  before jsonb,
  after jsonb,
  personal text check (personal ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$')
);
create index administrative_event_subject on administrative_event
  (subject_kind, subject_id, sequence);
create index administrative_event_path on administrative_event (path text_pattern_ops, sequence);

-- What names persons, apart, with the salt of the digest that the link holds: as event_personal.
create table administrative_event_personal (
  sequence bigint primary key references administrative_event (sequence),
  salt bytea not null check (length(salt) = 16),
  personal jsonb not null check (jsonb_typeof(personal) = 'object')
);

create trigger administrative_event_is_append_only before update or delete on administrative_event
  for each row execute function log_is_append_only();
create trigger administrative_event_is_not_truncated before truncate on administrative_event
  for each statement execute function log_is_append_only();
create trigger administrative_event_personal_is_append_only
  before update or delete on administrative_event_personal
  for each row execute function log_is_append_only();
create trigger administrative_event_personal_is_not_truncated
  before truncate on administrative_event_personal
  for each statement execute function log_is_append_only();

insert into table_rule (name, rule) values
  ('administrative_event', 'append-only'),
  ('administrative_event_personal', 'append-only');

-- A row of who may do what changes together with an event about it, or not at all: the commit is refused.
-- The argument is the column of the key.
create function change_is_told() returns trigger language plpgsql as $$
declare
  changed jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  if not exists (
    select 1 from administrative_event e
     where e.subject_kind = tg_table_name and e.subject_id = changed ->> tg_argv[0]
       and e.xmin = pg_current_xact_id()::xid) then
    raise exception 'the administrative log was not told of % %', tg_table_name,
      changed ->> tg_argv[0] using errcode = 'check_violation', constraint = 'change_is_told';
  end if;
  return null;
end $$;

-- A grant is never deleted. Present is one that was confirmed and not revoked since.
drop table role_grant;
create table role_grant (
  id uuid primary key,
  principal_id uuid not null references principal (id),
  role text not null check (role in (
    'city-centre', 'county-office', 'county-department', 'township-committee', 'township-office',
    'village-organisation', 'base', 'assessor', 'scheduler', 'integrator', 'operator', 'auditor',
    'security-officer', 'administrator')),
  organisation_id text not null references organisation (id),
  proposed_by text not null,
  proposed_at timestamptz not null,
  confirmed_by text,
  confirmed_at timestamptz,
  -- Revoked without having been confirmed: declined.
  revoked_by text,
  revoked_at timestamptz,
  present boolean not null
    generated always as (confirmed_at is not null and revoked_at is null) stored,
  check ((confirmed_by is null) = (confirmed_at is null)),
  check ((revoked_by is null) = (revoked_at is null))
);
create unique index role_grant_live on role_grant (principal_id, role, organisation_id)
  where revoked_at is null;

-- 三员分立, also among what is only proposed.
create or replace function roles_are_separate() returns trigger language plpgsql as $$
begin
  perform 1 from principal where id = new.principal_id for update;
  if (select count(distinct case when role in ('administrator', 'security-officer', 'auditor')
                                 then role else 'business' end)
        from role_grant where principal_id = new.principal_id and revoked_at is null) > 1 then
    raise exception
      'administrator, security officer, auditor and business roles are never one principal'
      using errcode = 'check_violation', constraint = 'roles_are_separate';
  end if;
  return null;
end $$;
create constraint trigger roles_are_separate after insert or update on role_grant
  for each row execute function roles_are_separate();

-- Who holds no role belongs to the place of whoever made the account.
alter table principal add column organisation_id text not null references organisation (id);

create constraint trigger change_is_told after insert or update or delete on principal
  deferrable initially deferred for each row execute function change_is_told('id');
create constraint trigger change_is_told after insert or update or delete on role_grant
  deferrable initially deferred for each row execute function change_is_told('id');
create constraint trigger change_is_told after insert or update or delete on api_key
  deferrable initially deferred for each row execute function change_is_told('id');
