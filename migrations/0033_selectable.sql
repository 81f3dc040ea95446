-- How a candidate stands before the selection on merit: it has yet to apply, is in the contest, failed a review
-- that may be reconsidered, or waits for a vacant place. Where the selection lies in a candidate's way, and what
-- the states before it are called, is its plan's to say.

alter table subject add column selectable text
  check (selectable in ('later', 'now', 'if-reconsidered', 'as-reserve'));
