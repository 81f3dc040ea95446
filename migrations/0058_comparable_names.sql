-- The names of persons are compared in one form (src/rules/candidate/personal-name.ts), and stored as they were given.
alter table candidate add column person_key text;
update candidate set person_key = person_name;

drop index candidate_once;
create unique index candidate_once on candidate
  (campaign_id, category, organisation_id, coalesce(person_key, ''))
  where person_name is distinct from '已擦除 · erased';
drop index candidate_person;
create index candidate_person on candidate (campaign_id, person_key) where person_key is not null;
