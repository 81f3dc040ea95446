// Old versions of urns and rolls are cleared out of their pages while a round lasts and after it.

import type pg from 'pg';

const REMAINS = `
  select 1 from pg_stat_user_tables
   where relname in ('ballot_urn', 'ballot_roll', 'ballot') and n_dead_tup > 0
   limit 1`;

/**
 * Clears the ballots' tables of what no transaction can see any more. VACUUM cannot stand in a transaction; where
 * the log-in may not do it the server only warns, and its own autovacuum does it, which these tables wake early.
 */
export async function vacuumBallots(pool: pg.Pool): Promise<void> {
  await pool.query('vacuum (skip_locked) ballot_urn, ballot_roll, ballot');
}

/** The round of the lane: looks whether anything is left, and clears it. */
export async function clearRemains(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query(REMAINS);
  if (rows.length > 0) await vacuumBallots(pool);
}
