// Timers: they are listed, and taken to be fired.

import { sql } from 'kysely';
import type { Recusal } from '../../rules/access/recusal.ts';
import { given } from './filters.ts';
import { concern, lieWithin } from './reach.ts';
import { openTo } from './recusal.ts';
import type { KernelDatabase } from './tables.ts';
import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

/** Timers of these reaches, in the order in which they fall due. */
export const listTimers = (
  db: KernelDatabase,
  filter: {
    reaches: readonly string[];
    /** The reaches from which a campaign's own timers are seen too, although they lie above. */
    concerned: readonly string[];
    recusal: Recusal | null;
    campaignId?: string | undefined;
    after?: readonly [dueAt: string, subjectId: string, timerId: string] | undefined;
    limit: number;
  },
) => {
  const { reaches, concerned, campaignId, after } = filter;
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
    .where(openTo(filter.recusal, 'timer.campaign_id', 'timer.subject_id'))
    .where((eb) =>
      eb.or([
        lieWithin('subject.path', reaches),
        // A campaign's own timers concern all places above and below it.
        eb.and([
          eb('subject.id', '=', eb.ref('subject.campaign_id')),
          concern('subject.path', concerned),
        ]),
      ]),
    )
    .where((eb) => given(eb, { 'timer.campaign_id': campaignId }))
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

const DELETE_DUE = statement(
  'delete-due-timers',
  `
    delete from timer t
     using unnest($2::uuid[], $3::text[]) as asked (subject_id, timer_id)
     where t.campaign_id = $1 and t.subject_id = asked.subject_id
       and t.timer_id = asked.timer_id and t.due_at <= $4
     returning t.subject_id as "subjectId", t.timer_id as "timerId", t.due_at as "dueAt"`,
);

/** Deleting decides: a timer that is gone was cancelled, or another worker fired it first. */
export async function deleteDueTimers(
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; timerId: string }[],
  now: string,
): Promise<{ subjectId: string; timerId: string; dueAt: string }[]> {
  return run(tx, DELETE_DUE, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ timerId }) => timerId),
    now,
  ]);
}
