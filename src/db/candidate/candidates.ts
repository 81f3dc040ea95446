// Candidates as they are read: one with all the facts it is decided by, many by filter and place.

import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import type { Recusal } from '../../rules/access/recusal.ts';
import { comparableName } from '../../rules/candidate/personal-name.ts';
import { given } from '../kernel/filters.ts';
import { lieWithin } from '../kernel/reach.ts';
import { openTo } from '../kernel/recusal.ts';
import { SUBJECT_COLUMNS } from '../kernel/subject-reads.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

const BEHIND = sql<boolean>`subject.follows_phase and subject.phase < (
  select c.phase from subject c
   where c.campaign_id = subject.campaign_id and c.id = subject.campaign_id)`;

const select = (db: Reads) =>
  db
    .selectFrom('candidate')
    .innerJoin('subject', (join) =>
      join
        .onRef('subject.campaign_id', '=', 'candidate.campaign_id')
        .onRef('subject.id', '=', 'candidate.id'),
    )
    .select([
      'candidate.category',
      'candidate.name',
      'candidate.person_name as personName',
      'candidate.site_id as siteId',
      ...SUBJECT_COLUMNS,
      BEHIND.as('behind'),
      sql<string | null>`(
        select min(o.due_at) from obligation o
         where o.campaign_id = subject.campaign_id and o.subject_id = subject.id
           and o.closed_at is null)`.as('nextDueAt'),
    ]);

export type CandidateRow = Awaited<ReturnType<typeof findCandidate>> & object;

/** One candidate; undefined when there is none of this id. */
export const findCandidate = (db: Reads, campaignId: string, id: string) =>
  select(db)
    .where('candidate.campaign_id', '=', campaignId)
    .where('candidate.id', '=', id)
    .executeTakeFirst();

export type CandidateFilter = {
  reaches: readonly string[];
  campaignId?: string | undefined;
  category?: string | undefined;
  stage?: string | undefined;
  /** A state, or one of the parts that stand beside each other in it. */
  state?: string | undefined;
  status?: 'active' | 'done' | undefined;
  /** The path of an organisation; it and everything below it match. */
  under?: string | undefined;
  overdue?: boolean | undefined;
  /** The candidates that are kept from the reader (回避). */
  recusal: Recusal | null;
  /** The last candidate of the page before. */
  after?: readonly [campaignId: string, id: string] | undefined;
  limit: number;
};

/** Candidates in the order of their campaigns and of their registration. */
export function listCandidates(db: Reads, filter: CandidateFilter): Promise<CandidateRow[]> {
  const { stage, state, limit } = filter;
  if (stage === undefined && state === undefined) return matching(db, filter).execute();
  return db
    .selectFrom(standing(filter).as('standing'))
    .innerJoinLateral(
      () =>
        db
          .selectFrom(inState(filter).as('s'))
          .innerJoinLateral(
            () =>
              matching(db, filter)
                .where(sql<boolean>`candidate.campaign_id = s.campaign_id and candidate.id = s.id`)
                .as('found'),
            (join) => join.onTrue(),
          )
          .selectAll('found')
          .orderBy('s.id')
          .limit(limit)
          .as('page'),
      (join) => join.onTrue(),
    )
    .selectAll('page')
    .orderBy('page.campaignId')
    .orderBy('page.id')
    .limit(limit)
    .execute();
}

/** Candidates of one state in order. `offset 0` keeps the planner from walking all candidates instead. */
const inState = ({ reaches, under, after }: CandidateFilter) =>
  sql<{ campaign_id: string; id: string }>`(
    select subject.campaign_id, subject.id from subject
     where subject.campaign_id = standing.campaign_id and subject.machine = 'candidate'
       and subject.stage = standing.stage and subject.state = standing.state
       and ${lieWithin('subject.path', reaches)}
       and ${under === undefined ? sql`true` : lieWithin('subject.path', [under])}
       and ${after === undefined ? sql`true` : isAfter('subject', after)}
     order by subject.id offset 0)`;

const isAfter = (table: string, [campaignId, id]: readonly [string, string]) =>
  sql<boolean>`(${sql.ref(`${table}.campaign_id`)}, ${sql.ref(`${table}.id`)})
    > (${campaignId}::uuid, ${id}::uuid)`;

