// One multi-row statement stores everything a batch has decided, or nothing of it.

import type { Row, Tables } from './store-tables.ts';
import { handOver } from './store-tables.ts';
import type { Statement } from './transaction.ts';

/**
 * The statement that stores `rows` in `tables`. Foreign keys are checked at its end, so parents and
 * children go in together. It fails with 23505 when another process did the same thing meanwhile.
 */
export function storeRows(
  tables: Tables,
  campaignId: string,
  rows: { readonly [name: string]: readonly Row[] },
): Statement {
  const values: unknown[] = [campaignId];
  const ctes: string[] = [];
  // There are more tables than a number has safe bits, hence a bigint.
  let shape = 0n;
  for (const [index, [name, table]] of Object.entries(tables).entries()) {
    const own = rows[name] ?? [];
    // An empty update is left out, because it too makes the planner scan the rows it might touch.
    if (own.length === 0) continue;
    const from = handOver(table, own, values);
    for (const { cte, sql } of table.steps) ctes.push(`${cte} as (${sql(from)})`);
    shape |= 1n << BigInt(index);
  }
  const text = `with ${ctes.join(',\n')} select 1`;
  // One name for each combination of tables: a few dozen, planned once per connection.
  return { name: `store-${shape.toString(36)}`, text, values };
}
