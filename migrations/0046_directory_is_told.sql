-- Organisations, sites and calendars change by events of the administrative log, and there is no other way.

create constraint trigger change_is_told after insert or update or delete on organisation
  deferrable initially deferred for each row execute function change_is_told('id');

-- What is recorded of a site is business, with a history of its own (site_fact_change).
create constraint trigger change_is_told after insert or delete on site
  deferrable initially deferred for each row execute function change_is_told('id');
create constraint trigger change_of_site_is_told after update on site
  deferrable initially deferred for each row
  when ((old.id, old.organisation_id, old.path, old.kind, old.name)
        is distinct from (new.id, new.organisation_id, new.path, new.kind, new.name))
  execute function change_is_told('id');

-- One person proposes the working days of a year, another puts them in force. Every version stays; in force
-- is the last that was confirmed.
alter table calendar_year drop constraint calendar_year_pkey;
alter table calendar_year rename column loaded_at to proposed_at;
alter table calendar_year
  add column revision integer not null default 1 check (revision >= 1),
  add column id text not null generated always as (year::text || '/' || revision::text) stored unique,
  add column proposed_by text not null default 'system',
  add column confirmed_at timestamptz,
  add column confirmed_by text,
  add primary key (year, revision),
  add check ((confirmed_at is null) = (confirmed_by is null)),
  add constraint calendar_takes_two check (confirmed_by <> proposed_by or proposed_by = 'system');
update calendar_year set confirmed_at = proposed_at, confirmed_by = 'system';
alter table calendar_year
  alter column revision drop default,
  alter column proposed_by drop default;

create function calendar_is_kept() returns trigger language plpgsql as $$
declare
  -- The id is made of others after this.
  free text[] := array['id', 'confirmed_at', 'confirmed_by'];
begin
  if tg_op = 'UPDATE' and old.confirmed_at is null and new.confirmed_at is not null
     and to_jsonb(old) - free = to_jsonb(new) - free then
    return new;
  end if;
  raise exception 'a version of a calendar is confirmed once and never changed';
end $$;
create trigger calendar_is_kept before update or delete on calendar_year
  for each row execute function calendar_is_kept();

create constraint trigger change_is_told after insert or update or delete on calendar_year
  deferrable initially deferred for each row execute function change_is_told('id');
