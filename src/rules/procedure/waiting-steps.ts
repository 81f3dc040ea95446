// What is done within days of its own while a step of the candidate waits for it.

import type { StepKind } from '../../../machines/procedure/procedure.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { DeadlinePolicy } from '../time/deadlines.ts';
import { procedureOf } from './procedures.ts';

const WAITING: { readonly [Policy in DeadlinePolicy]?: StepKind } = {
  assessmentWorkingDays: 'apply',
};

/** The last day, 'YYYY-MM-DD', of the step that waits for what is due by this policy; null where none waits. */
export function lastDayFor(
  plan: Plan,
  category: string | null,
  policy: DeadlinePolicy,
): string | null {
  const step = WAITING[policy];
  if (step === undefined || category === null) return null;
  const { stages } = procedureOf(plan, category);
  const stage = stages.find(({ steps }) => steps.some((one) => one.step === step));
  return plan.phases.find(({ code }) => code === stage?.in)?.end ?? null;
}
