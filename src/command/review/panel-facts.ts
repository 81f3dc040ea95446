// The facts of a review panel, and those that a candidate's reviewer decides by (R63, R64).

import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { ReviewPanelFacts } from '../../../machines/review/events.ts';
import { findPanels } from '../../db/review/review-panels.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';

/** The round of a candidate's review in this stage: a return for correction or a reconsideration asks for another panel. */
export function roundOf(candidate: Draft, stage: string): number {
  const { returned, reconsidered } = contextOf(candidate, 'candidate');
  const renewed: { readonly [stage: string]: boolean }[] = [returned, reconsidered];
  return 1 + renewed.filter((by) => by[stage] === true).length;
}

/** The stage, state and round of a candidate's review. */
function reviewedOf(candidate: Draft): ReviewPanelFacts['reviewed'] {
  const stage = stageOf(candidate.instance.value);
  return { stage, state: stateOf(candidate.instance.value), round: roundOf(candidate, stage) };
}

/** The sitting panels and the last verdict on each candidate, in its present stage and round. */
const loadPanels: FactLoader<'panel'> = async ({ tx, campaignId, plan }, wants) => {
  const ids = wants('panel').map(({ draft }) => draft.id);
  const rows = await findPanels(tx, campaignId, ids);
  return {
    panel: ({ draft }) => {
      const { stage, round } = reviewedOf(draft);
      const own = rows.filter(
        (row) => row.candidateId === draft.id && row.stage === stage && row.round === round,
      );
      return {
        sitting: own.filter(({ state }) => state === 'sitting').length,
        verdict: own.findLast(({ state }) => state === 'concluded')?.verdict ?? null,
        min: plan.policies.panelMin.value,
      };
    },
  };
};

export const reviewFacts: SourcesOf<'panel' | 'reviewed' | 'panelRule'> = {
  panel: loadPanels,
  reviewed: { atHand: (_, { parent }) => parent && reviewedOf(parent) },
  panelRule: {
    atHand: ({ plan: { policies } }) => ({
      min: policies.panelMin.value,
      odd: policies.panelOdd.value,
      majority: policies.panelMajority.value,
    }),
  },
};
