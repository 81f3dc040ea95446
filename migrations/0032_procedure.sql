-- What plans state of their campaigns and candidates, by hash. A subject is decided by the chart that is
-- compiled from it, whatever its plan says later; the log and this table replay it.

create table procedure (
  hash    text primary key check (hash ~ '^[0-9a-f]{64}$'),
  -- The library of steps that it was written for: candidate v1, campaign v1.
  library text not null,
  body    jsonb not null
);

alter table subject add column procedure text references procedure (hash);
-- The step that is to be done, and the role whose office does it: lists and counts ask these, because
-- every plan has stages and states of its own.
alter table subject add column step text;
alter table subject add column office text;
