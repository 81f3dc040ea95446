// The facts of a township's supplement (R66, R71).

import { findSupplements } from '../../db/conformance/supplements.ts';
import type { SupplementChange } from '../../rules/conformance/supplements.ts';
import { relaxations } from '../../rules/conformance/supplements.ts';
import type { Category, Plan } from '../../rules/plan/plan-schema.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';

const categoryOf = ({ draft }: Ask): string => contextOf(draft, 'supplement').category;

/** The changes, sent or kept, that fall below the plan, each described in words. */
function relaxationsOf(plan: Plan, ask: Ask): string[] {
  const category = plan.categories.find(({ code }) => code === categoryOf(ask));
  const changes = (ask.event.changes ??
    contextOf(ask.draft, 'supplement').changes) as readonly SupplementChange[];
  if (category === undefined) return ['方案没有这一类别 · the plan has no such category'];
  return relaxations(plan, category, changes).map(
    ({ criterion, zh, en, actual, required }) =>
      `${criterionIn(category, criterion)}：${zh} · ${en}${required === '' ? '' : `：${actual} < ${required}`}`,
  );
}

/** The words of a criterion, which a supplement that invents one does not know. */
const criterionIn = ({ criteria }: Category, id: string): string =>
  criteria.find((one) => one.id === id)?.text ?? id;

/** The number after the last version that was approved for the township and category. */
const loadVersions: FactLoader<'nextVersion'> = async ({ tx, campaignId }, wants) => {
  const asked = wants('nextVersion').map((ask) => ({
    category: categoryOf(ask),
    path: ask.draft.path,
  }));
  const rows = await findSupplements(tx, campaignId, asked);
  return {
    nextVersion: (ask) => {
      const own = rows.filter(
        ({ organisationId, category }) =>
          organisationId === ask.draft.organisationId && category === categoryOf(ask),
      );
      return 1 + Math.max(0, ...own.map(({ version }) => version));
    },
  };
};

export const supplementFacts: SourcesOf<'relaxations' | 'nextVersion'> = {
  relaxations: { atHand: ({ plan }, ask) => relaxationsOf(plan, ask) },
  nextVersion: loadVersions,
};
