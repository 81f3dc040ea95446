-- Every key ends: one that nobody remembers is found by somebody.
alter table api_key alter column expires_at set not null;
