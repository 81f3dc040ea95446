// The steps that a category's candidates take, as far as they are sound.

import type { Category, Plan } from '../plan/plan-schema.ts';
import type { StepData } from '../plan/procedure-schema.ts';
import type { Sound } from './shape.ts';

/** The steps of the category's procedure in order; null when a part of it is not known. */
export function stepsOfCategory(
  { procedures = {}, stages = {} }: Sound<Plan>,
  { procedure }: Sound<Category>,
): Sound<StepData>[] | null {
  const named = procedure === undefined ? undefined : procedures[procedure];
  const steps = named?.map((stage) => (typeof stage === 'string' ? stages[stage] : stage)?.steps);
  if (steps === undefined || steps.includes(undefined)) return null;
  const all = steps.flatMap((some) => some ?? []);
  return all.every((step) => step !== undefined) ? all : null;
}
