// Rankings, selections and moves up.

import type { ReadRow } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

export const SELECTION_TABLES = {
  rankings: insert('ranking', [
    ['id', 'uuid'],
    ['category', 'text'],
    ['kind', 'text'],
    ['based_on', 'uuid?'],
    ['body', 'text'],
    ['sha256', 'text'],
    ['made_at', 'timestamptz'],
    ['made_by', 'text'],
  ]),
};

export type SelectionReads = {
  ranking: ReadRow<typeof SELECTION_TABLES.rankings, { kind: 'ranking' | 'selection' | 'move-up' }>;
};
