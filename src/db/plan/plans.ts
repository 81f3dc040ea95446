// Published plans. A published plan is frozen: nothing here updates a row.

import { createHash } from 'node:crypto';
import type pg from 'pg';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { insertProcedures } from '../kernel/procedures.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import { statedBy } from './releases.ts';

type Connection = pg.ClientBase | pg.Pool;

export type PlanHead = {
  id: string;
  version: number;
  title: string;
  divisionCode: string;
  sha256: string;
  publishedAt: string;
};

/** The SHA-256 of a plan in hexadecimal, the same however the plan was written down. */
export const planSha256 = (plan: Plan): string =>
  createHash('sha256').update(canonicalJson(plan)).digest('hex');

const HEAD = `
  id, version, body ->> 'title' as title, body ->> 'divisionCode' as "divisionCode", sha256,
  published_at as "publishedAt"`;

const LIST_PLANS = statement(
  'list-plans',
  `
    select ${HEAD} from plan
     where ($1::text is null or (id, version) > ($1, $2::integer))
     order by id, version limit $3`,
);
const FIND_PUBLISHED_PLAN = statement(
  'find-published-plan',
  `
    select ${HEAD}, body from plan
     where id = $1 and ($2::integer is null or version = $2)
     order by version desc limit 1`,
);
const INSERT_PLAN = statement(
  'insert-plan',
  `
    insert into plan (id, version, body, sha256, published_at)
    values ($1, $2, $3, $4, now_instant())`,
);

export const listPlans = (
  db: Connection,
  after: { id: string; version: number } | null,
  limit: number,
): Promise<PlanHead[]> =>
  run<PlanHead>(db, LIST_PLANS, [after?.id ?? null, after?.version ?? null, limit]);

/** This version of the plan, or its last one when `version` is null. */
export async function findPlan(
  db: Connection,
  id: string,
  version: number | null,
): Promise<(PlanHead & { body: Plan }) | undefined> {
  return (await run<PlanHead & { body: Plan }>(db, FIND_PUBLISHED_PLAN, [id, version]))[0];
}

const OF_NUMBER = statement(
  'find-plan-of-number',
  `
    select id from plan
     where id <> $1 and body -> 'document' ->> 'issuerCode' = $2
       and (body -> 'document' ->> 'year')::int = $3
       and (body -> 'document' ->> 'serial')::int = $4
     limit 1`,
);

/** The id of another plan with the same document number; undefined when there is none. */
export async function findPlanOfNumber(db: Connection, plan: Plan): Promise<string | undefined> {
  const { issuerCode, year, serial } = plan.document;
  const rows = await run<{ id: string }>(db, OF_NUMBER, [plan.id, issuerCode, year, serial]);
  return rows[0]?.id;
}

/** Stores the plan and what it states, by which its subjects are decided for ever. */
export async function insertPlan(tx: Tx, plan: Plan): Promise<void> {
  await insertProcedures(tx, statedBy(plan));
  await run(tx, INSERT_PLAN, [plan.id, plan.version, JSON.stringify(plan), planSha256(plan)]);
}
