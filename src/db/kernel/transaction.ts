// A connection inside a transaction. Functions that lock or write take a Tx, so that calling them
// outside of a transaction does not compile.

import type pg from 'pg';
import { socketOf } from './socket.ts';

declare const insideTransaction: unique symbol;

export type Tx = pg.PoolClient & { readonly [insideTransaction]: true };

/** A named statement with its values. */
export type Statement = { name: string; text: string; values: unknown[] };

/** Every named statement of the service, for the test that prepares each on the schema. */
export const statements = new Map<string, string>();

/**
 * Registers a statement under its name. Two statements of one name would displace each other's plan on
 * each connection, so the second one throws.
 */
export function statement(name: string, text: string): { name: string; text: string } {
  if (statements.has(name)) throw new Error(`two statements are named ${name}`);
  statements.set(name, text);
  return { name, text };
}

/** Runs a named statement: it is parsed and planned once per connection, not once per command. */
export async function run<Row extends pg.QueryResultRow>(
  tx: pg.ClientBase | pg.Pool,
  statement: { name: string; text: string },
  values: unknown[],
): Promise<Row[]> {
  const { rows } = await tx.query<Row>({ ...statement, values });
  return rows;
}

/**
 * Sends the statements that `ask` issues in one write instead of one each; on a pipelined connection
 * the writes, each waking the server, cost more than the statements. `ask` must issue them synchronously.
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
