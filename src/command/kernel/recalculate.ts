// A newly loaded calendar lets deadlines that were counted past the old one be counted again, by commands
// that stand in the log of each subject.

import type pg from 'pg';
import { CALENDAR_VERSION } from '../../db/county/calendars.ts';
import { isKnown, KNOWN_RELEASES } from '../../db/kernel/releases.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import { SYSTEM } from '../../rules/access/access.ts';
import type { Performer } from './batches.ts';
import type { Failed, SetAside } from './incidents.ts';
import { asError, retryIncidents, setAside } from './incidents.ts';

/** So many deadlines are recalculated at a time: fewer than the queue takes, more than a batch does. */
const CHUNK = 500;
const ITEM = 'recalculate-deadline';

type Place = { campaignId: string; subjectId: string };

const PROVISIONAL = statement(
  'find-provisional',
  `
    select distinct o.campaign_id as "campaignId", o.subject_id as "subjectId"
      from obligation o
      join subject s on s.campaign_id = o.campaign_id and s.id = o.subject_id
     where o.provisional and o.closed_at is null and o.level in ('armed', 'due-soon')
       and o.calendar_version is distinct from
           ${CALENDAR_VERSION}
       and (o.campaign_id, o.subject_id) > ($1::uuid, $2::uuid) and ${isKnown('s', 3)}
       and not exists (
         select from incident i
          where i.lane = 'recalculation' and i.item = '${ITEM}' and i.status <> 'resolved'
            and i.campaign_id = o.campaign_id and i.subject_id = o.subject_id)
     order by 1, 2 limit ${CHUNK}`,
);

const NIL = '00000000-0000-0000-0000-000000000000';

/**
 * Recalculates every provisional deadline that has not passed and was counted on another calendar. The figure
 * `recalculated` includes those that stay provisional. An overdue obligation stays so, because its notices
 * have been sent. The loading of a calendar calls this, and so does the worker, in case that process died in
 * between. Failed items are set aside; a fault that passes by itself is thrown.
 */
export async function recalculateDeadlines(
  pool: pg.Pool,
  performer: Performer,
  alive: () => void = () => undefined,
): Promise<{ recalculated: number; failed: SetAside[] }> {
  let recalculated = 0;
  const failed: SetAside[] = [];
  let after: Place = { campaignId: NIL, subjectId: NIL };
  for (;;) {
    const subjects = await run<Place>(pool, PROVISIONAL, [
      after.campaignId,
      after.subjectId,
      KNOWN_RELEASES,
    ]);
    const settled = await Promise.allSettled(
      subjects.map((subject) => recalculate(performer, subject)),
    );
    const failures = subjects.flatMap((subject, index): Failed[] => {
      const result = settled[index];
      return result?.status === 'rejected'
        ? [{ ...subject, operationId: null, item: ITEM, error: result.reason }]
        : [];
    });
    const faults = await setAside(performer, 'recalculation', failures);
    if (faults.passing !== null) throw faults.passing;
    failed.push(...faults.failed);
    recalculated += settled.filter((one) => one.status === 'fulfilled' && one.value).length;
    alive();
    if (subjects.length < CHUNK) return { recalculated, failed };
    after = subjects.at(-1) as Place;
  }
}

/** True when the deadline was counted anew; throws when that failed. */
async function recalculate(performer: Performer, { campaignId, subjectId }: Place) {
  const event = { type: ITEM };
  const outcome = await performer.perform({
    campaignId,
    subjectId,
    event,
    principal: SYSTEM,
    isBackground: true,
  });
  const newer = asError(outcome);
  if (newer !== null) throw newer;
  return outcome.kind === 'done';
}

/** Tries again the deadlines that failed before and have waited long enough. */
export const retryRecalculation = (pool: pg.Pool, performer: Performer) =>
  retryIncidents(pool, performer, 'recalculation', async ({ campaignId, subjectId }) => {
    if (campaignId === null || subjectId === null) return;
    await recalculate(performer, { campaignId, subjectId });
  });
