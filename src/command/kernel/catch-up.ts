// Candidates follow a phase change in batches; a candidate that gets a command or is read comes first.

import type pg from 'pg';
import { isPassing } from '../../db/kernel/faults.ts';
import { isKnown, KNOWN_RELEASES } from '../../db/kernel/releases.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import { SYSTEM } from '../../rules/access/access.ts';
import type { Performer } from './batches.ts';
import { asError } from './incidents.ts';

const BEHIND = statement(
  'find-behind',
  `
    select s.id
      from subject s
     where s.campaign_id = $1 and s.id = any ($2::uuid[]) and s.follows_phase
       and s.phase < (select c.phase from subject c where c.campaign_id = $1 and c.id = $1)
       and ${isKnown('s', 3)}
     order by s.id`,
);

/** The ids of those of these candidates that the campaign's last phase change has not reached. */
async function findBehind(
  pool: pg.Pool,
  campaignId: string,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await run<{ id: string }>(pool, BEHIND, [campaignId, ids, KNOWN_RELEASES]);
  return rows.map(({ id }) => id);
}

/** A candidate was told of the phase change and stands where it stood, because its machine refused it. */
class NotMoved extends Error {
  override name = 'NotMoved';
}

/** Brings these candidates up to the campaign's phase and gives the errors of those that did not move. */
export async function moveBehind(
  pool: pg.Pool,
  performer: Performer,
  campaignId: string,
  ids: readonly string[],
  place: { isBackground?: true } = {},
): Promise<{ subjectId: string; error: unknown }[]> {
  const settled = await Promise.allSettled(
    ids.map((subjectId) =>
      performer.perform({
        campaignId,
        subjectId,
        event: { type: 'phase-entered' },
        principal: SYSTEM,
        isCatchUp: true,
        ...place,
      }),
    ),
  );
  const failed = ids.flatMap((subjectId, index) => {
    const result = settled[index];
    if (result?.status === 'rejected') return [{ subjectId, error: result.reason as unknown }];
    const newer = result === undefined ? null : asError(result.value);
    return newer === null ? [] : [{ subjectId, error: newer }];
  });
  const moved = ids.filter((id) => failed.every(({ subjectId }) => subjectId !== id));
  const still = await findBehind(pool, campaignId, moved);
  return [
    ...failed,
    ...still.map((subjectId) => ({
      subjectId,
      error: new NotMoved('the candidate does not take the phase change'),
    })),
  ];
}

/**
 * Brings those of these candidates that are behind up to the campaign's phase. A candidate that cannot be
 * moved is shown as it stands, because the phase change itself records it in an incident. Throws only faults
 * that pass by themselves.
 */
export async function catchUpCandidates(
  pool: pg.Pool,
  performer: Performer,
  campaignId: string,
  ids: readonly string[],
): Promise<void> {
  const behind = await findBehind(pool, campaignId, ids);
  if (behind.length === 0) return;
  const failed = await moveBehind(pool, performer, campaignId, behind);
  const passing = failed.find(({ error }) => isPassing(error));
  if (passing !== undefined) throw passing.error;
}
