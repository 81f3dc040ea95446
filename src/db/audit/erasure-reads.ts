// What was erased, as officers read of it: never what it said.

import type pg from 'pg';
import { run, statement } from '../kernel/transaction.ts';

export type ErasureRow = {
  id: string;
  at: string;
  byId: string;
  byName: string;
  secondId: string;
  secondName: string;
  reason: string;
  events: number;
  subjectsTotal: number;
  subjects: { kind: string; campaignId: string | null; id: string; events: number }[];
};

/** So many subjects of one erasure are named. */
export const ERASED_SUBJECTS_MAX = 100;

const IN_REACH = `exists (select from unnest($1::text[]) reach where starts_with(path, reach))`;

const LIST_ERASURES = statement(
  'list-erasures',
  `
    select x.id, x.at, x.by_id as "byId", b.name as "byName", x.second_id as "secondId",
           s.name as "secondName", x.reason, w.events, w."subjectsTotal", w.subjects
      from erasure x join principal b on b.id = x.by_id join principal s on s.id = x.second_id
     cross join lateral (
       select coalesce(sum(events), 0)::int as events, count(*)::int as "subjectsTotal",
              coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'campaignId', "campaignId",
                         'id', id, 'events', events) order by place)
                       filter (where place <= $7), '[]') as subjects,
              coalesce(bool_or(id = $3), false) as "isAbout"
         from (select *, row_number() over (order by kind, id) as place from (
                select s.machine as kind, s.campaign_id as "campaignId", s.id::text as id,
                       count(*)::int as events
                  from erased_event e join subject s
                    on s.campaign_id = e.campaign_id and s.id = e.subject_id
                 where e.erasure_id = x.id and ${IN_REACH} group by 1, 2, 3
                 union all
                select 'account', null, coalesce(e.after ->> 'principalId', e.subject_id),
                       count(*)::int
                  from erased_act a join administrative_event e using (sequence)
                 where a.erasure_id = x.id and ${IN_REACH} group by 3) gone) numbered) w
     where (w."subjectsTotal" > 0
            or $2 and not exists (select from erased_event e where e.erasure_id = x.id)
                  and not exists (select from erased_act a where a.erasure_id = x.id))
       and ($3::text is null or w."isAbout")
       and ($4::timestamptz is null or (x.at, x.id) < ($4, $5::uuid))
     order by x.at desc, x.id desc limit $6`,
);

/**
 * Erasures of events about these reaches, the newest first, with what lies in them; those of which the log said
 * nothing only where `isTop`.
 */
export const listErasures = (
  pool: pg.Pool,
  filter: {
    reaches: readonly string[];
    isTop: boolean;
    subjectId: string | undefined;
    after?: readonly [at: string, id: string] | undefined;
    limit: number;
  },
): Promise<ErasureRow[]> =>
  run(pool, LIST_ERASURES, [
    filter.reaches,
    filter.isTop,
    filter.subjectId ?? null,
    filter.after?.[0] ?? null,
    filter.after?.[1] ?? null,
    filter.limit,
    ERASED_SUBJECTS_MAX,
  ]);
