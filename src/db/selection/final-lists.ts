// The final lists (最终确定的名单, R65), from the log: as they stood at any instant.

import type pg from 'pg';
import { run, statement } from '../kernel/transaction.ts';

// A title is given by the first issue of its decision.
const FINAL_LIST = statement(
  'list-final',
  `
    select c.id as "candidateId", c.category, c.name, c.person_name as "personName",
           c.organisation_id as "organisationId", o.name as "organisationName",
           given.at as "conferredAt", s.context ->> 'conferredBy' as "conferredBy",
           (s.context ->> 'rank')::int as rank
      from (
        select campaign_id, subject_id, min(at) as at from event
         where campaign_id = $1 and type = 'document-issued' and stage = 'conferred'
         group by campaign_id, subject_id) given
      join candidate c on c.campaign_id = given.campaign_id and c.id = given.subject_id
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
      join organisation o on o.id = c.organisation_id
     where given.at <= coalesce($2::timestamptz, now_instant())
       and ($3::text is null or c.category = $3)
       and not exists (
         select 1 from event taken
          where taken.campaign_id = given.campaign_id and taken.subject_id = given.subject_id
            and taken.type = 'confirm-revocation'
            and taken.at <= coalesce($2::timestamptz, now_instant()))
     order by c.category, (s.context ->> 'rank')::int nulls first, o.code_path, c.name`,
);

export type FinalRow = {
  candidateId: string;
  category: string;
  name: string;
  personName: string | null;
  organisationId: string;
  organisationName: string;
  conferredAt: string;
  conferredBy: 'city' | 'county';
  rank: number | null;
};

/** The candidates that held a title at this instant (null: now), by category and rank. */
export const listFinal = (
  pool: pg.Pool,
  campaignId: string,
  asOf: string | null,
  category: string | null,
): Promise<FinalRow[]> => run<FinalRow>(pool, FINAL_LIST, [campaignId, asOf, category]);

const UNDECIDED = statement(
  'count-undecided',
  `
    select (select count(*)::int from subject s
             where s.campaign_id = $1 and s.machine = 'candidate' and s.status = 'active'
               and s.step is not null and s.context ->> 'appliedAt' is not null
               and s.selectable is distinct from 'as-reserve') as applications,
           (select count(*)::int from subject s
             where s.campaign_id = $1 and s.machine = 'objection'
               and s.stage in ('lodged', 'open')) as objections,
           (select count(*)::int from obligation o
             where o.campaign_id = $1 and o.subject_id = $1 and o.kind = 'tie-decision'
               and o.closed_at is null) as ties,
           (select count(*)::int from subject s
             where s.campaign_id = $1 and s.machine = 'candidate' and s.stage = 'conferred'
               and not exists (
                 select 1 from document d
                   join subject w on w.campaign_id = d.campaign_id and w.id = d.id
                  where d.campaign_id = s.campaign_id and d.kind = 'final-decision'
                    and d.issued_at is not null and w.state in ('issued', 'superseded')
                    and (d.about_id = s.id or d.named_ids @> array[s.id]))) as unwritten`,
);

type Undecided = {
  applications: number;
  objections: number;
  ties: number;
  /** Titles that no decision names yet. */
  unwritten: number;
};

/** The decisions still owed before a campaign can be concluded. */
export async function countUndecided(
  db: pg.ClientBase | pg.Pool,
  campaignId: string,
): Promise<Undecided> {
  const [row] = await run<Undecided>(db as pg.Pool, UNDECIDED, [campaignId]);
  return row ?? { applications: 0, objections: 0, ties: 0, unwritten: 0 };
}
