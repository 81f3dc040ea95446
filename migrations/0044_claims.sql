-- A key is claimed by its holder with a one-time code: whoever made the code never sees the key.

create table claim (
  -- The first characters of the code, by which it is found.
  id text primary key check (id ~ '^[0-9A-Z]{8}$'),
  principal_id uuid not null references principal (id),
  secret_sha256 bytea not null,
  -- An id; or system, at the first start; or operator, by npm run admin:invite.
  made_by text not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  tries smallint not null default 0 check (tries between 0 and 5),
  claimed_at timestamptz,
  withdrawn_at timestamptz
);
create unique index claim_live on claim (principal_id)
  where claimed_at is null and withdrawn_at is null;
create constraint trigger change_is_told after insert or update or delete on claim
  deferrable initially deferred for each row execute function change_is_told('id');
insert into table_rule (name, rule) values ('claim', 'secret');

-- A key was claimed with a code, or its holder made it with another key.
alter table api_key
  add column claim_id text references claim (id),
  add column made_with text references api_key (id),
  add constraint api_key_origin check ((claim_id is null) <> (made_with is null));
create unique index api_key_claim on api_key (claim_id);

drop table operator_act;
create table operator_act (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('admin-invite')),
  os_user text not null,
  host text not null,
  release text not null,
  claim_id text not null references claim (id)
);
create index operator_act_claim on operator_act (claim_id);
create trigger operator_act_is_kept before update or delete on operator_act
  for each row execute function log_is_append_only();

-- Why it was declined or revoked.
alter table role_grant add column reason text check (length(reason) between 1 and 2000);

-- Who proposed a role does not confirm it. The service itself does both at the first start.
alter table role_grant add constraint role_grant_two_persons
  check (confirmed_by <> proposed_by or proposed_by in ('system', 'operator'));
