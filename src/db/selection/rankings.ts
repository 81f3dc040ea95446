// Rankings: their inputs, and the rows they are kept in.

import { sql } from 'kysely';
import type { Counted } from '../../../machines/selection/quota.ts';
import type { RankedRow, Veto } from '../../rules/selection/ranking.ts';
import { given } from '../kernel/filters.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

const RANKED = statement(
  'find-ranked',
  `
    select s.id as "candidateId", s.step, s.organisation_id as "organisationId",
           c.person_name as "personName", s.context ->> 'priorityClass' as "priorityClass",
           s.context ->> 'appliedAt' as "appliedAt",
           jsonb_build_object('figures', s.context -> 'figures',
                              'compositeCenti', s.context -> 'compositeCenti') as scores
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
     where c.campaign_id = $1 and c.category = $2
       and s.selectable = 'now' and s.status = 'active'
     order by s.id`,
);

/** Candidates of a category between their application and the selection. */
export const listRanked = (tx: Tx, campaignId: string, category: string): Promise<RankedRow[]> =>
  run<RankedRow>(tx, RANKED, [campaignId, category]);

const STANDING = statement(
  'count-standing-in-category',
  `
    select count(*)::int as registered,
           count(s.context ->> 'appliedAt')::int as applied
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
     where c.campaign_id = $1 and c.category = $2 and s.stage <> 'withdrawn'`,
);

/** The candidates of a category that a share of places is of. */
export async function countStanding(
  tx: Tx,
  campaignId: string,
  category: string,
): Promise<Counted> {
  const [row] = await run<Counted>(tx, STANDING, [campaignId, category]);
  return row ?? { registered: 0, applied: 0 };
}

const AWAITED = statement(
  'find-awaited',
  `
    select c.category, c.name
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
     where c.campaign_id = $1 and c.category = any ($2::text[])
       and s.selectable = 'if-reconsidered'
     order by c.category, s.id`,
);

/** Names, by category, of candidates of these categories who failed a review but not yet finally. */
export async function findAwaited(
  tx: Tx,
  campaignId: string,
  categories: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await run<{ category: string; name: string }>(tx, AWAITED, [campaignId, categories]);
  const awaited = new Map<string, string[]>();
  for (const { category, name } of rows) {
    awaited.set(category, [...(awaited.get(category) ?? []), name]);
  }
  return awaited;
}

const VETOES = statement(
  'find-vetoes',
  `
    select id, body ->> 'organisationId' as "organisationId", body ->> 'personName' as "personName",
           body ->> 'occurredOn' as "occurredOn", body ->> 'reason' as reason
      from record
     where campaign_id = $1 and subject_id = $1 and ledger = 'veto'
     order by sequence, id`,
);

/** Every veto recorded in this campaign. */
export const listVetoes = (tx: Tx, campaignId: string): Promise<Veto[]> =>
  run<Veto>(tx, VETOES, [campaignId]);

const LAST_SELECTION = statement(
  'find-last-selection',
  `
    select r.id, r.body
      from ranking r
     where r.campaign_id = $1 and r.category = $2 and r.kind in ('selection', 'move-up')
     order by r.made_at desc, r.id desc
     limit 1`,
);

/** The selection in force for a category; undefined before the first. */
export async function findLastSelection(
  tx: Tx,
  campaignId: string,
  category: string,
): Promise<{ id: string; body: string } | undefined> {
  const [row] = await run<{ id: string; body: string }>(tx, LAST_SELECTION, [campaignId, category]);
  return row;
}

const FIND_STANDING = statement(
  'find-standing',
  `
    select s.id, s.stage, s.state, s.context ->> 'submittedAt' as "submittedAt"
      from subject s
     where s.campaign_id = $1 and s.id = any ($2::uuid[])`,
);

type StandingRow = { id: string; stage: string; state: string; submittedAt: string | null };

/** The present stage and state of these candidates. */
export const findStanding = (
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<StandingRow[]> => run<StandingRow>(tx, FIND_STANDING, [campaignId, ids]);

const select = (db: Reads) =>
  db
    .selectFrom('ranking')
    .innerJoin('campaign', 'campaign.campaign_id', 'ranking.campaign_id')
    .select([
      'ranking.campaign_id as campaignId',
      'ranking.id',
      'ranking.category',
      'ranking.kind',
      'ranking.based_on as basedOn',
      'ranking.body',
      'ranking.sha256',
      'ranking.made_at as madeAt',
      'ranking.made_by as madeBy',
    ]);

export type RankingRow = Awaited<ReturnType<typeof findRanking>> & object;

/** One ranking; undefined when there is none of this id. */
export const findRanking = (db: Reads, id: string) =>
  select(db).where('ranking.id', '=', id).executeTakeFirst();

/** The rankings of a campaign, the newest first. */
export const listRankings = (
  db: Reads,
  filter: {
    campaignId: string;
    category?: string | undefined;
    kind?: 'ranking' | 'selection' | 'move-up' | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<RankingRow[]> => {
  const { campaignId, category, kind, after } = filter;
  return select(db)
    .where('ranking.campaign_id', '=', campaignId)
    .where((eb) => given(eb, { 'ranking.category': category, 'ranking.kind': kind }))
    .where((eb) => (after === undefined ? eb.lit(true) : eb('ranking.id', '<', after)))
    .orderBy('ranking.id', 'desc')
    .limit(filter.limit)
    .execute();
};

/** The names of these candidates, and their organisations. */
export const findNames = (db: Reads, campaignId: string, ids: readonly string[]) =>
  db
    .selectFrom('candidate')
    .innerJoin('organisation', 'organisation.id', 'candidate.organisation_id')
    .select(['candidate.id', 'candidate.name', 'organisation.name as organisationName'])
    .where('candidate.campaign_id', '=', campaignId)
    .where(sql<boolean>`candidate.id = any (${ids}::uuid[])`)
    .execute();
