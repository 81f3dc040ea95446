import type { Noun } from '../kernel/noun.ts';
import { reviewFacts } from './panel-facts.ts';

export const review = {
  facts: reviewFacts,
} satisfies Noun;
