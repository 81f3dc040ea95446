import type { Noun } from '../kernel/noun.ts';
import { documentHandlers } from './document-effects.ts';
import { documentFacts } from './document-facts.ts';
import { lockNumbering } from './document-registers.ts';

export const document = {
  facts: documentFacts,
  handlers: documentHandlers,
  operations: ['public-notice'],
  locks: { register: lockNumbering },
} satisfies Noun;
