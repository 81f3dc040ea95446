// The steps of long work: the next items, their outcomes, and the end of an operation. Progress is
// counted as it is made, never by counting rows.

import type pg from 'pg';
import { isKnown, KNOWN_RELEASES } from './releases.ts';
import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

/** Operations of one campaign in a round: each campaign gets on, however many operations others have. */
const OPERATIONS_AT_ONCE = 5;

export type OperationHead = {
  campaignId: string;
  id: string;
  kind: string;
  createdBy: string;
  /** What the creator came by; the events of the items came by the same. */
  credential: string | null;
  /** True when all items have been tried once and the rest waits. */
  isExhausted: boolean;
  /** The phase that a phase change leads to, and the last subject that it reached. */
  number: number | null;
  afterPhase: number | null;
  afterId: string | null;
};

export type ItemRow = { index: number; command: object };

// A malformed number would fail the query for every operation; as null it only moves nobody.
const HEAD = `
  o.campaign_id as "campaignId", o.id, o.kind, o.created_by as "createdBy",
  o.credential,
  case when jsonb_typeof(o.detail -> 'number') = 'number'
       then least((o.detail ->> 'number')::numeric, 32767)::int end as number,
  o.exhausted as "isExhausted", o.after_phase as "afterPhase", o.after_id as "afterId"`;

const RUNNING_OPERATIONS = statement(
  'running-operations',
  `
    select ${HEAD}
      from (select *, row_number() over (partition by campaign_id order by created_at, id) as place
              from operation where status <> 'done' and not exhausted) o
     where o.place <= ${OPERATIONS_AT_ONCE}
     order by o.place, o.created_at, o.id`,
);
const FIND_OPERATION_HEAD = statement(
  'find-operation-head',
  `select ${HEAD} from operation o
          where o.campaign_id = $1 and o.id = $2 and o.status <> 'done'`,
);
const EXHAUSTED = statement(
  'exhausted-operations',
  `select ${HEAD} from operation o where o.status <> 'done' and o.exhausted limit 1000`,
);

/** The oldest running operations of each campaign, the first of every campaign before any second. */
export const listRunning = (pool: pg.Pool): Promise<OperationHead[]> =>
  run<OperationHead>(pool, RUNNING_OPERATIONS, []);

/** Operations of which all items have been tried once and some wait. */
export const listExhausted = (pool: pg.Pool): Promise<OperationHead[]> =>
  run<OperationHead>(pool, EXHAUSTED, []);

/** One operation that is under way; undefined when it is done. */
export async function findOperationHead(
  db: pg.Pool | Tx,
  campaignId: string,
  id: string,
): Promise<OperationHead | undefined> {
  return (await run<OperationHead>(db, FIND_OPERATION_HEAD, [campaignId, id]))[0];
}

const NEXT_ITEMS = statement(
  'next-items',
  `
    select index, command from operation_item
     where campaign_id = $1 and operation_id = $2 and outcome is null and not held
     order by index limit $3`,
);
const OPEN_ITEM = statement(
  'open-item',
  `
    select index, command from operation_item
     where campaign_id = $1 and operation_id = $2 and index = $3 and outcome is null`,
);
const STORE_OUTCOMES = statement(
  'store-outcomes',
  `
    with told as (
      update operation_item i set outcome = r.outcome, held = false
        from jsonb_to_recordset($3) as r (index integer, outcome jsonb)
       where i.campaign_id = $1 and i.operation_id = $2 and i.index = r.index and i.outcome is null
      returning i.outcome ->> 'kind' as kind),
    counted as (
      select count(*)::int as done,
             count(*) filter (where kind not in ('done', 'repeated'))::int as refused from told)
    update operation o set done = o.done + c.done, refused = o.refused + c.refused
      from counted c where o.campaign_id = $1 and o.id = $2 and c.done > 0`,
);
const GIVE_UP = statement(
  'give-up-items',
  `
    select index from operation_item
     where campaign_id = $1 and operation_id = $2 and outcome is null
       and ($3::int is null or index = $3)`,
);
const SETTLE_ITEMS = statement(
  'settle-items',
  `
    with standing as (
      select exists (select from operation_item where campaign_id = $1 and operation_id = $2
                        and outcome is null and not held) as "hasNext",
             exists (select from operation_item where campaign_id = $1 and operation_id = $2
                        and outcome is null) as "hasOpen"),
    troubled as (
      select count(*)::int as failed, bool_or(status = 'retrying') as "isRetrying",
             coalesce(bool_or(item = 'operation'), false) as "isBlocked"
        from incident where operation_id = $2 and status in ('retrying', 'open'))
    update operation o
       set failed = case when s."hasOpen" then t.failed else 0 end,
           exhausted = t."isBlocked" or not s."hasNext",
           status = case when not s."hasOpen" then 'done'
                         when t."isRetrying" or (s."hasNext" and not t."isBlocked") then 'running'
                         when t.failed = 0 then 'running'
                         else 'parked' end,
           finished_at = case when not s."hasOpen" then now_instant() end
      from standing s, troubled t
     where o.campaign_id = $1 and o.id = $2 and o.status <> 'done'`,
);

type Place = Pick<OperationHead, 'campaignId' | 'id'>;

/** Items that were not tried yet, in their order. */
export const listNextItems = (
  pool: pg.Pool,
  { campaignId, id }: Place,
  limit: number,
): Promise<ItemRow[]> => run<ItemRow>(pool, NEXT_ITEMS, [campaignId, id, limit]);

export async function findOpenItem(
  pool: pg.Pool,
  { campaignId, id }: Place,
  index: number,
): Promise<ItemRow | undefined> {
  return (await run<ItemRow>(pool, OPEN_ITEM, [campaignId, id, index]))[0];
}

