-- An event names the key it came by, and its link holds the digest of its personal part: see
-- src/rules/audit/link.ts. The links of the events before this have another form; no release has written any.

alter table event
  add column credential text,
  add column personal text check (personal ~ '^[0-9a-f]{64}$');

-- What is done in the name of whoever asked for an operation came by the same key.
alter table operation add column credential text;
