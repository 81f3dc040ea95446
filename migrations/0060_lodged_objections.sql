-- The public lodges objections without an account: what it gives to be looked into is sealed beside its contact, and
-- the code of its receipt is found by a keyed hash.
alter table objector add column clues sealed_text,
  add column receipt sealed_text,
  add column receipt_mark text;
create unique index objector_receipt on objector (receipt_mark, campaign_id) where receipt_mark is not null;

-- From below: an inspection of a site is told to the campaign, and whoever a draw concerns stands back
-- from it. Everybody with a part in the business may object. The public lodges, and tells nothing else; nobody
-- else lodges. What the service tells by itself reaches everywhere.
create or replace function write_wall() returns trigger language plpgsql as $$
declare
  beyond record;
begin
  select t.* into beyond
    from told t
   where t.principal_id <> 'system'
     and not exists (
       select from subject s
        where s.campaign_id = t.campaign_id and s.id = t.subject_id
          and (s.machine, t.type, t.principal_id) = ('objection', 'lodge', 'public'))
     and not exists (
       select from subject s
         join role_grant g
           on g.present and g.principal_id = case when t.principal_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                                    then t.principal_id::uuid end
         join principal p on p.id = g.principal_id and p.disabled_at is null
         join organisation o on o.id = g.organisation_id
        where s.campaign_id = t.campaign_id and s.id = t.subject_id and is_business(g.role)
          and (s.machine, t.type) <> ('objection', 'lodge')
          and (starts_with(s.path, o.reach)
               or starts_with(o.reach, s.path) and (s.machine, t.type) in (
                 ('campaign', 'record-inspection'), ('draw', 'declare-recusal'))
               or (s.machine, t.type) = ('objection', 'raise')))
   limit 1;
  if found then
    raise exception 'principal % told % beyond every reach', beyond.principal_id, beyond.type
      using errcode = 'insufficient_privilege', constraint = 'write_wall',
            detail = jsonb_build_object('campaignId', beyond.campaign_id,
              'subjectId', beyond.subject_id, 'type', beyond.type);
  end if;
  return null;
end $$;
