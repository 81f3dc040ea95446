-- Official documents. A register belongs to an issuer, not to a campaign: campaigns of one county
-- number their documents in one row (R1), so registers and numbers are reference tables.

create table document_register (
  organisation_id text not null,
  code text not null check (length(code) between 1 and 20),
  year integer not null check (year between 2000 and 2100),
  last_serial integer not null check (last_serial >= 0),
  -- From which serial on this service numbers, and why: what lies before was numbered elsewhere.
  starts jsonb not null default '[]',
  primary key (organisation_id, code, year)
);

create table document_number (
  organisation_id text not null,
  code text not null,
  year integer not null,
  serial integer not null check (serial >= 1),
  -- The number of a plan's own document; a campaign led again by the same plan has the same one.
  plan_id text,
  campaign_id uuid not null,
  document_id uuid not null,
  primary key (organisation_id, code, year, serial),
  foreign key (organisation_id, code, year)
    references document_register (organisation_id, code, year)
);

create table document (
  campaign_id uuid not null,
  id uuid not null,
  kind text not null,
  issuer text not null,
  organisation_id text not null,
  path text not null,
  about_id uuid,
  is_public boolean not null,
  title text not null,
  content jsonb not null,
  main_ids text[] not null,
  copy_ids text[] not null,
  corrects_id uuid,
  -- All null until it is issued; the number also of forms, which have none.
  code text,
  year integer,
  serial integer,
  number text,
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  issued_on date,
  issued_at timestamptz,
  primary key (campaign_id, id),
  foreign key (campaign_id, id) references subject (campaign_id, id),
  check ((issued_at is null) = (sha256 is null)),
  check ((number is null) = (serial is null))
);
create index document_addressee on document using gin (main_ids, copy_ids);
create index document_path on document (campaign_id, path text_pattern_ops);
create index document_about on document (campaign_id, about_id) where about_id is not null;

-- Frozen when issued: neither a statement by hand nor a mistake of ours changes it.
create function document_is_frozen() returns trigger language plpgsql as $$
begin
  if old.issued_at is not null or tg_op = 'DELETE' then
    raise exception 'an issued document is frozen and none is deleted'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger document_is_frozen before update or delete on document
  for each row execute function document_is_frozen();
create trigger document_number_is_append_only before update or delete on document_number
  for each row execute function log_is_append_only();
