// Every column with sealed values. A test holds this list to the schema.

import type { Tx } from './kernel/transaction.ts';
import { CONTACT_MARK, RECEIPT_MARK } from './objection/objectors.ts';

export type SealedColumn = {
  table: string;
  column: string;
  /** The column beside it by which it is found again, and what keeps its marks apart from others. */
  mark?: { column: string; kind: string };
};

/** All of these tables have `campaign_id` and `id` as their key. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'objector', column: 'name' },
  { table: 'objector', column: 'contact', mark: { column: 'contact_mark', kind: CONTACT_MARK } },
  { table: 'objector', column: 'clues' },
  { table: 'objector', column: 'receipt', mark: { column: 'receipt_mark', kind: RECEIPT_MARK } },
  { table: 'candidate', column: 'birth_year' },
  { table: 'draw_secret', column: 'secret' },
  { table: 'ballot_urn', column: 'sealed' },
];

const EACH_KEY = SEALED_COLUMNS.map(
  ({ table, column }) =>
    `select split_part(${column}, '.', 1) as key from ${table} where ${column} is not null`,
).join('\n union all ');

/** How many values each key has sealed. */
export async function countByKey(db: { query: Tx['query'] }): Promise<Map<string, number>> {
  const { rows } = await db.query<{ key: string; values: number }>(
    `select key, count(*)::int as values from (${EACH_KEY}) each group by key`,
  );
  return new Map(rows.map(({ key, values }) => [key, values]));
}

export type SealedRow = { campaignId: string; id: string; sealed: string };

/** Some of the rows whose value in this column was sealed by this key; nobody changes them meanwhile. */
export async function lockSealed(
  tx: Tx,
  { table, column }: SealedColumn,
  keyId: string,
  limit: number,
): Promise<SealedRow[]> {
  const { rows } = await tx.query<SealedRow>(
    `select campaign_id as "campaignId", id, ${column} as sealed from ${table}
      where starts_with(${column}, $1) order by campaign_id, id limit $2 for update`,
    [`${keyId}.`, limit],
  );
  return rows;
}

/** Stores values sealed anew, each with its mark where the column has one. */
export async function updateSealed(
  tx: Tx,
  { table, column, mark }: SealedColumn,
  rows: readonly (SealedRow & { mark: string | null })[],
): Promise<void> {
  const marked = mark === undefined ? '' : `, ${mark.column} = r.mark`;
  await tx.query(
    `update ${table} t set ${column} = r.sealed${marked}
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as r (campaign_id, id, sealed, mark)
      where t.campaign_id = r.campaign_id and t.id = r.id`,
    [
      rows.map(({ campaignId }) => campaignId),
      rows.map(({ id }) => id),
      rows.map(({ sealed }) => sealed),
      rows.map((row) => row.mark),
    ],
  );
}
