-- More machines live in a campaign: rounds and sheets of the evaluation, panels, objections, draws,
-- supplements, policy changes, documents. The order of the list is the order of the locks.

alter table subject drop constraint subject_machine_check;
alter table subject add constraint subject_machine_check check (machine in (
  'campaign', 'candidate', 'rectification', 'receipt', 'ballot-round', 'score-sheet',
  'review-panel', 'objection', 'draw', 'supplement', 'policy-change', 'document'));
alter table subject drop constraint subject_lock_rank_check;
alter table subject add constraint subject_lock_rank_check check (lock_rank between 1 and 12);
