-- A unit that moves takes the paths of everything below it along, in chunks that a restart goes on with. The rows of
-- logs stay as they were.

create table place_move (
  id bigint generated always as identity primary key,
  organisation_id text not null references organisation (id),
  from_path text not null check (from_path like '/%/'),
  to_path text not null check (to_path like '/%/'),
  -- Nothing that began before it can still store an old path when this transaction is no longer seen.
  moved_by xid8 not null default pg_current_xact_id(),
  -- How many rows have been rewritten, of all tables.
  rewritten integer not null default 0,
  at timestamptz not null,
  done_at timestamptz
);
create index place_move_open on place_move (id) where done_at is null;
insert into read_rule (name, shows) values ('place_move', 'all: the directory is everybody’s');

-- Totals change with the places that they are of, which no event of a campaign tells.
alter table roll_up_change
  alter column subject_id drop not null,
  alter column sequence drop not null,
  add check ((subject_id is null) = (sequence is null));
