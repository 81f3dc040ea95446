-- Who was denied, who read what is administrative, who took data out and who saw a person's data plain: a
-- partition a month, made ahead and dropped whole. By the real clock, also where a virtual one runs.

create table access_log (
  id bigint generated always as identity,
  at timestamptz not null,
  -- Null for strangers.
  principal_id text,
  credential text,
  address text not null,
  action text not null check (action in (
    'request', 'administrative-read', 'export', 'roll', 'unmasking')),
  outcome text not null check (outcome in ('done', 'forbidden', 'hidden', 'unauthenticated')),
  route text not null,
  subject text,
  purpose text,
  -- The places of whoever asked and of the subject: auditors read what lies within their reach.
  places text[] not null,
  -- Equal ones of one moment are one row; those of strangers one row for each address and minute.
  count integer not null check (count >= 1),
  primary key (at, id)
) partition by range (at);

create trigger access_log_is_append_only before update or delete on access_log
  for each row execute function log_is_append_only();
insert into table_rule (name, rule) values ('access_log', 'append-only');

-- Makes the partitions of this month and the two after it, and drops those that ended so many months ago. No
-- log-in has a right to a partition itself.
create function keep_access_log(months integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  this_month timestamp := date_trunc('month', clock_timestamp() at time zone 'UTC');
  month timestamp;
  partition text;
begin
  if months < 6 then
    raise exception 'the access log is kept for six months at least' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(726378034);
  for ahead in 0..2 loop
    month := this_month + make_interval(months => ahead);
    partition := 'access_log_' || to_char(month, 'YYYY_MM');
    if to_regclass(partition) is null then
      execute format('create table %I partition of access_log for values from (%L) to (%L)',
        partition, month at time zone 'UTC',
        (month + interval '1 month') at time zone 'UTC');
      insert into table_rule (name, rule) values (partition, 'kept') on conflict do nothing;
    end if;
  end loop;
  for partition in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'access_log'::regclass
       and c.relname < 'access_log_'
                       || to_char(this_month - make_interval(months => months), 'YYYY_MM')
  loop
    execute format('drop table %I', partition);
    delete from table_rule where name = partition;
  end loop;
end $$;

select keep_access_log(24);
