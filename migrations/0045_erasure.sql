-- The personal part of an event goes by two officers and a reason, and what is left of it is who, when, why
-- and of which events: never what they said.

create table erasure (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null default now_instant(),
  by_id uuid not null references principal (id),
  second_id uuid not null references principal (id),
  reason text not null check (length(reason) between 1 and 2000 and reason ~ '\S'),
  constraint erased_by_two check (by_id <> second_id)
);
create table erased_event (
  erasure_id uuid not null references erasure (id),
  campaign_id uuid not null,
  subject_id uuid not null,
  sequence integer not null,
  primary key (campaign_id, subject_id, sequence),
  foreign key (campaign_id, subject_id, sequence)
    references event (campaign_id, subject_id, sequence)
);
create trigger erasure_is_append_only before update or delete on erasure
  for each row execute function log_is_append_only();
create trigger erasure_is_not_truncated before truncate on erasure
  for each statement execute function log_is_append_only();
create trigger erased_event_is_append_only before update or delete on erased_event
  for each row execute function log_is_append_only();
create trigger erased_event_is_not_truncated before truncate on erased_event
  for each statement execute function log_is_append_only();
insert into table_rule (name, rule) values ('erasure', 'fixed'), ('erased_event', 'fixed');

-- Whoever deletes, a personal part goes only with an erasure of the same transaction that names its event.
create function erasure_names_it() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone g where not exists (
      select from erased_event e
       where (e.campaign_id, e.subject_id, e.sequence) = (g.campaign_id, g.subject_id, g.sequence)
         and e.xmin = pg_current_xact_id()::xid)) then
    raise exception 'a personal part goes by erase_personal alone'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
drop trigger event_personal_is_append_only on event_personal;
create trigger event_personal_is_not_changed before update on event_personal
  for each row execute function log_is_append_only();
create trigger event_personal_is_erased after delete on event_personal
  referencing old table as gone for each statement execute function erasure_names_it();

-- Erases the personal parts of these events, `[{campaign_id, subject_id, sequence}]`, and says how many there
-- were. Both officers hold an account in use and a role.
create function erase_personal(first uuid, second uuid, why text, events jsonb) returns integer
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  erased uuid;
  parts integer;
begin
  if (select count(distinct p.id) from principal p join role_grant g on g.principal_id = p.id
       where p.id in (first, second) and p.disabled_at is null and g.present) <> 2 then
    raise exception 'two different officers erase, each with an account in use and a role'
      using errcode = 'check_violation', constraint = 'erased_by_two';
  end if;
  insert into erasure (by_id, second_id, reason) values (first, second, why) returning id into erased;
  insert into erased_event (erasure_id, campaign_id, subject_id, sequence)
  select distinct erased, p.campaign_id, p.subject_id, p.sequence
    from jsonb_to_recordset(events) as e (campaign_id uuid, subject_id uuid, sequence integer)
    join event_personal p using (campaign_id, subject_id, sequence);
  delete from event_personal p using erased_event e
   where e.erasure_id = erased
     and (p.campaign_id, p.subject_id, p.sequence) = (e.campaign_id, e.subject_id, e.sequence);
  get diagnostics parts = row_count;
  return parts;
end $$;
revoke all on function erase_personal(uuid, uuid, text, jsonb) from public;

-- Erased persons of one place and category are told apart by nothing any more.
drop index candidate_once;
create unique index candidate_once on candidate
  (campaign_id, category, organisation_id, coalesce(person_name, ''))
  where person_name is distinct from '已擦除 · erased';
