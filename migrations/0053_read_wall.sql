-- The read wall: what the reader's log-in sees is what lies within the reaches that its transaction
-- says. Nothing said: nothing seen. See docs/security.md.

-- A reach is a prefix of paths. The setting `reaches` has them, one a line, and it alone decides. The
-- settings `from` and `until` span all of them: as a range of the index's own operators, which are leakproof,
-- that is the condition by which the index is searched; any other form is asked of every row (68 ms for 0.35 ms).
create function reach_from() returns text language sql stable parallel safe as $$
  select nullif(current_setting('chuangping.from', true), '')
$$;
create function reach_until() returns text language sql stable parallel safe as $$
  select nullif(current_setting('chuangping.until', true), '')
$$;
create function reaches_said() returns text[] language sql stable parallel safe as $$
  select string_to_array(nullif(current_setting('chuangping.reaches', true), ''), e'\n')
$$;
-- The places above the reaches, whose campaigns, draws and changes of policy concern whoever reads.
create function places_above() returns text[] language sql stable parallel safe as $$
  select array(
    select distinct left(reach, at)
      from string_to_table(nullif(current_setting('chuangping.reaches', true), ''), e'\n') reach,
           generate_series(1, length(reach) - 1) at
     where substr(reach, at, 1) = '/')
$$;

-- What the reader sees of a table: the rows of which the condition is true, or every row; `shows` says which
-- and why. A table that is not here it may not read at all.
create table read_rule (
  name text primary key,
  shows text not null,
  condition text
);
insert into table_rule (name, rule) values ('read_rule', 'fixed');

-- True of the rows whose path lies within a reach.
create function within_reach(path text) returns text language sql immutable as $$
  select format(
    '(%1$s operator(pg_catalog.~>=~) (select reach_from()) and %1$s operator(pg_catalog.~<~) (select reach_until()) and %1$s operator(pg_catalog.^@) any ((select reaches_said())::text[]))',
    path)
$$;
-- True of the rows whose place is one above a reach.
create function above_reach(path text) returns text language sql immutable as $$
  select format('%s = any ((select places_above())::text[])', path)
$$;
-- True of the rows whose subject is seen.
create function of_subject(own text, id text) returns text language sql immutable as $$
  select format('exists (select from subject s where s.campaign_id = %1$s.campaign_id and s.id = %1$s.%2$s)',
                own, id)
$$;
-- True of the rows whose campaign is led from within a reach.
create function of_campaign(own text) returns text language sql immutable as $$
  select format('exists (select from subject s where s.campaign_id = %1$s.campaign_id and s.id = %1$s.campaign_id and (%2$s))',
                own, within_reach('s.path'))
$$;
-- True of the rows whose site lies within a reach.
create function of_site(own text) returns text language sql immutable as $$
  select format('exists (select from site s where s.id = %s.site_id and (%s))', own, within_reach('s.path'))
$$;

insert into read_rule (name, shows, condition)
select name, 'what lies within reach', within_reach('path')
  from unnest(array['candidate', 'document', 'roster_site', 'roll_up', 'administrative_event']) name;
-- What is declared or approved above bars, and changes the criteria of, all that lies below.
insert into read_rule (name, shows, condition)
select name, 'what lies within reach or above it, whence it applies', within_reach('path') || ' or ' || above_reach('path')
  from unnest(array['conflict_of_interest', 'supplement']) name;
insert into read_rule (name, shows, condition)
select name, 'what belongs to a subject that is seen', of_subject(name, id)
  from (values
    ('event', 'subject_id'), ('event_personal', 'subject_id'), ('record', 'subject_id'), ('timer', 'subject_id'),
    ('file_use', 'subject_id'), ('showcase_case', 'subject_id'), ('objector', 'id'),
    ('application', 'candidate_id'), ('score_sheet', 'id'), ('score_sheet_submission', 'sheet_id'),
    ('ballot_roll', 'round_id'), ('ballot', 'round_id'), ('draw', 'id'), ('draw_unit', 'draw_id'),
    ('operation', 'campaign_id')) own (name, id);
insert into read_rule (name, shows, condition)
select name, 'what is owed by or sent to somebody within reach, or belongs to a subject that is seen',
       within_reach('path') || ' or ' || of_subject(name, 'subject_id')
  from unnest(array['obligation', 'notice']) name;
insert into read_rule (name, shows, condition)
select name, 'what belongs to a campaign led from within reach', of_campaign(name)
  from unnest(array['operation_item', 'ranking']) name;
insert into read_rule (name, shows, condition)
select name, 'what is known of a site within reach', of_site(name)
  from unnest(array['conformance', 'conformance_change', 'site_fact_change']) name;
