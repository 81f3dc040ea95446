-- A household stands in a category beside county, township, village, base and person. Its householder's
-- name is person_name, as a person's is; a showcase case of its counts at its own level.
alter table showcase_case drop constraint showcase_case_level_check;
alter table showcase_case add constraint showcase_case_level_check
  check (level in ('county', 'township', 'village', 'base', 'household', 'person'));
