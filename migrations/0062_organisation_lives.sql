-- Organisations are founded, move, merge, split and end on a day. What becomes of all that rests on them stands in
-- docs/units.md. The names that they had are kept in organisation_name.

alter table organisation
  -- Nothing new is laid on an organisation from this day on.
  add column ended_on date,
  -- Those who go on with what was its own; the first named takes over what nobody decides about.
  add column successor_ids text[] not null default '{}',
  add check (ended_on is not null or successor_ids = '{}');

-- Codes are reassigned: what has ended may have the code of one that stands.
alter table organisation drop constraint organisation_code, drop constraint organisation_code_path;
create unique index organisation_code on organisation (code) where ended_on is null;
create index organisation_coded on organisation (code);
-- Lists go on behind a path of codes and an id.
create unique index organisation_code_path on organisation (code_path, id);

create table organisation_act (
  organisation_id text not null references organisation (id),
  revision integer not null check (revision >= 1),
  act text not null check (act in ('founded', 'moved', 'merged', 'split', 'ended')),
  -- The first day of what it led to.
  day date not null,
  successor_ids text[] not null default '{}',
  -- Its code and its parent until then, where it moved.
  before_code text check (length(before_code) between 1 and 40),
  before_parent_id text references organisation (id),
  reason text check (length(reason) between 1 and 2000),
  document text check (length(document) between 1 and 200),
  at timestamptz not null,
  primary key (organisation_id, revision)
);
create trigger organisation_act_is_append_only before update or delete on organisation_act
  for each row execute function log_is_append_only();
create trigger organisation_act_is_not_truncated before truncate on organisation_act
  for each statement execute function log_is_append_only();
insert into table_rule (name, rule) values ('organisation_act', 'append-only');
insert into read_rule (name, shows) values ('organisation_act', 'all: the directory is everybody’s');

-- An issued document stays as it was issued; where it lies is not part of it, and follows whom it is about.
create or replace function document_is_frozen() returns trigger language plpgsql as $$
declare
  free text[] := array['organisation_id', 'path'];
begin
  if tg_op = 'UPDATE' and to_jsonb(old) - free = to_jsonb(new) - free then
    return new;
  end if;
  if old.issued_at is not null or tg_op = 'DELETE' then
    raise exception 'an issued document is frozen and none is deleted'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
