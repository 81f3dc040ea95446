// Objectors: their names, contacts, clues and receipts, sealed. Whoever may see them is decided above.

import type { SealedPlace } from '../../sealing/vault.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

type ObjectorColumn = 'name' | 'contact' | 'clues' | 'receipt';

/** Where a part of what the objector gave is sealed, by the id of the objection. */
export const objectorAt = (id: string, column: ObjectorColumn): SealedPlace => ({
  table: 'objector',
  row: id,
  column,
});

/** Keeps the marks of contacts apart from all others. */
export const CONTACT_MARK = 'objector/contact';

/** Keeps the marks of receipts apart from all others. */
export const RECEIPT_MARK = 'objector/receipt';

export type SealedObjector = {
  id: string;
  name: string | null;
  contact: string | null;
  clues: string | null;
};

/** Who raised these objections; no row for those who were anonymous or have been forgotten. */
export async function findObjectors(
  db: Reads,
  ids: readonly string[],
): Promise<Map<string, SealedObjector>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('objector')
    .select(['id', 'name', 'contact', 'clues'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

const FIND_OBJECTOR = statement(
  'find-objector',
  'select id, name, contact, clues from objector where campaign_id = $1 and id = $2',
);

/** Read in the transaction that records who reads it. */
export async function findObjectorIn(
  tx: Tx,
  campaignId: string,
  id: string,
): Promise<SealedObjector | undefined> {
  return (await run<SealedObjector>(tx, FIND_OBJECTOR, [campaignId, id]))[0];
}
