-- The personal part of an event stands apart from the log, with the salt of the digest that its link holds:
-- once both are gone, nobody can say what it was, and the chain is as whole as before.
-- There is no foreign key, because it would lock the event at every step: no event is ever deleted.

create table event_personal (
  campaign_id uuid not null,
  subject_id uuid not null,
  sequence integer not null,
  salt bytea not null check (length(salt) = 16),
  personal jsonb not null check (jsonb_typeof(personal) = 'object'),
  primary key (campaign_id, subject_id, sequence)
);
create trigger event_personal_is_append_only before update or delete on event_personal
  for each row execute function log_is_append_only();
create trigger event_personal_is_not_truncated before truncate on event_personal
  for each statement execute function log_is_append_only();
insert into table_rule values ('event_personal', 'append-only');
