-- What is looked at all the time is found by an index of its own, however much is kept beside it.

create index incident_open on incident (id) where status = 'open';
create index outbox_age on outbox (created_at) where delivered_at is null;
