-- What a draft is made of stands beside it, so that it can be drafted anew from what is so now, and dated by
-- its issue. An issued document says everything itself.
alter table document add column made_of jsonb;
alter table document add constraint document_made_of check ((made_of is null) = (issued_at is not null));
