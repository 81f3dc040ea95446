// The incidents themselves looked after: versions this build does not have are told, and what has
// come to its end without us is ended.

import type pg from 'pg';
import { listGone, settleIncidents, storeUnknownVersions } from '../../db/kernel/incidents.ts';
import type { Performer } from './batches.ts';
import { settleExhausted } from './operations.ts';

/** One look; gives the machine versions that were found for the first time. */
export async function tendIncidents(
  pool: pg.Pool,
  performer: Performer,
): Promise<{ id: number; item: string; affected: number }[]> {
  const unknown = await performer.administer(async (tx) => {
    const found = await storeUnknownVersions(tx);
    await settleIncidents(tx, await listGone(tx), 'resolved');
    return found;
  });
  await settleExhausted(pool, performer);
  return unknown;
}
