-- Items that do not apply, with the reason; and bonus points, which come on top of the 100 (R61).
alter table score_sheet_submission
  add column not_applicable jsonb not null default '{}' check (jsonb_typeof(not_applicable) = 'object'),
  drop constraint score_sheet_submission_total_centi_check,
  add check (total_centi between 0 and 20000);
alter table score_sheet_submission alter column not_applicable drop default;
