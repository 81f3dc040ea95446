// A newly loaded calendar lets deadlines that are still to come be counted again, by commands that stand in the
// log of each subject.

import type pg from 'pg';
import { findCounted, updateCounted } from '../../db/county/calendars.ts';
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
/** A deadline to come; `notBefore`, 'YYYY-MM-DD', is its day where a notice or a signed document names it. */
type ToCome = Place & { notBefore: string | null };

// A deadline is to come while the timer of its day, or of its reminder, waits: one that was told overdue has none.
// A notice of a document stands under the document. The text names the day as people say it.
const TO_COME = statement(
  'find-deadlines-to-come',
  `
    select s.campaign_id as "campaignId", s.id as "subjectId",
           case when exists (
                  select from notice n
                   where n.campaign_id = s.campaign_id
                     and (n.subject_id in (s.id, s.parent_id) or n.subject_id in (
                           select g.id from document g
                            where g.campaign_id = s.campaign_id and g.about_id in (s.id, s.parent_id)))
                     and position(d.words in n.body) > 0)
                  or exists (
                  select from document g
                   where g.campaign_id = s.campaign_id and g.about_id in (s.id, s.parent_id)
                     and g.number is not null and position(d.words in g.content::text) > 0)
                then d.day::text end as "notBefore"
      from subject s
      join campaign c on c.campaign_id = s.campaign_id
      join plan p on p.id = c.plan_id and p.version = c.plan_version
     cross join lateral (
       select (s.context -> 'deadline' ->> 'dueAt')::timestamptz as due,
              (s.context -> 'deadline' ->> 'dueSoonAt')::timestamptz as soon) f
     cross join lateral (
       select ((f.due at time zone (p.body ->> 'timeZone')) - interval '1 day')::date as day) l
     cross join lateral (
       select l.day, to_char(l.day, 'FMYYYY"年"FMMM"月"FMDD"日"') as words) d
     where exists (
             select from timer t
              where t.campaign_id = s.campaign_id and t.subject_id = s.id
                and t.due_at in (f.due, f.soon))
       and (s.campaign_id, s.id) > ($1::uuid, $2::uuid) and ${isKnown('s', 3)}
       and ($4::uuid is null or s.id = $4)
       and ($4::uuid is not null or not exists (
         select from incident i
          where i.lane = 'recalculation' and i.item = '${ITEM}' and i.status <> 'resolved'
            and i.campaign_id = s.campaign_id and i.subject_id = s.id))
     order by 1, 2 limit ${CHUNK}`,
);

const NIL = '00000000-0000-0000-0000-000000000000';

/**
 * Counts every deadline to come again when another calendar than the one it was last counted by is in force;
 * `recalculated` is the number of those that changed. An overdue obligation stays so, because its notices have
 * been sent. The confirmation of a calendar calls this, and so does whoever fires timers, before the first of
 * them: nothing is told overdue on a day that has become a holiday. Failed items are set aside; a fault that
 * passes by itself is thrown.
 */
export async function recalculateDeadlines(
  pool: pg.Pool,
  performer: Performer,
  alive: () => void = () => undefined,
): Promise<{ recalculated: number; failed: SetAside[] }> {
  const { calendar, isCounted } = await findCounted(pool);
  let recalculated = 0;
  const failed: SetAside[] = [];
  let after: Place | null = isCounted ? null : { campaignId: NIL, subjectId: NIL };
  while (after !== null) {
    const page: ToCome[] = await run<ToCome>(pool, TO_COME, [
      after.campaignId,
      after.subjectId,
      KNOWN_RELEASES,
      null,
    ]);
    const faults = await recalculatePage(performer, page);
    failed.push(...faults.failed);
    recalculated += faults.recalculated;
    alive();
    after = page.length < CHUNK ? null : (page.at(-1) ?? null);
  }
  if (!isCounted) await performer.administer((tx) => updateCounted(tx, calendar));
  return { recalculated, failed };
}

async function recalculatePage(performer: Performer, page: readonly ToCome[]) {
  const settled = await Promise.allSettled(page.map((one) => recalculate(performer, one)));
  const failures = page.flatMap(({ campaignId, subjectId }, index): Failed[] => {
    const result = settled[index];
    return result?.status === 'rejected'
      ? [{ campaignId, subjectId, operationId: null, item: ITEM, error: result.reason }]
      : [];
  });
  const { failed, passing } = await setAside(performer, 'recalculation', failures);
  if (passing !== null) throw passing;
  const done = settled.filter((one) => one.status === 'fulfilled' && one.value);
  return { failed, recalculated: done.length };
}

/** True when a day of the deadline changed; throws when it could not be counted. */
async function recalculate(
  performer: Performer,
  { campaignId, subjectId, notBefore }: ToCome,
): Promise<boolean> {
  const event = { type: ITEM, ...(notBefore === null ? {} : { notBefore }) };
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
    const [one] = await run<ToCome>(pool, TO_COME, [campaignId, NIL, KNOWN_RELEASES, subjectId]);
    if (one !== undefined) await recalculate(performer, one);
  });
