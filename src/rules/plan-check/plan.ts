// A campaign plan is checked as a whole before its use, and every fault is reported at once. Each check
// reads what is sound of the plan, so that a fault of one part never hides those of another.

import { expandPlan, type PlanLibrary } from '../plan/extends.ts';
import type { Fault } from '../plan/fault.ts';
import type { Category, Plan } from '../plan/plan-schema.ts';
import { type Place, placesIn } from '../plan/yaml-places.ts';
import { categoryFaults } from './category-references.ts';
import { citeFaults } from './clause-references.ts';
import { documentKindFaults } from './document-references.ts';
import { noticeFaults } from './notice-references.ts';
import { documentFaults, phaseFaults } from './phase-references.ts';
import { policyFaults } from './policy-references.ts';
import { procedureFaults } from './procedure-references.ts';
import { playFaults } from './procedure-ways.ts';
import { recordKindFaults } from './record-kind-references.ts';
import { checkShape, type Sound } from './shape.ts';
import { streamFaults } from './stream-references.ts';
import { textTrialFaults } from './text-trials.ts';
import { titleFaults } from './title-references.ts';

/** Checks that no schema can make: the parts of a plan agree with each other. */
const REFERENCES: readonly ((plan: Sound<Plan>) => Fault[])[] = [
  documentFaults,
  phaseFaults,
  categoryFaults,
  procedureFaults,
  streamFaults,
  titleFaults,
  recordKindFaults,
  policyFaults,
  citeFaults,
  noticeFaults,
  documentKindFaults,
];

/** A fault in a file has its line and column there, from 1. */
export type PlacedFault = Fault & Partial<Place>;

/**
 * Gives the plan that an author wrote, expanded by what it extends, or every fault. `text` is the YAML it was
 * written in, null when it was not. Under an unknown base, the rest is checked by the last that is known.
 */
export function readPlan(
  written: unknown,
  library: PlanLibrary,
  text: string | null = null,
): { plan: Plan } | { faults: PlacedFault[] } {
  const asWritten = expandPlan(written, library);
  const expanded =
    'plan' in asWritten
      ? asWritten
      : expandPlan({ ...Object(written), extends: Object.keys(library).at(-1) }, library);
  const plan = 'plan' in expanded ? expanded.plan : written;
  const checked = validatePlan(plan);
  const faults = [
    ...('faults' in asWritten ? asWritten.faults : []),
    ...('faults' in checked ? checked.faults : []),
  ];
  if (faults.length === 0 && 'plan' in checked) return checked;
  return { faults: text === null ? faults : placed(faults, text, plan, Object(written).extends) };
}

/** As readPlan; a plan without faults is played, too, which takes some tenths of a second. */
export function readAndPlayPlan(
  written: unknown,
  library: PlanLibrary,
  text: string | null = null,
): { plan: Plan } | { faults: PlacedFault[] } {
  const read = readPlan(written, library, text);
  if ('faults' in read) return read;
  const faults = playFaults(read.plan);
  if (faults.length === 0) return read;
  const { extends: base } = Object(written);
  return { faults: text === null ? faults : placed(faults, text, read.plan, base) };
}

/** The faults at their lines, in the order of the file; those of the base at the line that extends it. */
function placed(
  faults: readonly Fault[],
  text: string,
  plan: unknown,
  base: unknown,
): PlacedFault[] {
  const paths = ['/extends', ...faults.map(({ path }) => path)];
  const [extending, ...places] = placesIn(text, plan, paths);
  return faults
    .map((one, index): PlacedFault => {
      const place = places[index];
      if (place !== 'base') return { ...one, ...place };
      const { zh, en } = one.message;
      const message = { zh: `${zh}（出自 ${base}）`, en: `${en} (said by ${base})` };
      return { ...one, message, ...(extending as Place) };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
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
