-- The personal parts of the administrative log go as those of the business do: by the same act of the same two
-- officers. An account in use keeps its name, because who acts must be answerable by it.

create table erased_act (
  erasure_id uuid not null references erasure (id),
  sequence bigint primary key references administrative_event (sequence)
);
create trigger erased_act_is_append_only before update or delete on erased_act
  for each row execute function log_is_append_only();
create trigger erased_act_is_not_truncated before truncate on erased_act
  for each statement execute function log_is_append_only();
insert into table_rule (name, rule) values ('erased_act', 'fixed');
create index erased_event_erasure on erased_event (erasure_id);
create index erased_act_erasure on erased_act (erasure_id);

create function erasure_names_act() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone g where not exists (
      select from erased_act e
       where e.sequence = g.sequence and e.xmin = pg_current_xact_id()::xid)) then
    raise exception 'a personal part goes by erase_personal alone'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
drop trigger administrative_event_personal_is_append_only on administrative_event_personal;
create trigger administrative_event_personal_is_not_changed
  before update on administrative_event_personal
  for each row execute function log_is_append_only();
create trigger administrative_event_personal_is_erased after delete on administrative_event_personal
  referencing old table as gone for each statement execute function erasure_names_act();

-- Whoever was erased is nobody who acts: such an account stays closed.
alter table principal add constraint erased_is_closed
  check (name <> '已擦除 · erased' or disabled_at is not null);

-- Erases the personal parts of these events, `[{campaign_id, subject_id, sequence}]`, and of these events of the
-- administrative log, and says how many there were. Both officers hold an account in use and a role; the
-- accounts that the latter are about are closed.
drop function erase_personal(uuid, uuid, text, jsonb);
create function erase_personal(first uuid, second uuid, why text, events jsonb, acts bigint[])
  returns integer
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  erased uuid;
  of_events integer;
  of_acts integer;
begin
  if (select count(distinct p.id) from principal p join role_grant g on g.principal_id = p.id
       where p.id in (first, second) and p.disabled_at is null and g.present) <> 2 then
    raise exception 'two different officers erase, each with an account in use and a role'
      using errcode = 'check_violation', constraint = 'erased_by_two';
  end if;
  if exists (
    select from administrative_event e
      join principal p on p.id::text in (
        case when e.subject_kind = 'principal' then e.subject_id end,
        e.before ->> 'principalId', e.after ->> 'principalId')
     where e.sequence = any (acts) and p.disabled_at is null) then
    raise exception 'an account in use keeps its name'
      using errcode = 'check_violation', constraint = 'erased_is_closed';
  end if;
  insert into erasure (by_id, second_id, reason) values (first, second, why) returning id into erased;
  insert into erased_event (erasure_id, campaign_id, subject_id, sequence)
  select distinct erased, p.campaign_id, p.subject_id, p.sequence
    from jsonb_to_recordset(events) as e (campaign_id uuid, subject_id uuid, sequence integer)
    join event_personal p using (campaign_id, subject_id, sequence);
  delete from event_personal p using erased_event e
   where e.erasure_id = erased
     and (p.campaign_id, p.subject_id, p.sequence) = (e.campaign_id, e.subject_id, e.sequence);
  get diagnostics of_events = row_count;
  insert into erased_act (erasure_id, sequence)
  select erased, p.sequence from administrative_event_personal p where p.sequence = any (acts);
  delete from administrative_event_personal p using erased_act e
   where e.erasure_id = erased and p.sequence = e.sequence;
  get diagnostics of_acts = row_count;
  return of_events + of_acts;
end $$;
revoke all on function erase_personal(uuid, uuid, text, jsonb, bigint[]) from public;
