// Waits as they are read.

import { sql } from 'kysely';
import type { Recusal } from '../../rules/access/recusal.ts';
import { concern, lieWithin } from './reach.ts';
import { openTo } from './recusal.ts';
import type { KernelDatabase } from './tables.ts';

/** Timers in the order in which they fall due. `reaches` null: everywhere. */
export const listTimers = (
  db: KernelDatabase,
  filter: {
    reaches: readonly string[] | null;
    recusal: Recusal | null;
    campaignId?: string | undefined;
    after?: readonly [dueAt: string, subjectId: string, timerId: string] | undefined;
    limit: number;
  },
) => {
  const { reaches, campaignId, after } = filter;
  return db
    .selectFrom('timer')
    .innerJoin('subject', (join) =>
      join
        .onRef('subject.campaign_id', '=', 'timer.campaign_id')
        .onRef('subject.id', '=', 'timer.subject_id'),
    )
    .select([
      'timer.campaign_id as campaignId',
      'timer.subject_id as subjectId',
      'subject.machine',
      'timer.timer_id as timerId',
      'timer.due_at as dueAt',
      sql<boolean>`timer.due_at <= now_instant()`.as('due'),
      'timer.held',
    ])
    .$if(reaches !== null, (q) =>
      q
        .where(openTo(filter.recusal, 'timer.campaign_id', 'timer.subject_id'))
        .where((eb) =>
          eb.or([
            lieWithin('subject.path', reaches ?? []),
            eb.and([
              eb('subject.machine', '=', 'campaign'),
              concern('subject.path', reaches ?? []),
            ]),
          ]),
        ),
    )
    .$if(campaignId !== undefined, (q) => q.where('timer.campaign_id', '=', campaignId as string))
    .$if(after !== undefined, (q) =>
      q.where(
        sql<boolean>`(timer.due_at, timer.subject_id, timer.timer_id)
          > (${after?.[0]}::timestamptz, ${after?.[1]}::uuid, ${after?.[2]})`,
      ),
    )
    .orderBy('timer.due_at')
    .orderBy('timer.subject_id')
    .orderBy('timer.timer_id')
    .limit(filter.limit)
    .execute();
};
