// The setup of the campaign's chart, and its parts.

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { CampaignContext, CampaignEvent, CampaignInput } from './events.ts';

export type Args = { context: CampaignContext; event: CampaignEvent };

export const { by, say, sayOn, notify, on } = chartParts<CampaignContext, CampaignEvent>();

const notCompiled = (): number => {
  throw new Error('the waits of a campaign are those of its chain');
};

export const campaignSetup = setup({
  types: {
    context: {} as CampaignContext,
    events: {} as CampaignEvent,
    input: {} as CampaignInput,
  },
  actions: effects,
  delays: {
    // The chain, which a plan gives, says on which day each link ends (machines/procedure/campaign.ts).
    phaseDueSoon: notCompiled,
    phaseWindow: notCompiled,
  },
});
