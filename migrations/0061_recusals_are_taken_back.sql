-- A conflict of interest that was declared by mistake is taken back: the row stays, with who did it and why, and bars no
-- longer. It changes in nothing else, and is not deleted.
alter table conflict_of_interest
  add column withdrawn_at timestamptz,
  add column withdrawn_by text,
  add column withdrawal_reason text check (length(withdrawal_reason) between 1 and 2000),
  add constraint conflict_of_interest_withdrawn
    check (num_nonnulls(withdrawn_at, withdrawn_by, withdrawal_reason) in (0, 3));

delete from table_rule where name = 'conflict_of_interest';
create trigger conflict_is_kept before delete on conflict_of_interest
  for each row execute function submitted_is_frozen();
