import type { Noun } from '../kernel/noun.ts';
import { newReconsideration } from './new-reconsideration.ts';

export const reconsideration = {
  machines: { reconsideration: { begin: newReconsideration, outlivesUnit: true } },
} satisfies Noun;
