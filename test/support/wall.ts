// The write wall seen from outside: subjects of every machine at a few places, and whether a row about
// one of them is let in from somebody.

import { randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import type { MachineName } from '../../machines/catalog.ts';
import { MACHINE_NAMES } from '../../machines/catalog.ts';

/** Stores one bare subject of each machine at this place, as the owner; answers their ids. */
export async function placeSubjects(
  owner: pg.Pool,
  campaignId: string,
  path: string,
): Promise<Map<MachineName, string>> {
  const ids = new Map<MachineName, string>();
  for (const [index, machine] of MACHINE_NAMES.entries()) {
    const id = randomUUIDv7();
    ids.set(machine, id);
    await owner.query(
      `insert into subject (campaign_id, id, machine, version, lock_rank, organisation_id, path, value,
         context, status, stage, state, revision, chain_hash, created_at, updated_at)
       values ($1, $2, $3, 1, $4, 'nobody', $5, '"x"', '{}', 'active', 'x', 'x', 1, 'x', now(), now())`,
      [campaignId, id, machine, index + 1, path],
    );
  }
  return ids;
}

/** Changes rows as only a superuser can, with no trigger told. */
export const unseen = (superuser: pg.Pool, sql: string): Promise<unknown> =>
  superuser.query(`begin; set local session_replication_role = replica; ${sql}; commit`);

export type Row = { campaignId: string; subjectId: string; type: string; principalId: string };

/**
 * Inserts each row as the app's log-in and takes it back; answers for each whether it was let in. Throws
 * for any refusal but the wall's.
 */
export async function knock(app: pg.Pool, rows: readonly Row[]): Promise<boolean[]> {
  const client = await app.connect();
  const insert = `
    insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles, payload, facts,
      stage, state, hash) values ($1, $2, 1, $3, now(), $4, '{}', '{}', '{}', 'x', 'x', 'x')`;
  const isIn: boolean[] = [];
  try {
    await client.query('begin');
    for (const { campaignId, subjectId, type, principalId } of rows) {
      await client.query('savepoint knocked');
      try {
        await client.query(insert, [campaignId, subjectId, type, principalId]);
        isIn.push(true);
      } catch (error) {
        const { code, constraint } = error as { code?: string; constraint?: string };
        if (code !== '42501' || constraint !== 'write_wall') throw error;
        isIn.push(false);
      }
      await client.query('rollback to knocked; release knocked');
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
  return isIn;
}
