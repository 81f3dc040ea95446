-- Log-ins apart: the owner migrates, the app performs, the reader reads. Their names are the
-- database's own and are made at the start (src/db/kernel/logins.ts); their rights are here.

-- What the log-ins of the service may not do to a table. A migration that makes such a table adds it.
-- append-only: the app inserts and reads. fixed: the app only reads. kept: the app goes through a
-- function of the owner's. secret: the reader has no right at all.
create table table_rule (
  name text not null,
  rule text not null check (rule in ('append-only', 'fixed', 'kept', 'secret')),
  primary key (name, rule)
);
insert into table_rule (name, rule) values
  ('application', 'append-only'),
  ('ballot', 'append-only'),
  ('campaign_phase', 'append-only'),
  ('conflict_of_interest', 'append-only'),
  ('conformance_change', 'append-only'),
  ('document_number', 'append-only'),
  ('draw', 'append-only'),
  ('event', 'append-only'),
  ('incident_event', 'append-only'),
  ('operator_act', 'append-only'),
  ('plan', 'append-only'),
  ('procedure', 'append-only'),
  ('ranking', 'append-only'),
  ('roll_up_change', 'append-only'),
  ('score_sheet_submission', 'append-only'),
  ('site_fact_change', 'append-only'),
  ('migration', 'fixed'),
  ('table_rule', 'fixed'),
  ('growth_probe', 'kept'),
  ('api_key', 'secret'),
  ('ballot_urn', 'secret'),
  ('draw_secret', 'secret'),
  ('idempotency', 'secret');

-- Gives these two log-ins their rights to every table there is, and takes all others from them. It is
-- called at each start, after the migrations.
create function grant_logins(app text, reader text) returns void language plpgsql as $$
declare
  each record;
begin
  execute format('grant usage on schema public to %I, %I', app, reader);
  for each in
    select c.oid::regclass as name,
           coalesce(array_agg(r.rule) filter (where r.rule is not null), '{}') as rules
      from pg_class c left join table_rule r on r.name = c.relname
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     group by c.oid
  loop
    execute format('revoke all on %s from %I, %I', each.name, app, reader);
    if not 'kept' = any (each.rules) then
      execute format('grant %s on %s to %I',
        case when 'fixed' = any (each.rules) then 'select'
             when 'append-only' = any (each.rules) then 'select, insert'
             else 'select, insert, update, delete' end, each.name, app);
    end if;
    if not each.rules && array['secret', 'kept'] then
      execute format('grant select on %s to %I', each.name, reader);
    end if;
  end loop;
end $$;

-- The heartbeat's probe truncates, which no log-in of the service may.
alter function try_growing() security definer set search_path = public, pg_temp;

-- Turnout, which is told while the reader may not look into an urn.
create function slips_returned(campaign uuid, round uuid) returns integer
  language sql stable security definer set search_path = public, pg_temp as $$
  select sum((select coalesce(sum(n.value::int), 0) from jsonb_each_text(u.slips) n))::int
    from ballot_urn u where u.campaign_id = campaign and u.round_id = round
$$;
