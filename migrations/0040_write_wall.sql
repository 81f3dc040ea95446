-- The write wall: an event is stored when whoever told it holds a role now that reaches its subject,
-- whatever the service believed. See docs/security.md.

-- A division and a base reach their own subtree; another body reaches that of its division: reachOf of
-- src/rules/county/grants.ts.
alter table organisation add column reach text not null generated always as (
  case when kind in ('CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE') then path
       else regexp_replace(path, '[^/]+/$', '') end) stored;

-- Roles that are no part of the business: they tell no event and read none.
create function is_business(role text) returns boolean language sql immutable as $$
  select role not in ('administrator', 'security-officer', 'operator', 'scheduler')
$$;

-- From below: an inspection of a site is told to the campaign, and whoever a draw concerns stands back
-- from it. Everybody with a part in the business may object. What the service tells by itself reaches
-- everywhere.
create function write_wall() returns trigger language plpgsql as $$
declare
  beyond record;
begin
  select t.* into beyond
    from told t
   where t.principal_id <> 'system'
     and not exists (
       select from subject s
         join role_grant g
           on g.present and g.principal_id = case when t.principal_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                    then t.principal_id::uuid end
         join principal p on p.id = g.principal_id and p.disabled_at is null
         join organisation o on o.id = g.organisation_id
        where s.campaign_id = t.campaign_id and s.id = t.subject_id and is_business(g.role)
          and (starts_with(s.path, o.reach)
               or starts_with(o.reach, s.path) and (s.machine, t.type) in (
                 ('campaign', 'record-inspection'), ('draw', 'declare-recusal'))
               or (s.machine, t.type) = ('objection', 'receive')))
   limit 1;
  if found then
    raise exception 'principal % told % beyond every reach', beyond.principal_id, beyond.type
      using errcode = 'insufficient_privilege', constraint = 'write_wall',
            detail = jsonb_build_object('campaignId', beyond.campaign_id,
              'subjectId', beyond.subject_id, 'type', beyond.type);
  end if;
  return null;
end $$;
create trigger write_wall after insert on event referencing new table as told
  for each statement execute function write_wall();

-- What the wall refuses is a fault of the service, left to people at once.
alter table incident drop constraint incident_lane_check, add constraint incident_lane_check
  check (lane in ('timers', 'operations', 'recalculation', 'sweeping', 'versions', 'walls'));
