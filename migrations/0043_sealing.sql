-- What is sealed: `<key>.<nonce, ciphertext and tag>` (src/sealing/vault.ts). The keys are not in the database.
create domain sealed_text as text check (value ~ '^[0-9a-f]{8}\.[A-Za-z0-9_-]{38,}$');

-- Who objects, apart from the objection and its log, so that it can be forgotten while both stay whole.
create table objector (
  campaign_id uuid not null,
  id uuid not null,
  name sealed_text,
  contact sealed_text,
  -- A keyed hash of the contact, by which an objector's objections are found again.
  contact_mark text,
  primary key (campaign_id, id),
  foreign key (campaign_id, id) references subject (campaign_id, id)
);
create index objector_mark on objector (contact_mark) where contact_mark is not null;

alter table candidate drop column birth_year;
alter table candidate add column birth_year sealed_text;

alter table draw_secret drop constraint draw_secret_secret_check;
alter table draw_secret alter column secret type sealed_text;
