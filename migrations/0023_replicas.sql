-- The processes that live on this database, where their files lie, and what the holder of the
-- database did from outside.

-- Written by each process every two seconds: who does not write any more is gone.
create table replica (
  id uuid primary key,
  host text not null,
  pid integer not null,
  release text not null,
  -- The newest migration that this process knows.
  schema text not null,
  file_store text not null,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
) with (fillfactor = 20);

-- A full disk takes an update that fits into its page. Whether a table can grow is only known when
-- one has: this one grows into a file of its own and is put back, so that it needs no space.
create table growth_probe (
  one boolean primary key default true check (one),
  filler text not null
);
alter table growth_probe alter column filler set storage external;

create function try_growing() returns void language plpgsql as $$
begin
  truncate growth_probe;
  insert into growth_probe (filler)
  select string_agg(md5(random()::text || part), '') from generate_series(1, 8192) part;
  raise exception 'put back' using errcode = 'CPG01';
exception when sqlstate 'CPG01' then
  null;
end $$;

-- Where the content of files lies: every process of this database has to mean the same place.
create table file_store (
  one boolean primary key default true check (one),
  kind text not null check (kind in ('disk', 's3')),
  -- disk: what the folder's own identity file says. s3: endpoint and bucket.
  identity text not null,
  -- For people: the machine and folder it was first seen at.
  place text not null,
  recorded_at timestamptz not null default clock_timestamp()
);

-- What whoever holds the database did past the interface, such as npm run admin:key.
create table operator_act (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('admin-key')),
  os_user text not null,
  host text not null,
  release text not null,
  principal_id uuid not null references principal (id),
  key_id text not null references api_key (id)
);
create index operator_act_key on operator_act (key_id);
create trigger operator_act_is_kept before update or delete on operator_act
  for each row execute function log_is_append_only();
