import type { Noun } from '../kernel/noun.ts';
import { inspectionHandlers } from './inspection-effects.ts';
import { inspectionFacts } from './inspections.ts';

export const inspection = {
  facts: inspectionFacts,
  handlers: inspectionHandlers,
} satisfies Noun;
