-- What is read at 100,000 candidates by the rows it shows, not by those it passes over.

-- A VOLATILE function bounds no index: every due timer and every overdue row was found by asking each
-- row what time it is. STABLE says what is meant: one instant for a statement. Nobody rests on more:
-- each statement of a long transaction still reads the clock anew (clock_timestamp moves with it, and
-- a virtual clock that somebody else has set and committed is seen by the next statement).
create or replace function now_instant() returns timestamptz language sql stable as $$
  select date_trunc('milliseconds',
    coalesce((select instant from virtual_clock), clock_timestamp()))
$$;

-- Candidates of a stage and state in the order of their pages.
drop index subject_state;
create index subject_state on subject (campaign_id, machine, stage, state, id);

-- Obligations in the order of their pages: in this business thousands fall due at one instant.
drop index obligation_due;
create index obligation_due on obligation (due_at, campaign_id, subject_id, kind, generation)
  where closed_at is null;

-- Notices of every place in the order of their pages, and those of one place whatever the campaign.
create index notice_newest on notice ((read_at is not null), id desc);
drop index notice_path;
create index notice_path on notice (path text_pattern_ops);
-- notice_organisation answers whatever this one did; a notice is looked up by its id alone.
drop index notice_inbox;
create index notice_id on notice (id);
