// The steps that a category's candidates take, as far as they are sound.

import { pointer } from '../plan/fault.ts';
import { own } from '../plan/own.ts';
import type { Category, Plan } from '../plan/plan-schema.ts';
import type { StepData } from '../plan/procedure-schema.ts';
import type { Sound } from './shape.ts';

/** A step with its place in the plan, a JSON pointer. */
export type PlacedStep = { at: string; step: Sound<StepData> };

/** The steps of this procedure in order; null when a part of it is not known. */
export function stepsOfProcedure(
  { procedures = {}, stages = {} }: Sound<Plan>,
  name: string | undefined,
): PlacedStep[] | null {
  const named = name === undefined ? undefined : own(procedures, name);
  if (name === undefined || named === undefined) return null;
  const placed = named.map((stage, index) =>
    typeof stage === 'string'
      ? { at: `/stages/${pointer(stage)}`, steps: own(stages, stage)?.steps }
      : { at: `/procedures/${pointer(name)}/${index}`, steps: stage?.steps },
  );
  const all: PlacedStep[] = [];
  for (const { at, steps } of placed) {
    if (steps === undefined) return null;
    for (const [index, step] of steps.entries()) {
      if (step === undefined) return null;
      all.push({ at: `${at}/steps/${index}`, step });
    }
  }
  return all;
}

/** The steps of the category's procedure in order; null when a part of it is not known. */
export const stepsOfCategory = (
  plan: Sound<Plan>,
  { procedure }: Sound<Category>,
): Sound<StepData>[] | null => stepsOfProcedure(plan, procedure)?.map(({ step }) => step) ?? null;

/** The codes of the streams that the step gathers, with the field that names them. */
export const gatheredIn = (
  step: Sound<StepData>,
): { field: 'streams' | 'gathers'; index: number; code: string }[] =>
  (['streams', 'gathers'] as const).flatMap((field) =>
    (step[field] ?? []).flatMap((code, index) =>
      code === undefined ? [] : [{ field, index, code }],
    ),
  );
