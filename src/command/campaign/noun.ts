import { campaignReleaseOf } from '../../db/plan/releases.ts';
import type { Noun } from '../kernel/noun.ts';
import { campaignHandlers } from './campaign-effects.ts';
import { campaignFacts } from './campaign-facts.ts';
import { newCampaign } from './new-campaign.ts';

export const campaign = {
  machines: {
    campaign: {
      begin: newCampaign,
      releaseBy: campaignReleaseOf,
      enrol: ({ writes, plan }, create, draft) => {
        if (create.machine !== 'campaign') return;
        writes.campaign.push({
          name: create.name,
          plan_id: create.planId,
          plan_version: create.planVersion,
          division_code: plan.divisionCode,
          created_at: draft.createdAt,
        });
      },
    },
  },
  facts: campaignFacts,
  handlers: campaignHandlers,
  operations: ['policy-change'],
} satisfies Noun;
