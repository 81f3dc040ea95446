// The way of a category, read from the plan's procedure.

import { authorityOf, stepsOfKind } from '../../machines/procedure/reading.ts';
import type { Procedural } from '../../src/rules/procedure/procedures.ts';
import { procedureNamed } from '../../src/rules/procedure/procedures.ts';

export type Way = ReturnType<typeof wayOf>;

/** Who does what on this way; null where nobody does. */
export function wayOf(plan: Procedural, { procedure }: { procedure: string }) {
  const way = procedureNamed(plan, procedure);
  const [create] = stepsOfKind(way, 'create');
  const [check] = stepsOfKind(way, 'self-check');
  const [review] = stepsOfKind(way, 'review');
  return {
    plans: stepsOfKind(way, 'plan').length > 0,
    acknowledges: stepsOfKind(way, 'acknowledge').length > 0,
    creates: create !== undefined,
    confirmedBy: create?.confirmedBy?.[0] ?? null,
    selfCheckedBy: check?.by[0] ?? null,
    /** The first body that reviews. */
    reviewedBy: review?.by[0] ?? null,
    selects: stepsOfKind(way, 'select').length > 0,
    submits: stepsOfKind(way, 'submit').length > 0,
    finalAuthority: authorityOf(way),
  };
}