/** Stores the outcomes of these items; an item that has an outcome keeps it and is not counted twice. */
export async function storeOutcomes(
  tx: Tx,
  { campaignId, id }: Place,
  outcomes: readonly { index: number; outcome: object }[],
): Promise<void> {
  if (outcomes.length > 0)
    await run(tx, STORE_OUTCOMES, [campaignId, id, JSON.stringify(outcomes)]);
}

/** Fails one item, or all that are left when `index` is null: nobody will do them. */
export async function closeItems(
  tx: Tx,
  operation: Place,
  index: number | null,
  message: string,
): Promise<void> {
  const { campaignId, id } = operation;
  const left = await run<{ index: number }>(tx, GIVE_UP, [campaignId, id, index]);
  const outcome = { kind: 'failed', message };
  await storeOutcomes(
    tx,
    operation,
    left.map((item) => ({ index: item.index, outcome })),
  );
}

/** Stores whether the operation is done, goes on, or waits for items that were set aside. */
export async function settleItems(tx: Tx, { campaignId, id }: Place): Promise<void> {
  await run(tx, SETTLE_ITEMS, [campaignId, id]);
}

/** Goes in the order of the index subject_behind, from the end of the last chunk. */
export const BEHIND = statement(
  'list-behind',
  `
    select s.id, s.phase
      from subject s
     where s.campaign_id = $1 and s.follows_phase and s.phase < $2
       and (s.phase, s.id) > ($3, $4::uuid) and ${isKnown('s', 5)}
     order by s.phase, s.id
     limit $6`,
);
// A chunk is not counted twice: of two processes at one chunk, the second finds the place moved.
const STORE_REACH = statement(
  'store-reach',
  `
    update operation set after_phase = $5, after_id = $6, done = least(done + $7, total)
     where campaign_id = $1 and id = $2 and status <> 'done'
       and after_phase is not distinct from $3 and after_id is not distinct from $4`,
);
const LEFT = (more: string) => `
  select from subject s
   where s.campaign_id = $1 and s.follows_phase and s.phase < $3 and ${more}`;
const RESTART_PHASE = statement(
  'restart-phase',
  `
    update operation set after_phase = null, after_id = null, exhausted = false
     where campaign_id = $1 and id = $2 and status <> 'done'
       and not exists (select from incident where operation_id = $2 and item = 'operation'
                          and status in ('retrying', 'open'))
       and exists (${LEFT(`${isKnown('s', 4)} and not exists (
             select from incident i where i.operation_id = $2 and i.subject_id = s.id
                and i.status <> 'resolved')`)})
    returning id`,
);
const SETTLE_PHASE = statement(
  'settle-phase',
  `
    with standing as (
      select exists (${LEFT(`not exists (
               select from incident i where i.operation_id = $2 and i.subject_id = s.id
                  and i.status = 'dismissed')`)}) as "hasOpen",
             exists (${LEFT(`not exists (
               select from incident i where i.operation_id = $2 and i.subject_id = s.id
                  and i.status in ('open', 'dismissed'))`)}) as "hasHope"),
    troubled as (
      select count(*) filter (where status in ('retrying', 'open'))::int as failed,
             count(*) filter (where status = 'dismissed' and subject_id is not null)::int as refused,
             coalesce(bool_or(item = 'operation' and status in ('retrying', 'open')), false)
               as "isBlocked",
             coalesce(bool_or(item = 'operation' and status = 'open'), false) as "isParked",
             coalesce(bool_or(item = 'operation' and status = 'dismissed'), false) as "isGivenUp"
        from incident where operation_id = $2)
    update operation o
       set failed = case when e."isOver" then 0 else t.failed end,
           refused = t.refused,
           done = case when e."isOver" then o.total else least(o.done, o.total) end,
           exhausted = $4 or t."isBlocked",
           status = case when e."isOver" then 'done'
                         when t."isParked" or ($4 and not s."hasHope") then 'parked'
                         else 'running' end,
           finished_at = case when e."isOver" then now_instant() end
      from standing s, troubled t,
           lateral (select t."isGivenUp" or (not s."hasOpen" and not t."isBlocked") as "isOver") e
     where o.campaign_id = $1 and o.id = $2 and o.status <> 'done'`,
);

const NIL = '00000000-0000-0000-0000-000000000000';

/** Candidates that the phase change has yet to reach, in its order. */
export const listBehind = (
  pool: pg.Pool,
  { campaignId, number, afterPhase, afterId }: OperationHead,
  limit: number,
): Promise<{ id: string; phase: number }[]> => {
  if (number === null) throw new TypeError('a phase change names no phase');
  return run(pool, BEHIND, [
    campaignId,
    number,
    afterPhase ?? -1,
    afterId ?? NIL,
    KNOWN_RELEASES,
    limit,
  ]);
};

/** Stores the last subject that was reached, and how many more were moved. */
export async function storeReach(
  tx: Tx,
  { campaignId, id, afterPhase, afterId }: OperationHead,
  last: { id: string; phase: number },
  moved: number,
): Promise<void> {
  await run(tx, STORE_REACH, [campaignId, id, afterPhase, afterId, last.phase, last.id, moved]);
}

/** True when a subject this build can move is behind and untried: the phase change starts over. */
export async function restartPhase(tx: Tx, { campaignId, id, number }: OperationHead) {
  return (await run(tx, RESTART_PHASE, [campaignId, id, number, KNOWN_RELEASES])).length > 0;
}

/** Stores whether a phase change is done; `isExhausted` when every candidate has been tried once. */
export async function settlePhase(
  tx: Tx,
  { campaignId, id, number }: OperationHead,
  isExhausted: boolean,
): Promise<void> {
  await run(tx, SETTLE_PHASE, [campaignId, id, number, isExhausted]);
}
