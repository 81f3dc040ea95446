// Several reads that must agree with each other, on a connection for reading.

import type pg from 'pg';
import type { Tx } from './transaction.ts';

/**
 * Runs `work` on one snapshot that can write nothing: a repeatable-read, read-only transaction of the
 * pool it is given, so that no reader takes a connection from those who write. Errors are the
 * database's own, or `work`'s; a connection that was lost is closed, not used again.
 */
export async function readInside<Result>(
  pool: pg.Pool,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const lost = (error: Error): void => {
    broken = error;
  };
  // Without a listener the loss of a connection in use would end the process.
  client.on('error', lost);
  try {
    await client.query('begin isolation level repeatable read, read only');
    const result = await work(client as Tx);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(lost);
    throw error;
  } finally {
    client.off('error', lost);
    client.release(broken);
  }
}
