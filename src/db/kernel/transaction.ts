// A connection inside a transaction. What locks or writes takes a Tx, so that it does not compile
// outside of one.

import type pg from 'pg';
import { socketOf } from './socket.ts';

declare const insideTransaction: unique symbol;

export type Tx = pg.PoolClient & { readonly [insideTransaction]: true };

/** A named statement with its values. */
export type Statement = { name: string; text: string; values: unknown[] };

/** Every named statement that was written down, for the test that prepares each on the schema. */
export const statements = new Map<string, string>();

/**
 * A statement and its name, written down once. Two of one name would be two plans that take turns on
 * each connection: that is refused.
 */
export function statement(name: string, text: string): { name: string; text: string } {
  if (statements.has(name)) throw new Error(`two statements are named ${name}`);
  statements.set(name, text);
  return { name, text };
}

/** A named statement: parsed and planned once per connection, not once per command. */
export async function run<Row extends pg.QueryResultRow>(
  tx: pg.ClientBase | pg.Pool,
  statement: { name: string; text: string },
  values: unknown[],
): Promise<Row[]> {
  const { rows } = await tx.query<Row>({ ...statement, values });
  return rows;
}

/**
 * Sends what these statements say in one write instead of one each; on a pipelined connection the
 * writes, each waking the server, cost more than the statements. `ask` must ask synchronously.
 */
export function inOneWrite<Result>(tx: pg.ClientBase, ask: () => Result): Result {
  const socket = socketOf(tx);
  socket?.cork();
  try {
    return ask();
  } finally {
    socket?.uncork();
  }
}
