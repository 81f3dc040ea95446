import type { Noun } from '../kernel/noun.ts';
import { drawHandlers } from './draw-effects.ts';
import { drawFacts } from './draws.ts';

export const draw = {
  facts: drawFacts,
  handlers: drawHandlers,
} satisfies Noun;
