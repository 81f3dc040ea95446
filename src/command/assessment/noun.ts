import type { Noun } from '../kernel/noun.ts';
import { assessmentHandlers } from './assessment-effects.ts';
import { sheetFacts } from './assessment-facts.ts';
import { loadConflict, loadInterests } from './interest-facts.ts';

export const assessment = {
  facts: { ...sheetFacts, interests: loadInterests, conflict: loadConflict },
  handlers: assessmentHandlers,
  operations: ['recusal'],
} satisfies Noun;
