// Long work: rows of the database, so that a restart goes on where the last process stopped.

import type pg from 'pg';
import { findPrincipal } from '../db/principals.ts';
import { run } from '../db/transaction.ts';
import type { Principal } from '../rules/access.ts';
import { SYSTEM } from '../rules/access.ts';
import type { Performer } from './batches.ts';
import { catchUpCandidates, findBehind } from './catch-up.ts';
import type { Command, NewSubject, Outcome } from './command.ts';

/** Taken at a time, so that single requests find room between the batches of long work. */
export const OPERATION_CHUNK = 200;

const THE_SERVICES_OWN = new Set([
  'merit-selection',
  'recusal',
  'regression',
  'regression-regained',
  'site-facts',
  'policy-change',
]);

type OperationRow = {
  campaignId: string;
  id: string;
  kind: string;
  createdBy: string;
};

type ItemRow = {
  index: number;
  command: {
    subjectId: string;
    create?: NewSubject;
    event: { type: string; readonly [name: string]: unknown };
  };
};

const RUNNING = {
  name: 'running-operations',
  text: `
    select campaign_id as "campaignId", id, kind, created_by as "createdBy"
      from operation where status = 'running' order by created_at, id limit 20`,
};
const OPEN_ITEMS = {
  name: 'open-items',
  text: `
    select index, command from operation_item
     where campaign_id = $1 and operation_id = $2 and outcome is null
     order by index limit $3`,
};
const STORE_OUTCOMES = {
  name: 'store-outcomes',
  text: `
    update operation_item i set outcome = r.outcome
      from jsonb_to_recordset($3) as r (index integer, outcome jsonb)
     where i.campaign_id = $1 and i.operation_id = $2 and i.index = r.index`,
};
const PROGRESS_ITEMS = {
  name: 'progress-items',
  text: `
    update operation o set done = p.done, refused = p.refused,
           status = case when p.open = 0 then 'done' else 'running' end,
           finished_at = case when p.open = 0 then now_instant() end
      from (select count(*) filter (where outcome is not null)::int as done,
                   count(*) filter (where outcome ->> 'kind' not in ('done', 'repeated'))::int
                     as refused,
                   count(*) filter (where outcome is null)::int as open
              from operation_item where campaign_id = $1 and operation_id = $2) p
     where o.campaign_id = $1 and o.id = $2`,
};
// A candidate may come to its end before its batch: what is left is counted, not what was done.
const PROGRESS_PHASE = {
  name: 'progress-phase',
  text: `
    update operation o set done = greatest(o.total - p.behind, 0),
           status = case when p.behind = 0 then 'done' else 'running' end,
           finished_at = case when p.behind = 0 then now_instant() end
      from (select count(*)::int as behind
              from subject s
              join operation mine on mine.campaign_id = $1 and mine.id = $2
             where s.campaign_id = $1 and s.follows_phase
               and s.phase < (mine.detail ->> 'number')::int) p
     where o.campaign_id = $1 and o.id = $2`,
};

/** Does one chunk of every running operation; true while there is more to do. */
export async function advanceOperations(pool: pg.Pool, performer: Performer): Promise<boolean> {
  const operations = await run<OperationRow>(pool, RUNNING, []);
  for (const operation of operations) {
    if (operation.kind === 'phase-change') await movePhase(pool, performer, operation);
    else await runItems(pool, performer, operation);
  }
  return operations.length > 0;
}

async function movePhase(
  pool: pg.Pool,
  performer: Performer,
  { campaignId, id }: OperationRow,
): Promise<void> {
  const behind = await findBehind(pool, campaignId, null, OPERATION_CHUNK);
  await catchUpCandidates(pool, performer, campaignId, behind);
  await run(pool, PROGRESS_PHASE, [campaignId, id]);
}

async function runItems(
  pool: pg.Pool,
  performer: Performer,
  { campaignId, id, kind, createdBy }: OperationRow,
): Promise<void> {
  const items = await run<ItemRow>(pool, OPEN_ITEMS, [campaignId, id, OPERATION_CHUNK]);
  // What the service decided it does itself; what somebody asked for is done in their name.
  const principal = THE_SERVICES_OWN.has(kind) ? SYSTEM : await findPrincipal(pool, createdBy);
  const outcomes = await performer.performAll(
    items.map(({ index, command }) => asCommand(campaignId, id, index, command, principal)),
  );
  const rows = items.map(({ index }, position) => ({
    index,
    outcome: told(outcomes[position] as Outcome),
  }));
  await run(pool, STORE_OUTCOMES, [campaignId, id, JSON.stringify(rows)]);
  await run(pool, PROGRESS_ITEMS, [campaignId, id]);
}

// The key makes a repeat after a crash find the first answer instead of doing it twice.
const asCommand = (
  campaignId: string,
  operationId: string,
  index: number,
  command: ItemRow['command'],
  principal: Principal | null,
): Command => ({
  campaignId,
  ...command,
  principal: principal ?? { id: 'nobody', name: 'nobody', grants: [] },
  idempotency: { key: `operation:${operationId}:${index}`, requestHash: String(index) },
});

/** An outcome as an item keeps it: what became of it, without the whole answer. */
const told = (outcome: Outcome): object =>
  outcome.kind === 'done' || outcome.kind === 'repeated'
    ? { kind: outcome.kind, id: outcome.answer.body.id, state: outcome.answer.body.state }
    : outcome;
