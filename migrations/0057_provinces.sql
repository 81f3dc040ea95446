-- A tree may begin with a province. Over a county stands a city, or right away its province; where a county is
-- the topmost itself, the bodies of the level above stand at it.

alter table organisation drop constraint organisation_kind_check;
alter table organisation add constraint organisation_kind_check check (kind in (
  'PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE', 'CITY_ORGANIZATION_DEPARTMENT', 'CITY_CENTRE',
  'COUNTY_ORGANIZATION_DEPARTMENT', 'COUNTY_OFFICE', 'TOWNSHIP_PARTY_COMMITTEE',
  'TOWNSHIP_OFFICE', 'VILLAGE_PARTY_ORGANIZATION', 'BASE'));

-- reachOf of src/rules/county/grants.ts: a generated column takes no new expression before PostgreSQL 17.
alter table organisation drop column reach;
alter table organisation add column reach text not null generated always as (
  case when kind in ('PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE') then path
       else regexp_replace(path, '[^/]+/$', '') end) stored;
