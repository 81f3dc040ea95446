-- Which keys seal this database: the keys themselves lie in a file, and a process that brings another file would
-- seal what nobody else can open.

create table data_key (
  id text primary key check (id ~ '^[0-9a-f]{8}$'),
  -- The SHA-256 of its 32 random bytes, which tells nothing of them.
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  at timestamptz not null default clock_timestamp()
);
insert into table_rule (name, rule) values ('data_key', 'kept');
