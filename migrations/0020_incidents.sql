-- What the worker could not do: set aside with its cause, tried again, told to people, never in the
-- way of what can be done. Times here are of the real clock: a virtual one heals nothing.

-- Of the whole installation: what fails may belong to no campaign, and people look at all of it.
create table incident (
  id bigint generated always as identity primary key,
  lane text not null check (lane in (
    'timers', 'operations', 'recalculation', 'sweeping', 'versions')),
  campaign_id uuid,
  subject_id uuid,
  operation_id uuid,
  item text not null,
  status text not null check (status in ('retrying', 'open', 'resolved', 'dismissed')),
  attempts integer not null,
  affected integer not null default 1,
  cause_code text not null,
  cause_message text not null,
  not_before timestamptz,
  first_at timestamptz not null,
  last_at timestamptz not null,
  revision integer not null default 1,
  check ((status = 'retrying') = (not_before is not null))
);
create unique index incident_once on incident (lane, campaign_id, subject_id, item)
  nulls not distinct where status in ('retrying', 'open');
create index incident_due on incident (lane, not_before) where status = 'retrying';
create index incident_operation on incident (operation_id, subject_id) where operation_id is not null;
create index incident_item on incident (lane, item) where status <> 'resolved';

create table incident_event (
  incident_id bigint not null references incident (id),
  sequence integer not null,
  type text not null check (type in ('failed', 'parked', 'retried', 'resolved', 'dismissed')),
  at timestamptz not null,
  principal_id text,
  reason text,
  code text,
  message text,
  primary key (incident_id, sequence)
);
create trigger incident_event_is_append_only before update or delete on incident_event
  for each row execute function log_is_append_only();
create trigger incident_event_is_not_truncated before truncate on incident_event
  for each statement execute function log_is_append_only();

-- Held: an incident has it, and no list of what is due meets it. One index for each campaign's due
-- timers in their order: whoever has many waits for itself only.
alter table timer add column held boolean not null default false;
drop index timer_due;
create index timer_due on timer (campaign_id, due_at, subject_id, timer_id) where not held;
create index timer_held on timer (campaign_id, subject_id) where held;

alter table operation_item add column held boolean not null default false;
create index operation_item_next on operation_item (campaign_id, operation_id, index)
  where outcome is null and not held;

-- Exhausted: all there was has been tried once; what is left waits in incidents, or for a newer build.
-- The last subject a phase change has reached is where its next chunk begins.
alter table operation
  add column failed integer not null default 0,
  add column exhausted boolean not null default false,
  add column after_phase smallint,
  add column after_id uuid,
  drop constraint operation_status_check,
  add constraint operation_status_check check (status in ('running', 'parked', 'done'));
drop index operation_running;
create index operation_running on operation (campaign_id, created_at, id)
  where status <> 'done' and not exhausted;
create index operation_exhausted on operation (campaign_id, id)
  where status <> 'done' and exhausted;
drop index operation_policy_change_running;
create unique index operation_policy_change_running on operation (campaign_id)
  where kind = 'policy-change' and status <> 'done';

-- Which versions of which machines there are is asked every half minute, by leaps through this.
create index subject_release on subject (machine, version);
