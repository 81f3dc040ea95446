// What a review panel rests on, and what a candidate's reviewer rests on (R63, R64).

import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { ReviewPanelFacts } from '../../../machines/review/events.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { findPanels, type PanelRow } from '../../db/review/review-panels.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import type { Draft } from '../kernel/draft.ts';

/** Once returned for correction a candidate is reviewed anew, by another panel. */
function roundOf({ instance }: Draft): number {
  const returned = (instance.context.returned ?? {}) as { [stage: string]: boolean };
  return returned[stageOf(instance.value)] === true ? 2 : 1;
}

/** Where a candidate's review stands. */
export const reviewedOf = (candidate: Draft): ReviewPanelFacts['reviewed'] => ({
  stage: stageOf(candidate.instance.value),
  state: stateOf(candidate.instance.value),
  round: roundOf(candidate),
});

export const panelRuleOf = ({ policies }: Plan): ReviewPanelFacts['panelRule'] => ({
  min: policies.panelMin.value,
  odd: policies.panelOdd.value,
  majority: policies.panelMajority.value,
});

/** What the panels say of each of these candidates, in its present stage and round; one query. */
export async function loadPanels(
  tx: Tx,
  campaignId: string,
  { policies }: Plan,
  candidates: readonly Draft[],
): Promise<(candidate: Draft) => CandidateFacts['panel']> {
  const ids = candidates.map(({ id }) => id);
  const rows: PanelRow[] = ids.length === 0 ? [] : await findPanels(tx, campaignId, ids);
  return (candidate) => {
    const { stage, round } = reviewedOf(candidate);
    const own = rows.filter(
      (row) => row.candidateId === candidate.id && row.stage === stage && row.round === round,
    );
    return {
      sitting: own.filter(({ state }) => state === 'sitting').length,
      verdict: own.findLast(({ state }) => state === 'concluded')?.verdict ?? null,
      min: policies.panelMin.value,
    };
  };
}
