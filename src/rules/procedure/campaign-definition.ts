// What the chart of a campaign depends on, taken from its plan.

import type { CampaignDefinition } from '../../../machines/procedure/campaign.ts';
import { chainOf } from '../../../machines/procedure/chain.ts';
import type { Procedural } from './procedures.ts';
import { stageOfPlan } from './procedures.ts';

/** The definition of this plan's campaign, the same for whatever dates keep the order of its phases. */
export const campaignDefinitionOf = (plan: Procedural): CampaignDefinition => ({
  chain: chainOf(plan.phases),
  phases: plan.phases.map(({ code, name, clause, leave = [] }) => ({ code, name, clause, leave })),
  selects: selectingPhases(plan),
});

/** The phases in which some procedure selects on merit, in the order of the plan. */
function selectingPhases(plan: Procedural): string[] {
  const stages = Object.values(plan.procedures).flatMap((stages) =>
    stages.map((stage) => stageOfPlan(plan, stage)),
  );
  const selecting = stages.filter(({ steps }) => steps.some(({ step }) => step === 'select'));
  return plan.phases
    .map(({ code }) => code)
    .filter((code) => selecting.some(({ in: phase }) => phase === code));
}