insert into read_rule (name, shows, condition)
select name, 'what belongs to an event of administration that is seen',
       format('exists (select from administrative_event e where e.sequence = %s.sequence)', name)
  from unnest(array['administrative_event_personal', 'erased_act']) name;
insert into read_rule (name, shows, condition) values
  ('subject', 'what lies within reach, and above it the campaigns, their draws and changes of policy',
   within_reach('path') || ' or machine in (''campaign'', ''draw'', ''policy-change'') and ' || above_reach('path')),
  ('file', 'what lies within reach, or is referred to by a subject that is seen',
   within_reach('path') || ' or exists (select from file_use u where u.campaign_id = file.campaign_id and u.file_id = file.id)'),
  ('roll_up_change', 'what belongs to a total that is seen',
   'exists (select from roll_up r where r.campaign_id = roll_up_change.campaign_id and r.organisation_id = roll_up_change.organisation_id)'),
  ('document_register', 'what belongs to an organisation within reach',
   'exists (select from organisation o where o.id = document_register.organisation_id and (' || within_reach('o.path') || '))'),
  ('access_log', 'who or what lies within reach; strangers belong to no place',
   'current_setting(''chuangping.reaches'', true) <> '''' and (places = ''{}'' or exists (select from unnest(places) place where '
     || within_reach('place') || '))'),
  ('verification_fault', 'what lies within reach; a chain of which nobody knows the place belongs to none',
   'current_setting(''chuangping.reaches'', true) <> '''' and path is null or ' || within_reach('path'));
insert into read_rule (name, shows) values
  ('organisation', 'all: the directory of organisations is everybody’s'),
  ('site', 'all: the directory of sites is everybody’s; the route leaves out their facts, of which site_fact_change has the history'),
  ('calendar_year', 'all: the calendar is everybody’s'),
  ('plan', 'all: plans are published'),
  ('procedure', 'all: procedures are made of plans'),
  ('campaign', 'all: which campaigns are held is published, what happens in them is not'),
  ('campaign_phase', 'all: the phases of a campaign are published'),
  ('principal', 'all: accounts are read by officers, who have no reach of business; the route keeps them to their places'),
  ('role_grant', 'all: as accounts'),
  ('checkpoint', 'all: numbers, times and hashes only'),
  ('verification', 'all: how far a verification is, and numbers'),
  ('reference_version', 'all: two numbers'),
  ('virtual_clock', 'all: the clock of a rehearsal');

do $$
declare
  each record;
begin
  for each in select name from read_rule where condition is not null loop
    execute format('alter table %I enable row level security', each.name);
  end loop;
end $$;

-- What is kept from an assessor is kept whatever stands between it and the candidate: also a document
-- beyond their reach.
alter function kept_from_subject(uuid, uuid, jsonb) security definer set search_path = public, pg_temp;

-- Gives these two log-ins their rights to every table there is, and takes all others from them. It is
-- called at each start, after the migrations. A policy is made once for a log-in and a condition, which its
-- name says, because making it keeps everybody off the table for a moment; of a former condition it goes.
create or replace function grant_logins(app text, reader text) returns void language plpgsql as $$
declare
  each record;
  policy text;
begin
  execute format('grant usage on schema public to %I, %I', app, reader);
  for each in
    select c.oid::regclass as name,
           coalesce(array_agg(r.rule) filter (where r.rule is not null), '{}') as rules,
           exists (select from read_rule s where s.name = c.relname) as is_read
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
    if each.is_read and not each.rules && array['secret', 'kept'] then
      execute format('grant select on %s to %I', each.name, reader);
    end if;
  end loop;
  for each in
    select c.oid::regclass as name, p.polname
      from pg_policy p join pg_class c on c.oid = p.polrelid
     where p.polroles && array(select oid from pg_roles where rolname in (app, reader))
       and not exists (
         select from read_rule r
          where r.name = c.relname and p.polname in (
            format('all %s', md5(app || 'true')), format('select %s', md5(reader || r.condition))))
  loop
    execute format('drop policy %I on %s', each.polname, each.name);
  end loop;
  for each in
    select r.name, login.role, login.command, login.condition
      from read_rule r
     cross join lateral (values
       (app, 'all', 'true'), (reader, 'select', r.condition)) login (role, command, condition)
     where r.condition is not null
  loop
    policy := format('%s %s', each.command, md5(each.role || each.condition));
    continue when exists (select from pg_policy
                           where polrelid = each.name::regclass and polname = policy);
    execute format('create policy %I on %I for %s to %I using (%s)',
      policy, each.name, each.command, each.role, each.condition);
  end loop;
end $$;
