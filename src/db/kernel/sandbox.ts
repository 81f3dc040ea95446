// A session in which a campaign can be run without touching anything: every table that holds a
// campaign is hidden behind an empty one of the session's own, and the session is read-only, so that
// PostgreSQL itself refuses every other write. Plans, calendar and directory are the real ones.

import pg from 'pg';
import { createPool } from './pool.ts';

/** Other tables that a campaign writes: the clock, the numbers of documents, incidents, answers to keys. */
const ALSO_WRITTEN = ['virtual_clock', 'document_register', 'incident_event', 'idempotency'];

/** A table that it writes and finds filled: by which calendar deadlines were counted. */
const FILLED = 'reference_version';

const CAMPAIGN_TABLES = `
  select distinct c.table_schema as schema, c.table_name as name
    from information_schema.columns c
    join information_schema.tables t
      on t.table_schema = c.table_schema and t.table_name = c.table_name
   where t.table_type = 'BASE TABLE' and c.table_schema = current_schema()
     and (c.column_name = 'campaign_id' or c.table_name = any ($1))
   order by 2`;

/**
 * Opens a pool of one session whose clock stands at `instant`. Ending the pool discards everything in
 * it. A session that breaks is not replaced, because another one would see the real tables.
 */
export async function openSandbox(of: pg.Pool, instant: string): Promise<pg.Pool> {
  const { connectionString } = of.options;
  if (connectionString === undefined) throw new Error('the pool has no connection string');
  const pool = createPool(connectionString, {
    max: 1,
    applicationName: 'chuangping simulation',
    readOnly: true,
    pipeline: true,
  });
  let sessions = 0;
  pool.on('connect', (client) => {
    sessions += 1;
    if (sessions > 1) void client.end();
  });
  // An idle session that is closed would take its tables with it.
  pool.options.idleTimeoutMillis = 0;
  try {
    const { rows } = await pool.query<{ schema: string; name: string }>(CAMPAIGN_TABLES, [
      [...ALSO_WRITTEN, FILLED],
    ]);
    const created = rows.map(({ schema, name }) => {
      const table = pg.escapeIdentifier(name);
      const real = `${pg.escapeIdentifier(schema)}.${table}`;
      const create = `create temporary table ${table} (like ${real} including all);`;
      return name === FILLED ? `${create} insert into ${table} select * from ${real};` : create;
    });
    await pool.query('set default_transaction_read_only = off');
    await pool.query(created.join('\n'));
    await pool.query('set default_transaction_read_only = on');
    await pool.query('insert into virtual_clock (instant) values ($1)', [instant]);
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}
