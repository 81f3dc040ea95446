// A category may state policies of its own, which decide its candidates and all that hangs on them. Whoever
// reads a policy for them reads it here, so that no reader forgets the category.

import type { Plan, Policies } from './plan-schema.ts';

type Merged = ReadonlyMap<string, Plan>;
const merged = new WeakMap<Plan, Merged>();
/** The whole plan behind each merged one. */
const wholes = new WeakMap<Plan, Plan>();

/** The policies that decide about this category: its own, and those of the plan where it states none. */
export const policiesOf = (plan: Plan, category: string | null): Policies =>
  planFor(plan, category).policies;

/**
 * The plan with the policies of this category, each with its own provenance. A category that states none, an
 * unknown one and null give the plan as it was published, also when `plan` was made for another category. The
 * same plan and category give the same object.
 */
export function planFor(plan: Plan, category: string | null): Plan {
  const whole = wholes.get(plan) ?? plan;
  const known = merged.get(whole) ?? merge(whole);
  return (category === null ? undefined : known.get(category)) ?? whole;
}

function merge(whole: Plan): Merged {
  const made = new Map<string, Plan>();
  for (const { code, policies } of whole.categories) {
    if (policies === undefined) continue;
    const plan = { ...whole, policies: { ...whole.policies, ...policies } };
    wholes.set(plan, whole);
    made.set(code, plan);
  }
  merged.set(whole, made);
  return made;
}
