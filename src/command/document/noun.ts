import { LIST_KINDS } from '../../rules/document/document-lists.ts';
import type { Noun } from '../kernel/noun.ts';
import { documentHandlers } from './document-effects.ts';
import { documentFacts } from './document-facts.ts';
import { lockNumbering } from './document-registers.ts';

export const document = {
  facts: documentFacts,
  handlers: documentHandlers,
  operations: LIST_KINDS,
  locks: { register: lockNumbering },
} satisfies Noun;
