// Campaigns as they are read, and the totals of their candidates.

import { sql } from 'kysely';
import type { Reading } from '../../rules/access/recusal.ts';
import { given } from '../kernel/filters.ts';
import { concern, lieWithin } from '../kernel/reach.ts';
import { openTo } from '../kernel/recusal.ts';
import { SUBJECT_COLUMNS } from '../kernel/subject-reads.ts';
import type { Reads } from '../tables.ts';

const select = (db: Reads) =>
  db
    .selectFrom('campaign')
    .innerJoin('subject', (join) =>
      join
        .onRef('subject.campaign_id', '=', 'campaign.campaign_id')
        .onRef('subject.id', '=', 'campaign.campaign_id'),
    )
    .select([
      'campaign.name',
      'campaign.plan_id as planId',
      'campaign.plan_version as planVersion',
      'campaign.division_code as divisionCode',
      ...SUBJECT_COLUMNS,
    ]);

export type CampaignRow = Awaited<ReturnType<typeof findCampaign>> & object;

/** One campaign; undefined when there is none of this id. */
export const findCampaign = (db: Reads, id: string) =>
  select(db).where('campaign.campaign_id', '=', id).executeTakeFirst();

/** Campaigns that concern these places, the newest first. */
export const listCampaigns = (
  db: Reads,
  filter: {
    reaches: readonly string[];
    state?: string | undefined;
    after?: readonly [createdAt: string, id: string] | undefined;
    limit: number;
  },
): Promise<CampaignRow[]> =>
  select(db)
    .where(concern('subject.path', filter.reaches))
    .where((eb) => given(eb, { 'subject.state': filter.state }))
    .$if(filter.after !== undefined, (q) =>
      q.where(
        sql<boolean>`(subject.created_at, campaign.campaign_id)
          < (${filter.after?.[0]}::timestamptz, ${filter.after?.[1]}::uuid)`,
      ),
    )
    .orderBy('subject.created_at', 'desc')
    .orderBy('campaign.campaign_id', 'desc')
    .limit(filter.limit)
    .execute();

type Count = { category: string; stage: string; state: string; count: number };

/** Candidates below these places, counted by category, stage and state. */
export const countCandidates = (
  db: Reads,
  campaignId: string,
  { reaches, recusal }: Reading,
): Promise<Count[]> =>
  db
    .selectFrom('candidate')
    .innerJoin('subject', (join) =>
      join
        .onRef('subject.campaign_id', '=', 'candidate.campaign_id')
        .onRef('subject.id', '=', 'candidate.id'),
    )
    .select(['candidate.category', 'subject.stage', 'subject.state'])
    .select(sql<number>`count(*)::int`.as('count'))
    .where('candidate.campaign_id', '=', campaignId)
    .where(lieWithin('subject.path', reaches))
    .where(openTo(recusal, 'candidate.campaign_id', 'candidate.id'))
    .groupBy(['candidate.category', 'subject.stage', 'subject.state'])
    .orderBy('candidate.category')
    .orderBy('subject.stage')
    .orderBy('subject.state')
    .execute();

type Standing = {
  openRectifications: number;
  overdueRectifications: number;
  closedRectifications: number;
  overdueObligations: number;
  unreadNotices: number;
  receiptsAwaited: number;
};

/** Counts of orders, obligations and notices that are open, overdue or unread below these places. */
export async function countStanding(
  db: Reads,
  campaignId: string,
  { reaches, recusal }: Reading,
): Promise<Standing> {
  const about = (id: string) =>
    sql`${lieWithin('path', reaches)} and ${openTo(recusal, 'campaign_id', id)}`;
  const [within, owed] = [about('id'), about('subject_id')];
  const { rows } = await sql<Standing>`
    select (select count(*)::int from subject where campaign_id = ${campaignId}
               and machine = 'rectification' and status = 'active' and ${within})
             as "openRectifications",
           (select count(*)::int from obligation where campaign_id = ${campaignId}
               and kind = 'rectification' and closed_at is null and due_at <= now_instant()
               and ${owed}) as "overdueRectifications",
           (select count(*)::int from subject where campaign_id = ${campaignId}
               and machine = 'rectification' and status = 'done' and ${within})
             as "closedRectifications",
           (select count(*)::int from obligation where campaign_id = ${campaignId}
               and closed_at is null and due_at <= now_instant() and ${owed})
             as "overdueObligations",
           (select count(*)::int from notice where campaign_id = ${campaignId}
               and read_at is null and ${owed}) as "unreadNotices",
           (select count(*)::int from notice where campaign_id = ${campaignId}
               and receipt_required and received_at is null and ${owed})
             as "receiptsAwaited"`.execute(db);
  const [standing] = rows;
  if (standing === undefined) throw new Error('counting gave no row');
  return standing;
}

/** The progress of the phase change under way; null when it has reached every candidate. */
export async function findSettling(
  db: Reads,
  campaignId: string,
): Promise<{ done: number; total: number } | null> {
  const { rows } = await sql<{ done: number; total: number }>`
    select greatest(o.total - p.behind, 0) as done, o.total
      from operation o,
           lateral (select count(*)::int as behind from subject s
                     where s.campaign_id = o.campaign_id and s.follows_phase
                       and s.phase < (o.detail ->> 'number')::int) p
     where o.campaign_id = ${campaignId} and o.status <> 'done' and o.kind = 'phase-change'
       and p.behind > 0
     order by o.id desc limit 1`.execute(db);
  return rows[0] ?? null;
}
