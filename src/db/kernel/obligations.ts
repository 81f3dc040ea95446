// Obligations as they are read.

import { sql } from 'kysely';
import type { Recusal } from '../../rules/access/recusal.ts';
import { given } from './filters.ts';
import { lieWithin } from './reach.ts';
import { openTo } from './recusal.ts';
import type { KernelDatabase } from './tables.ts';

const select = (db: KernelDatabase) =>
  db
    .selectFrom('obligation')
    .select([
      'campaign_id as campaignId',
      'subject_id as subjectId',
      'kind',
      'generation',
      'clause',
      'organisation_id as organisationId',
      'due_at as dueAt',
      'provisional',
      'calendar_version as calendarVersion',
      'level',
      'opened_at as openedAt',
      'raised_at as raisedAt',
      'closed_at as closedAt',
      sql<boolean>`due_at <= coalesce(closed_at, now_instant())`.as('late'),
    ]);

export type ObligationRow = Awaited<ReturnType<typeof listOwed>>[number];

/** The open obligations of this subject, the nearest first. */
export const listOwed = (db: KernelDatabase, campaignId: string, subjectId: string) =>
  select(db)
    .where('campaign_id', '=', campaignId)
    .where('subject_id', '=', subjectId)
    .where('closed_at', 'is', null)
    .orderBy('due_at')
    .orderBy('kind')
    .execute();

type ObligationPosition = readonly [
  dueAt: string,
  campaignId: string,
  subjectId: string,
  kind: string,
  generation: number,
];

/** Obligations in the order in which they fall due. */
export const listObligations = (
  db: KernelDatabase,
  filter: {
    reaches: readonly string[];
    recusal: Recusal | null;
    campaignId?: string | undefined;
    subjectId?: string | undefined;
    /** The path of an organisation; it and everything below it match. */
    under?: string | undefined;
    level?: string | undefined;
    kind?: string | undefined;
    open?: boolean | undefined;
    overdue?: boolean | undefined;
    after?: ObligationPosition | undefined;
    limit: number;
  },
): Promise<ObligationRow[]> => {
  const { campaignId, subjectId, under, level, kind, open, overdue, after } = filter;
  return select(db)
    .where(lieWithin('path', filter.reaches))
    .where(openTo(filter.recusal, 'campaign_id', 'subject_id'))
    .where((eb) => given(eb, { campaign_id: campaignId, subject_id: subjectId }))
    .where((eb) => (under === undefined ? eb.lit(true) : lieWithin('path', [under])))
    .where((eb) => given(eb, { level, kind }))
    .$if(open === true, (q) => q.where('closed_at', 'is', null))
    .$if(open === false, (q) => q.where('closed_at', 'is not', null))
    .$if(overdue === true, (q) =>
      q.where('closed_at', 'is', null).where(sql<boolean>`due_at <= now_instant()`),
    )
    .$if(overdue === false, (q) =>
      q.where(sql<boolean>`(closed_at is not null or due_at > now_instant())`),
    )
    .$if(after !== undefined, (q) =>
      q.where(
        sql<boolean>`(due_at, campaign_id, subject_id, kind, generation)
          > (${after?.[0]}::timestamptz, ${after?.[1]}::uuid, ${after?.[2]}::uuid, ${after?.[3]},
             ${after?.[4]}::int)`,
      ),
    )
    .orderBy('due_at')
    .orderBy('campaign_id')
    .orderBy('subject_id')
    .orderBy('kind')
    .orderBy('generation')
    .limit(filter.limit)
    .execute();
};
