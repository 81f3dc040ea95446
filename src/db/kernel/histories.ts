// The history of a subject and of the orders that hang on it: events, obligations and notices. The
// notices of one level show when an obligation reached it.

import { sql } from 'kysely';
import type { KernelDatabase } from './tables.ts';

export type HistoryRow = {
  at: string;
  rank: number;
  key: string;
  kind: 'event' | 'obligation' | 'notice';
  subjectId: string;
  machine: string;
  /** The event's type, the obligation's kind, or the notice's template. */
  name: string;
  /** Stage and state after an event, level of an obligation, title of a notice. */
  stage: string | null;
  state: string | null;
  level: string | null;
  title: string | null;
  clause: string | null;
  generation: number | null;
  dueAt: string | null;
  principalId: string | null;
  roles: string[] | null;
  organisationId: string | null;
};

type HistoryPosition = readonly [at: string, rank: number, key: string];

/** The history in the order of time; at one instant an event comes before the rows that follow from it. */
export async function listHistory(
  db: KernelDatabase,
  filter: {
    campaignId: string;
    subjectId: string;
    after?: HistoryPosition | undefined;
    limit: number;
  },
): Promise<HistoryRow[]> {
  const { campaignId, subjectId, after } = filter;
  const later =
    after === undefined
      ? sql``
      : sql`where (at, rank, key) > (${after[0]}::timestamptz, ${after[1]}::int, ${after[2]})`;
  const { rows } = await sql<HistoryRow>`
    with about as (
      select s.id, s.machine from subject s
       where s.campaign_id = ${campaignId} and (s.id = ${subjectId} or s.parent_id = ${subjectId})
    ), told as (
      select e.at, 1 as rank, e.subject_id || ' ' || lpad(e.sequence::text, 8, '0') as key,
             'event' as kind, e.subject_id as "subjectId", a.machine, e.type as name, e.stage,
             e.state, null::text as level, null::text as title, null::text as clause,
             null::int as generation, null::timestamptz as "dueAt",
             e.principal_id as "principalId", e.roles, null::text as "organisationId"
        from about a join event e on e.campaign_id = ${campaignId} and e.subject_id = a.id
      union all
      select step.at, 2, o.subject_id || ' ' || o.kind || ' ' || o.generation || ' ' || step.level,
             'obligation', o.subject_id, a.machine, o.kind, null, null, step.level, null, o.clause,
             o.generation, o.due_at, null, null, o.organisation_id
        from about a join obligation o on o.campaign_id = ${campaignId} and o.subject_id = a.id
       cross join lateral (
         select o.opened_at as at, 'armed' as level
         union all
         select min(n.issued_at), n.level from notice n
          where n.campaign_id = ${campaignId} and n.subject_id = o.subject_id
            and n.obligation_kind = o.kind and n.obligation_generation = o.generation
          group by n.level
         union all
         select o.closed_at, o.level where o.closed_at is not null) step
      union all
      select n.issued_at, 3, n.id::text, 'notice', n.subject_id, a.machine, n.template, null, null,
             n.level, n.title, n.clause, null, null, null, null, n.organisation_id
        from about a join notice n on n.campaign_id = ${campaignId} and n.subject_id = a.id
    )
    select * from told ${later} order by at, rank, key limit ${filter.limit}`.execute(db);
  return rows;
}
