import type { Noun } from '../kernel/noun.ts';
import { campaignHandlers } from './campaign-effects.ts';
import { campaignFacts } from './campaign-facts.ts';

export const campaign = {
  facts: campaignFacts,
  handlers: campaignHandlers,
  operations: ['policy-change'],
} satisfies Noun;
