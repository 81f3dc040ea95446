// Objections that the public lodged: those that nobody has looked at, and the one that a receipt was given for.

import type pg from 'pg';
import type { ObjectionContext } from '../../../machines/objection/events.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const COUNT_UNREAD = statement(
  'count-unread-objections',
  `
    select parent_id as id, count(*)::int as unread
      from subject
     where campaign_id = $1 and parent_id = any ($2::uuid[])
       and machine = 'objection' and stage = 'lodged'
     group by parent_id`,
);

/** How many objections to each of these candidates were lodged and not yet received. */
export async function countUnread(
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await run<{ id: string; unread: number }>(tx, COUNT_UNREAD, [
    campaignId,
    candidateIds,
  ]);
  return new Map(rows.map(({ id, unread }) => [id, unread]));
}

const WAS_PUBLISHED = statement(
  'was-published',
  `
    select exists (select from subject
                    where campaign_id = $1 and id = $2 and step = 'notice')
        or exists (select from document
                    where campaign_id = $1 and kind = 'public-notice' and issued_at is not null
                      and (about_id = $2 or named_ids @> array[$2::uuid])) as "wasPublished"`,
);

/** True once a public notice has named the candidate. */
export async function wasPublished(
  pool: pg.Pool,
  campaignId: string,
  candidateId: string,
): Promise<boolean> {
  const [row] = await run<{ wasPublished: boolean }>(pool, WAS_PUBLISHED, [
    campaignId,
    candidateId,
  ]);
  return row?.wasPublished === true;
}

const FIND_LODGED = statement(
  'find-lodged',
  `
    select s.stage, s.context
      from objector o
      join subject s on s.campaign_id = o.campaign_id and s.id = o.id
     where o.receipt_mark = any ($1::text[])`,
);

export type LodgedRow = { stage: string; context: ObjectionContext };

/** The objection whose receipt has one of these marks; undefined for none, or when it has been forgotten. */
export const findLodged = async (
  pool: pg.Pool,
  marks: readonly string[],
): Promise<LodgedRow | undefined> => (await run<LodgedRow>(pool, FIND_LODGED, [marks]))[0];
