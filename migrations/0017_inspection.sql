-- Who recorded the facts of a site as they stand: of a correction the row itself says it, because
-- several of one transaction may be several people's.
alter table site add column recorded_by text;

create or replace function site_facts_have_changed() returns trigger language plpgsql as $$
begin
  insert into site_fact_change (site_id, revision, at, recorded_by, facts)
  values (new.id, new.revision, new.updated_at,
          coalesce(new.recorded_by,
                   nullif(current_setting('chuangping.recorded_by', true), '')), new.facts);
  return null;
end $$;

-- What was last found of a site (R37), and whether it was supervised (R14).
create index record_inspected_site on record (campaign_id, (body ->> 'siteId'), recorded_at desc)
  where ledger = 'inspection';
