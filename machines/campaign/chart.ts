// The setup of the campaign's chart, with the waits of its phases.

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import { until } from '../kit/owing.ts';
import type { CampaignContext, CampaignEvent, CampaignInput } from './events.ts';

export type Args = { context: CampaignContext; event: CampaignEvent };

export const { by, say, sayOn, notify, on } = chartParts<CampaignContext, CampaignEvent>();

/** The window of the phase under way. */
export const phaseDeadline = ({ phase, windows }: CampaignContext) => {
  if (phase === null || phase === 'concluded' || phase === 'cancelled' || windows === null) {
    throw new Error('no phase is under way');
  }
  const window = windows[phase];
  if (window === undefined) throw new Error(`nobody has measured the window of ${phase}`);
  return window;
};

export const campaignSetup = setup({
  types: {
    context: {} as CampaignContext,
    events: {} as CampaignEvent,
    input: {} as CampaignInput,
  },
  actions: effects,
  delays: {
    phaseDueSoon: until(phaseDeadline, 'dueSoonAt'),
    phaseWindow: until(phaseDeadline, 'dueAt'),
  },
});
