// What the chart of a campaign depends on, taken from its plan.

import type { CampaignDefinition } from '../../../machines/procedure/campaign.ts';
import { chainOf } from '../../../machines/procedure/chain.ts';
import type { Plan } from '../plan/plan-schema.ts';

/** The definition of this plan's campaign, the same for whatever dates keep the order of its phases. */
export const campaignDefinitionOf = ({ phases }: Pick<Plan, 'phases'>): CampaignDefinition => ({
  chain: chainOf(phases),
  phases: phases.map(({ code, name, clause, leave = [] }) => ({ code, name, clause, leave })),
  selects: phases.slice(-1).map(({ code }) => code),
});
