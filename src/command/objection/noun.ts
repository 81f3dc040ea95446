import type { Noun } from '../kernel/noun.ts';
import { objectionFacts } from './objection-facts.ts';

export const objection = {
  facts: objectionFacts,
} satisfies Noun;
