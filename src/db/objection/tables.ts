// Who objects, and by what: sealed, and apart from the objection.

import type { ReadRow } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

export const OBJECTION_TABLES = {
  objectors: insert('objector', [
    ['id', 'uuid'],
    ['name', 'text?'],
    ['contact', 'text?'],
    ['contact_mark', 'text?'],
    ['clues', 'text?'],
    ['receipt', 'text?'],
    ['receipt_mark', 'text?'],
  ]),
};

export type ObjectionReads = { objector: ReadRow<typeof OBJECTION_TABLES.objectors> };
