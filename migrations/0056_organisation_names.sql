-- Organisations take other names from a day on. What they were called before is kept, with the grounds of each
-- change, so that a name can be read as of a day.
create table organisation_name (
  organisation_id text not null references organisation (id),
  revision integer not null check (revision >= 1),
  before text not null check (length(before) between 1 and 200),
  name text not null check (length(name) between 1 and 200),
  valid_from date not null,
  reason text check (length(reason) between 1 and 2000),
  document text check (length(document) between 1 and 200),
  at timestamptz not null,
  primary key (organisation_id, revision)
);
create trigger organisation_name_is_append_only before update or delete on organisation_name
  for each row execute function log_is_append_only();
create trigger organisation_name_is_not_truncated before truncate on organisation_name
  for each statement execute function log_is_append_only();
insert into table_rule (name, rule) values ('organisation_name', 'append-only');
insert into read_rule (name, shows) values ('organisation_name', 'all: the directory is everybody’s');
