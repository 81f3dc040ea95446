// What the guards of a township's supplement need to know (R66, R71).

import { findSupplements } from '../../db/conformance/supplements.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { SupplementChange } from '../../rules/conformance/supplements.ts';
import { relaxations } from '../../rules/conformance/supplements.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import type { Ask } from '../kernel/fact-request.ts';

/** What of the changes, sent or kept, falls below the plan, each in words. */
export function relaxationsOf(
  plan: Plan,
  { instance }: Ask['draft'],
  event: Ask['event'],
): string[] {
  const category = plan.categories.find(({ code }) => code === instance.context.category);
  const changes = (event.changes ?? instance.context.changes) as readonly SupplementChange[];
  if (category === undefined) return ['方案没有这一类别 · the plan has no such category'];
  return relaxations(plan, category, changes).map(
    ({ criterion, clause, zh, en, actual, required }) =>
      `${criterion}（${clause}）：${zh} · ${en}${required === '' ? '' : `：${actual} < ${required}`}`,
  );
}

/** The last version that was approved for the township and category of each of these drafts. */
export async function loadVersions(
  tx: Tx,
  campaignId: string,
  asks: readonly Ask[],
): Promise<Map<string, number>> {
  if (asks.length === 0) return new Map();
  const rows = await findSupplements(
    tx,
    campaignId,
    asks.map(({ draft }) => ({
      category: String(draft.instance.context.category),
      path: draft.path,
    })),
  );
  return new Map(
    asks.map(({ draft }) => [
      draft.id,
      Math.max(
        0,
        ...rows
          .filter(
            ({ organisationId, category }) =>
              organisationId === draft.organisationId &&
              category === draft.instance.context.category,
          )
          .map(({ version }) => version),
      ),
    ]),
  );
}
