-- What each organisation keeps and sends, in one row: a file and its share of the quota are written
-- by one transaction, so that no number of processes gives out more than there is.

create table storage_use (
  organisation_id text primary key references organisation (id),
  bytes bigint not null default 0 check (bytes >= 0),
  files integer not null default 0 check (files >= 0),
  -- Uploads begun since then, taken in or refused: each costs the looking through.
  uploads integer not null default 0 check (uploads >= 0),
  uploads_since timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

insert into storage_use (organisation_id, bytes, files)
select f.organisation_id, sum(f.size_bytes), count(*) from file f group by f.organisation_id;
