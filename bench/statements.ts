// The rows that one `record-evidence` stores, as pgbench scripts: in the same tables, once by separate
// statements and once by a single one.

/** The ids of the subjects that pgbench writes to begin so; twelve hexadecimal digits follow. */
export const TWIN_PREFIX = '00000000-0000-7000-8000-';

const PICK = (candidates: number): string => `\\set n random(1, ${candidates})\n`;

// The rows are pgbench's own, with ids that need no look-up, because callers of the service give the id,
// too.
const SUBJECT = `('${TWIN_PREFIX}' || lpad(to_hex(:n::int), 12, '0'))::uuid`;

const PAYLOAD = `'{"id": "bench", "kind": "activity", "occurredOn": "2017-07-10", "summary": "学用活动"}'::jsonb`;
const BODY = `'{"occurredOn": "2017-07-10", "summary": "学用活动", "form": null, "siteIds": [], "detail": {}}'::jsonb`;

/** Begin, lock, read, update, three inserts, commit: eight round trips. */
export const separate = (campaignId: string, candidates: number): string => `${PICK(candidates)}
begin;
select id from subject where campaign_id = '${campaignId}' and id = '${campaignId}' for share;
select now_instant(), v.directory, v.calendar from reference_version v;
select s.id, s.value, s.context, s.revision, s.chain_hash from subject s
 where s.campaign_id = '${campaignId}' and s.id = ${SUBJECT} for update;
update subject set revision = revision + 1, context = context, updated_at = clock_timestamp()
 where campaign_id = '${campaignId}' and id = ${SUBJECT};
insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles, payload, facts,
       stage, state, hash)
select s.campaign_id, s.id, s.revision, 'record-evidence', clock_timestamp(), 'bench',
       '{township-committee}', ${PAYLOAD}, '{}', s.stage, s.state, s.chain_hash
  from subject s where s.campaign_id = '${campaignId}' and s.id = ${SUBJECT};
insert into record (campaign_id, subject_id, ledger, id, kind, clause, body, sequence, recorded_at,
       recorded_by)
values ('${campaignId}', ${SUBJECT}, 'evidence', gen_random_uuid()::text, 'activity', 'R8', ${BODY},
        1, clock_timestamp(), 'bench');
insert into idempotency (campaign_id, principal_id, key, request_hash, status, body, created_at)
values ('${campaignId}', 'bench', gen_random_uuid()::text, repeat('0', 64), 200,
        ${PAYLOAD}, clock_timestamp());
commit;
`;

/** The same rows by one statement with several parts: one round trip, one implicit transaction. */
export const single = (campaignId: string, candidates: number): string => `${PICK(candidates)}
with head as (
  select id from subject where campaign_id = '${campaignId}' and id = '${campaignId}' for share
), moved as (
  update subject s set revision = s.revision + 1, updated_at = clock_timestamp()
    from head
   where s.campaign_id = '${campaignId}' and s.id = ${SUBJECT}
  returning s.campaign_id, s.id, s.revision, s.stage, s.state, s.chain_hash
), logged as (
  insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles, payload,
         facts, stage, state, hash)
  select campaign_id, id, revision, 'record-evidence', clock_timestamp(), 'bench',
         '{township-committee}', ${PAYLOAD}, '{}', stage, state, chain_hash
    from moved
), recorded as (
  insert into record (campaign_id, subject_id, ledger, id, kind, clause, body, sequence,
         recorded_at, recorded_by)
  select campaign_id, id, 'evidence', gen_random_uuid()::text, 'activity', 'R8', ${BODY}, revision,
         clock_timestamp(), 'bench'
    from moved
)
insert into idempotency (campaign_id, principal_id, key, request_hash, status, body, created_at)
select campaign_id, 'bench', gen_random_uuid()::text, repeat('0', 64), 200, ${PAYLOAD},
       clock_timestamp()
  from moved;
`;
