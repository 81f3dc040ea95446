// Incidents need care themselves: versions that this build does not have become incidents, and incidents
// whose matter has come to its end elsewhere are resolved.

import type pg from 'pg';
import { listGone, settleIncidents, storeUnknownVersions } from '../../db/kernel/incidents.ts';
import type { Performer } from './batches.ts';
import { settleExhausted } from './operations.ts';

/** Looks once and gives the machine versions that were found for the first time. */
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
