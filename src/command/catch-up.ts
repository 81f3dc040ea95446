// Candidates follow a phase change in batches; whoever is spoken to or looked at first comes first.

import type pg from 'pg';
import { run } from '../db/transaction.ts';
import { SYSTEM } from '../rules/access.ts';
import type { Performer } from './batches.ts';

const BEHIND = {
  name: 'find-behind',
  text: `
    select s.id
      from subject s
      join subject c on c.campaign_id = s.campaign_id and c.id = s.campaign_id
     where s.campaign_id = $1 and s.follows_phase and s.phase < c.phase
       and ($2::uuid[] is null or s.id = any ($2::uuid[]))
     order by s.id
     limit $3`,
};

/** Ids of candidates that the campaign's last phase change has not reached; among `ids` if given. */
export async function findBehind(
  pool: pg.Pool,
  campaignId: string,
  ids: readonly string[] | null,
  limit: number,
): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, BEHIND, [campaignId, ids, limit]);
  return rows.map(({ id }) => id);
}

/** Brings those of these candidates that are behind up to the campaign's phase; resolves when done. */
export async function catchUpCandidates(
  pool: pg.Pool,
  performer: Performer,
  campaignId: string,
  ids: readonly string[],
): Promise<number> {
  const behind = ids.length === 0 ? [] : await findBehind(pool, campaignId, ids, ids.length);
  await performer.performAll(
    behind.map((subjectId) => ({
      campaignId,
      subjectId,
      event: { type: 'phase-entered' },
      principal: SYSTEM,
      isCatchUp: true,
    })),
  );
  return behind.length;
}
