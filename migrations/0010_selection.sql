-- Merit selection: rankings as they were made, vetoes and verifications among the ledgers.

alter table record drop constraint record_ledger_check;
alter table record add constraint record_ledger_check check (ledger in (
  'evidence', 'self-check', 'inspection', 'score', 'conformance', 'objection', 'veto',
  'verification'));

-- What tells one person from another; never an identity number, only a digest made elsewhere.
alter table candidate
  add column birth_year smallint check (birth_year between 1900 and 2100),
  add column identity_digest text check (identity_digest ~ '^[0-9a-f]{64}$');
create index candidate_person on candidate (campaign_id, person_name)
  where person_name is not null;
create index candidate_identity on candidate (campaign_id, identity_digest)
  where identity_digest is not null;

-- What a selection rests on. The body is canonical JSON, so its hash can be taken again by anyone.
create table ranking (
  campaign_id uuid not null references campaign (campaign_id),
  id uuid not null,
  category text not null,
  kind text not null check (kind in ('ranking', 'selection', 'move-up')),
  based_on uuid,
  body text not null,
  sha256 text not null check (sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex')),
  made_at timestamptz not null,
  made_by text not null,
  primary key (campaign_id, id),
  foreign key (campaign_id, based_on) references ranking (campaign_id, id)
);
create index ranking_category on ranking (campaign_id, category, id);
create index ranking_id on ranking (id);
create function ranking_is_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'a ranking is never changed' using errcode = 'insufficient_privilege';
end $$;
create trigger ranking_is_frozen before update or delete on ranking
  for each row execute function ranking_is_frozen();
create trigger ranking_is_not_truncated before truncate on ranking
  for each statement execute function ranking_is_frozen();
