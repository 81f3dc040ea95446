-- A newer calendar is gone by before any further timer is fired: `counted` is the calendar by which every
-- deadline to come was last counted again, so that this is known whichever process did it.
alter table reference_version add column counted bigint not null default 0;
update read_rule set shows = 'all: three numbers' where name = 'reference_version';
