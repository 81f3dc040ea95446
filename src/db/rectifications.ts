// Orders to put something right, as they are read.

import { sql } from 'kysely';
import type { Colour } from '../rules/rectification-colours.ts';
import type { Recusal } from '../rules/recusal.ts';
import { lieWithin } from './reach.ts';
import { openTo } from './recusal.ts';
import type { Reads } from './tables.ts';
import { SUBJECT_COLUMNS } from './tables.ts';

// src/rules/rectification-colours.ts as SQL.
const instant = (path: string) => sql`(subject.context #>> ${sql.lit(path)})::timestamptz`;
const COLOUR = sql<Colour>`case
  when subject.status = 'done' then 'closed'
  when ${instant('{deadline,dueAt}')} <= now_instant() then 'red'
  when subject.context ->> 'progressedAt' is null
       and ${instant('{behindAt}')} <= now_instant() then 'yellow'
  when ${instant('{deadline,dueSoonAt}')} <= now_instant() then 'blue'
  else 'none' end`;

const select = (db: Reads) =>
  db
    .selectFrom('subject')
    .leftJoin('candidate', (join) =>
      join
        .onRef('candidate.campaign_id', '=', 'subject.campaign_id')
        .onRef('candidate.id', '=', 'subject.parent_id'),
    )
    .select([
      'subject.id',
      'subject.campaign_id as campaignId',
      'subject.parent_id as candidateId',
      'candidate.name as candidateName',
      'candidate.category',
      'subject.organisation_id as organisationId',
      ...SUBJECT_COLUMNS,
      COLOUR.as('colour'),
    ])
    .where('subject.machine', '=', 'rectification');

export type RectificationRow = Awaited<ReturnType<typeof findRectification>> & object;

/** One order; undefined when there is none of this id. */
export const findRectification = (db: Reads, campaignId: string, id: string) =>
  select(db)
    .where('subject.campaign_id', '=', campaignId)
    .where('subject.id', '=', id)
    .executeTakeFirst();

/** Orders, the newest first. */
export const listRectifications = (
  db: Reads,
  filter: {
    reaches: readonly string[];
    recusal: Recusal | null;
    campaignId?: string | undefined;
    candidateId?: string | undefined;
    /** One of the states that stand beside each other: `submitted`, `overdue`, `closed` … */
    state?: string | undefined;
    under?: string | undefined;
    overdue?: boolean | undefined;
    colour?: Colour | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<RectificationRow[]> => {
  const { campaignId, candidateId, state, under, overdue, colour, after } = filter;
  return select(db)
    .where(lieWithin('subject.path', filter.reaches))
    .where(openTo(filter.recusal, 'subject.campaign_id', 'subject.id'))
    .$if(campaignId !== undefined, (q) => q.where('subject.campaign_id', '=', campaignId as string))
    .$if(candidateId !== undefined, (q) => q.where('subject.parent_id', '=', candidateId as string))
    .$if(state !== undefined, (q) =>
      q.where(sql<boolean>`${state} = any (string_to_array(subject.state, '+'))`),
    )
    .$if(under !== undefined, (q) => q.where(lieWithin('subject.path', [under as string])))
    .$if(overdue !== undefined, (q) =>
      q.where(sql<boolean>`${overdue} = exists (
        select 1 from obligation o
         where o.campaign_id = subject.campaign_id and o.subject_id = subject.id
           and o.closed_at is null and o.due_at <= now_instant())`),
    )
    .$if(colour !== undefined, (q) => q.where(COLOUR, '=', colour as Colour))
    .$if(after !== undefined, (q) => q.where('subject.id', '<', after as string))
    .orderBy('subject.id', 'desc')
    .limit(filter.limit)
    .execute();
};
