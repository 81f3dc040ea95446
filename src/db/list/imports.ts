// Imports: the data that lists are checked against, and the operation that a list of candidates becomes.

import type pg from 'pg';
import type { Site } from '../county/sites.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

/** The campaign id of lists that belong to no campaign. */
export const NO_CAMPAIGN = '00000000-0000-0000-0000-000000000000';

const DIRECTORY = statement('directory-revision', 'select directory from reference_version');
/** The directory's revision, which grows with every change of the organisations. */
export async function directoryRevision(db: Connection): Promise<number> {
  return (await run<{ directory: number }>(db, DIRECTORY, []))[0]?.directory ?? 0;
}

const SITES_NAMED = `
  select id, organisation_id as "organisationId", path, kind, name, facts, revision,
         updated_at as "updatedAt"
    from site where id = any ($1::text[]) or organisation_id = any ($2::text[])
   order by id`;
const FIND_SITES = { name: 'find-sites-named', text: SITES_NAMED };
const LOCK_SITES = statement('lock-sites-named', `${SITES_NAMED} for update`);

/** Sites with one of these codes or of one of these organisations, by code. */
export const findSitesNamed = (
  db: Connection,
  ids: readonly string[],
  organisationIds: readonly string[],
): Promise<Site[]> => run<Site>(db, FIND_SITES, [ids, organisationIds]);

export const lockSitesNamed = (
  tx: Tx,
  ids: readonly string[],
  organisationIds: readonly string[],
): Promise<Site[]> => run<Site>(tx, LOCK_SITES, [ids, organisationIds]);

const REGISTERED = statement(
  'registered-candidates',
  `
    select id, category, organisation_id as "organisationId", person_name as "personName"
      from candidate where campaign_id = $1 order by id`,
);
export const registeredCandidates = (
  db: Connection,
  campaignId: string,
): Promise<{ id: string; category: string; organisationId: string; personName: string | null }[]> =>
  run(db, REGISTERED, [campaignId]);

const PHASE = statement(
  'campaign-phase',
  'select phase, state, status from subject where campaign_id = $1 and id = $1',
);
/** The campaign's phase, 0 for a draft, and whether it still runs; undefined when there is none. */
export async function campaignPhase(
  db: Connection,
  campaignId: string,
): Promise<{ phase: number; state: string; status: 'active' | 'done' } | undefined> {
  const [row] = await run<{ phase: number; state: string; status: 'active' | 'done' }>(db, PHASE, [
    campaignId,
  ]);
  return row;
}

const INSERT_OPERATION = statement(
  'insert-operation',
  `
    insert into operation
           (campaign_id, id, kind, status, total, detail, created_by, credential, created_at)
    values ($1, $2, $3, 'running', $4, $5, $6, $7, now_instant())`,
);
const INSERT_ITEMS = statement(
  'insert-operation-items',
  `
    insert into operation_item (campaign_id, operation_id, index, command)
    select $1, $2, item.index - 1, item.command
      from jsonb_array_elements($3::jsonb) with ordinality as item (command, index)`,
);

/** Stores an operation: one item for each command, performed in the name of `createdBy`, by that credential. */
export async function insertOperation(
  tx: Tx,
  operation: {
    id: string;
    campaignId: string;
    kind: string;
    createdBy: string;
    credential: string | null;
    detail: object;
    commands: readonly { subjectId: string; event: { type: string } }[];
  },
): Promise<void> {
  const { id, campaignId, kind, createdBy, credential, detail, commands } = operation;
  const by = [createdBy, credential];
  const head = [campaignId, id, kind, commands.length, JSON.stringify(detail), ...by];
  await run(tx, INSERT_OPERATION, head);
  await run(tx, INSERT_ITEMS, [campaignId, id, JSON.stringify(commands)]);
}

const LOCK_IMPORTS = statement(
  'lock-imports',
  `select pg_advisory_xact_lock(hashtextextended('import ' || $1, 64))`,
);
/** Makes lists of one kind wait for one another, so that each is checked against the ones before it. */
export async function lockImports(tx: Tx, list: string): Promise<void> {
  await run(tx, LOCK_IMPORTS, [list]);
}

const SPEND_PLAN_TOKEN = statement(
  'spend-plan-token',
  `
    insert into spent_plan_token (campaign_id, sha256, spent_at, spent_by)
    values ($1, $2, now_instant(), $3)
    on conflict (campaign_id, sha256) do nothing returning sha256`,
);
/** False when this token was spent before; a second request waits here for the first to commit. */
export async function spendPlanToken(
  tx: Tx,
  campaignId: string,
  sha256: string,
  by: string,
): Promise<boolean> {
  return (await run(tx, SPEND_PLAN_TOKEN, [campaignId, sha256, by])).length === 1;
}
