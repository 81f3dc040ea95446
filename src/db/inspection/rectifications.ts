// Orders of rectification, as they are read.

import { sql } from 'kysely';
import type { Reading } from '../../rules/access/recusal.ts';
import type { ChildFilter } from '../candidate/children.ts';
import { isListed, selectChildren } from '../candidate/children.ts';
import { matches } from '../kernel/subject-reads.ts';
import type { Reads } from '../tables.ts';
import type { Colour } from './colours.ts';
import { colourOfOrder } from './colours.ts';

const COLOUR = sql<Colour>`${sql.raw(colourOfOrder('subject'))}`;

const select = (db: Reads) => selectChildren(db, 'rectification').select(COLOUR.as('colour'));

export type RectificationRow = Awaited<ReturnType<typeof findRectification>> & object;

/** One order; undefined when there is none of this id. */
export const findRectification = (db: Reads, campaignId: string, id: string) =>
  select(db).where(matches({ campaignId, id })).executeTakeFirst();

/** Orders, the newest first. */
export const listRectifications = (
  db: Reads,
  filter: ChildFilter &
    Reading & {
      overdue?: boolean | undefined;
      colour?: Colour | undefined;
      limit: number;
    },
): Promise<RectificationRow[]> => {
  const { overdue, colour } = filter;
  return select(db)
    .where(isListed(filter))
    .$if(overdue !== undefined, (q) =>
      q.where(sql<boolean>`${overdue} = exists (
        select 1 from obligation o
         where o.campaign_id = subject.campaign_id and o.subject_id = subject.id
           and o.closed_at is null and o.due_at <= now_instant())`),
    )
    .where((eb) => (colour === undefined ? eb.lit(true) : eb(COLOUR, '=', colour)))
    .limit(filter.limit)
    .execute();
};
