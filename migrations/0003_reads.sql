-- What is only read: flat addresses, newest-first lists, what is owed below a place.

create index subject_id on subject (id);
create index obligation_path on obligation (campaign_id, path text_pattern_ops)
  where closed_at is null;
create index obligation_due on obligation (due_at) where closed_at is null;
create index operation_newest on operation (campaign_id, id);
create index record_newest on record (campaign_id, recorded_at, id) where ledger = 'inspection';
create index notice_organisation on notice (organisation_id, (read_at is not null), id desc);
create index notice_subject on notice (campaign_id, subject_id);
