// A connection inside a transaction. What locks or writes takes a Tx, so that it does not compile
// outside of one.

import type pg from 'pg';

declare const insideTransaction: unique symbol;

export type Tx = pg.PoolClient & { readonly [insideTransaction]: true };

/** A named statement with its values. */
export type Statement = { name: string; text: string; values: unknown[] };

/** A named statement: parsed and planned once per connection, not once per command. */
export async function run<Row extends pg.QueryResultRow>(
  tx: pg.ClientBase | pg.Pool,
  statement: { name: string; text: string },
  values: unknown[],
): Promise<Row[]> {
  const { rows } = await tx.query<Row>({ ...statement, values });
  return rows;
}

type Corkable = { connection?: { stream?: { cork: () => void; uncork: () => void } } };

/**
 * Sends what these statements say in one write instead of one each; on a pipelined connection the
 * writes, each waking the server, cost more than the statements. `ask` must ask synchronously.
 */
export function inOneWrite<Result>(tx: pg.ClientBase, ask: () => Result): Result {
  const stream = (tx as unknown as Corkable).connection?.stream;
  stream?.cork();
  try {
    return ask();
  } finally {
    stream?.uncork();
  }
}
