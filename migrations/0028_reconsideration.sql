-- A review that was failed may be reconsidered once (R63, R64).

alter table subject drop constraint subject_machine_check;
alter table subject add constraint subject_machine_check check (machine in (
  'campaign', 'candidate', 'rectification', 'receipt', 'ballot-round', 'score-sheet',
  'review-panel', 'objection', 'draw', 'supplement', 'policy-change', 'document', 'matter',
  'regression', 'reconsideration'));
alter table subject drop constraint subject_lock_rank_check;
alter table subject add constraint subject_lock_rank_check check (lock_rank between 1 and 15);
