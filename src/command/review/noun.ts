import type { Noun } from '../kernel/noun.ts';
import { newReviewPanel } from './new-review-panel.ts';
import { reviewFacts } from './panel-facts.ts';

export const review = {
  facts: reviewFacts,
  machines: { 'review-panel': { begin: newReviewPanel } },
} satisfies Noun;
