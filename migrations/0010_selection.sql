-- Merit selection: rankings as they were made, vetoes and verifications among the ledgers.

alter table record drop constraint record_ledger_check;
alter table record add constraint record_ledger_check check (ledger in (
  'evidence', 'self-check', 'inspection', 'score', 'conformance', 'objection', 'veto',
  'verification'));

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
