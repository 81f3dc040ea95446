// Whoever holds the database: a superuser with every trigger off.

import pg from 'pg';
import type { TestDatabase } from './database.ts';

/** Does this in one transaction, with no trigger and no foreign key in the way. */
export async function tamper(
  { connectionString }: Pick<TestDatabase, 'connectionString'>,
  ...deeds: readonly (readonly [sql: string, ...values: unknown[]])[]
): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('begin; set local session_replication_role = replica');
    for (const [sql, ...values] of deeds) {
      const { rowCount } = await client.query(sql, values);
      if (rowCount === 0) throw new Error(`nothing was tampered with: ${sql}`);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}
