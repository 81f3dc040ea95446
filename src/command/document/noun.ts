import type { Noun } from '../kernel/noun.ts';
import { documentHandlers } from './document-effects.ts';
import { documentFacts } from './document-facts.ts';
import { loadRegisters } from './document-registers.ts';

export const document = {
  facts: documentFacts,
  handlers: documentHandlers,
  locks: { register: loadRegisters },
} satisfies Noun;
