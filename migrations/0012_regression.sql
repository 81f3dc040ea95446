-- A site that fails after its candidate has applied: somebody has to decide (R12, R15).

alter table subject drop constraint subject_machine_check;
alter table subject add constraint subject_machine_check check (machine in (
  'campaign', 'candidate', 'rectification', 'receipt', 'ballot-round', 'score-sheet',
  'review-panel', 'objection', 'draw', 'supplement', 'policy-change', 'document', 'matter',
  'regression'));
alter table subject drop constraint subject_lock_rank_check;
alter table subject add constraint subject_lock_rank_check check (lock_rank between 1 and 14);
