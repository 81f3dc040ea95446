-- A key means one thing for whoever sends it, whatever the campaign: answers become a reference table.

drop table idempotency;
create table idempotency (
  principal_id text not null,
  key text not null,
  request_hash text not null,
  status smallint not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (principal_id, key)
);
create index idempotency_age on idempotency (created_at);