/**
 * The few pairs of stage and state that candidates are in and that were asked for, found by hopping
 * through the index: a page is then put together from the beginnings of a few ordered lists. No `=`
 * stands beside the comparison, because the index would be entered by that one and read to its end.
 */
function standing({ campaignId, stage, state }: CandidateFilter) {
  const [first, stays] =
    campaignId === undefined
      ? [sql`true`, sql`true`]
      : [
          sql`(campaign_id, machine, stage, state) > (${campaignId}::uuid, 'candidate', '', '')`,
          sql`hop.campaign_id = ${campaignId}::uuid and hop.machine = 'candidate'`,
        ];
  const next = (where: RawBuilder<unknown>) => sql`(
    select campaign_id, machine, stage, state from subject where ${where}
     order by campaign_id, machine, stage, state limit 1)`;
  const beyond = sql`(campaign_id, machine, stage, state)
    > (hop.campaign_id, hop.machine, hop.stage, hop.state)`;
  return sql`(
    with recursive hop as (
      ${next(first)}
      union all
      select ahead.* from hop cross join lateral ${next(beyond)} ahead where ${stays})
    select * from hop
     where ${stays} and machine = 'candidate'
       and ${stage === undefined ? sql`true` : sql`stage = ${stage}`}
       and ${state === undefined ? sql`true` : sql`${state} = any (string_to_array(state, '+'))`})`;
}

function matching(db: Reads, filter: CandidateFilter) {
  const { campaignId, category, status, under, overdue, after } = filter;
  return select(db)
    .where(lieWithin('subject.path', filter.reaches))
    .where(openTo(filter.recusal, 'candidate.campaign_id', 'candidate.id'))
    .where((eb) =>
      given(eb, {
        'candidate.campaign_id': campaignId,
        'candidate.category': category,
        'subject.status': status,
      }),
    )
    .where((eb) => (under === undefined ? eb.lit(true) : lieWithin('subject.path', [under])))
    .$if(overdue !== undefined, (q) =>
      // A plain `exists` is planned as a join; `$1 = exists (…)` is not.
      q.where(sql<boolean>`${overdue ? sql`` : sql`not`} exists (
        select 1 from obligation o
         where o.campaign_id = subject.campaign_id and o.subject_id = subject.id
           and o.closed_at is null and o.due_at <= now_instant())`),
    )
    .where((eb) => (after === undefined ? eb.lit(true) : isAfter('candidate', after)))
    .orderBy('candidate.campaign_id')
    .orderBy('candidate.id')
    .limit(filter.limit);
}

const FIND_SITES_AT = statement(
  'find-sites-at',
  'select id from site where organisation_id = $1 order by id limit 2',
);
/** The site of an organisation that has exactly one; null when it has none or several. */
export async function findOnlySite(pool: pg.Pool, organisationId: string): Promise<string | null> {
  const [first, second] = await run<{ id: string }>(pool, FIND_SITES_AT, [organisationId]);
  return first !== undefined && second === undefined ? first.id : null;
}

const DUPLICATES = statement(
  'find-same-candidates',
  `
    select c.id, c.category, c.organisation_id as "organisationId", c.person_name as "personName"
      from unnest($2::text[], $3::text[], $4::text[]) as asked (category, organisation_id, person)
     cross join lateral (
       select * from candidate
        where campaign_id = $1 and category = asked.category
          and organisation_id = asked.organisation_id
          and coalesce(person_key, '') = asked.person
       offset 0) c`,
);

/** Candidates that already stand for the same unit or person in the same category. */
export async function findSameCandidates(
  tx: Tx,
  campaignId: string,
  asked: readonly { category: string; organisationId: string; personName: string | null }[],
): Promise<{ id: string; category: string; organisationId: string; personName: string | null }[]> {
  return run(tx, DUPLICATES, [
    campaignId,
    asked.map(({ category }) => category),
    asked.map(({ organisationId }) => organisationId),
    asked.map(({ personName }) => comparableName(personName ?? '')),
  ]);
}
