import type { Noun } from '../kernel/noun.ts';
import { ballotFacts } from './ballot-facts.ts';
import { ballotHandlers } from './ballot-writes.ts';

export const ballot = {
  facts: ballotFacts,
  handlers: ballotHandlers,
} satisfies Noun;
