import type { Noun } from '../kernel/noun.ts';
import { newObjection } from './new-objection.ts';
import { objectionFacts } from './objection-facts.ts';

export const objection = {
  facts: objectionFacts,
  machines: { objection: { begin: newObjection } },
} satisfies Noun;
