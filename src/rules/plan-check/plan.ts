// A campaign plan is checked as a whole before its use, and every fault is reported at once. Each check
// reads what is sound of the plan, so that a fault of one part never hides those of another.

import { expandPlan, type PlanLibrary } from '../plan/extends.ts';
import type { Fault } from '../plan/fault.ts';
import type { Category, Plan } from '../plan/plan-schema.ts';
import { categoryFaults } from './category-references.ts';
import { citeFaults } from './clause-references.ts';
import { documentKindFaults } from './document-references.ts';
import { noticeFaults } from './notice-references.ts';
import { documentFaults, phaseFaults } from './phase-references.ts';
import { policyFaults } from './policy-references.ts';
import { recordKindFaults } from './record-kind-references.ts';
import { checkShape, type Sound } from './shape.ts';
import { streamFaults } from './stream-references.ts';
import { textTrialFaults } from './text-trials.ts';

/** Checks that no schema can make: the parts of a plan agree with each other. */
const REFERENCES: readonly ((plan: Sound<Plan>) => Fault[])[] = [
  documentFaults,
  phaseFaults,
  categoryFaults,
  streamFaults,
  recordKindFaults,
  policyFaults,
  citeFaults,
  noticeFaults,
  documentKindFaults,
];

/** Gives the plan that an author wrote, expanded by what it extends, or every fault. */
export function readPlan(
  written: unknown,
  library: PlanLibrary,
): { plan: Plan } | { faults: Fault[] } {
  const expanded = expandPlan(written, library);
  return 'faults' in expanded ? expanded : validatePlan(expanded.plan);
}

/** Gives the plan, or every fault of its shape, of the references between its parts, and of its texts. */
export function validatePlan(value: unknown): { plan: Plan } | { faults: Fault[] } {
  const { faults: ofShape, sound } = checkShape(value);
  const misshapen = new Set(ofShape.map(({ path }) => path));
  const ofReference = REFERENCES.flatMap((check) => check(sound)).filter(
    ({ path }) => !misshapen.has(path),
  );
  const faults = [...ofShape, ...ofReference];
  const unreadable = new Set(faults.map(({ path }) => path));
  // A text that cannot be read, or asks for what it is not told, has been told; its trial fails by that.
  const unsayable = textTrialFaults(sound, ofShape.length === 0).filter(
    ({ path }) =>
      !['title', 'body', 'note'].some((part) => unreadable.has(path.replace(/[a-z]+$/, part))),
  );
  faults.push(...unsayable);
  return faults.length > 0 ? { faults } : { plan: value as Plan };
}

/** The category with this code, official name or alias, because imports use all three (Q2). */
export function findCategory(plan: Plan, name: string): Category | undefined {
  return plan.categories.find(
    (category) =>
      category.code === name || category.name === name || category.aliases.includes(name),
  );
}
