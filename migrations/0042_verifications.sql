-- Verifications of the worker: what changed since the last one, and a slice of what did not.

alter table verification
  drop column slice,
  -- Pass 1 looks at the chains that checkpoints after `since` name, up to `checkpoint`, the last one when it
  -- began; the next nightly one begins there.
  add column since integer not null default 0,
  -- How many chains pass 2 looks at, and where it goes on. It begins where the one before ended.
  add column slice bigint not null default 9007199254740991,
  add column slice_campaign uuid not null default '00000000-0000-0000-0000-000000000000',
  add column slice_subject uuid not null default '00000000-0000-0000-0000-000000000000';
alter table verification alter column slice drop default;

-- The lanes are the list of src/db/kernel/incidents.ts, to which each adds its own.
alter table incident drop constraint incident_lane_check,
  add constraint incident_lane_check check (lane ~ '^[a-z]+$');
