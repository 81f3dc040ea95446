// What is still to come of whoever stands in a stage.

import { isOver } from '../../../machines/procedure/phases.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { stageInWords, type Words } from '../words/states.ts';
import { procedureOf } from './procedures.ts';

export type StageAhead = Words & { stage: string; lastDay: string; isOver: boolean };

/**
 * The stages after this one of the category's procedure, in order, with the last day of their phases, 'YYYY-MM-DD'.
 * `link` is where the campaign stands in its chain of phases.
 */
export function stagesAhead(
  plan: Plan,
  category: string,
  { stage, link }: { stage: string; link: string },
): StageAhead[] {
  const { chain, stages } = procedureOf(plan, category);
  const at = stages.findIndex(({ code }) => code === stage);
  if (at < 0) return [];
  return stages.slice(at + 1).map(({ code, in: phase }) => ({
    stage: code,
    ...stageInWords(plan, code),
    lastDay: plan.phases.find((one) => one.code === phase)?.end ?? '',
    isOver: isOver(chain, link, phase),
  }));
}
