-- Lists: one public notice for a category's selection, one decision for all who are determined (R65).
-- Whom a document names, beside whom it is about; of documents issued before there is only the latter.

alter table document add column named_ids uuid[] not null default '{}';
create index document_named on document using gin (named_ids);
