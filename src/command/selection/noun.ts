import type { Noun } from '../kernel/noun.ts';
import { selectionHandlers } from './selection-effects.ts';
import { selectionFacts } from './selection-facts.ts';

export const selection = {
  facts: selectionFacts,
  handlers: selectionHandlers,
  operations: ['merit-selection'],
} satisfies Noun;
