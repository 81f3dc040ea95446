-- The access log tells, too, that a key came in from an address: once an hour, whatever it did.
alter table access_log drop constraint access_log_action_check;
alter table access_log add constraint access_log_action_check check (action in (
  'request', 'entry', 'administrative-read', 'export', 'roll', 'unmasking'));
