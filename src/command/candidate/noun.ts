import type { Noun } from '../kernel/noun.ts';
import { candidateFacts } from './candidate-facts.ts';

export const candidate = {
  facts: candidateFacts,
} satisfies Noun;
