-- Who lets an incident be, and why, is in the administrative log. An incident about the logs, or about what was done
-- past the interface, is settled in no other way.

alter table administrative_event drop constraint administrative_event_subject_kind_check,
  add constraint administrative_event_subject_kind_check check (subject_kind in (
    'principal', 'role_grant', 'api_key', 'claim', 'organisation', 'site', 'calendar_year', 'incident'));

create constraint trigger change_is_told after update on incident
  deferrable initially deferred for each row
  when (new.status <> old.status and (new.status = 'dismissed' or old.lane in ('audit', 'administration'))
     or new.lane <> old.lane)
  execute function change_is_told('id');
