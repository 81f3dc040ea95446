import type { Noun } from '../kernel/noun.ts';
import { recordHandlers } from './record-effects.ts';
import { recordFacts } from './record-facts.ts';

export const record = {
  facts: recordFacts,
  handlers: recordHandlers,
} satisfies Noun;
