// What guards ask of inspections and what hangs on them, and what an inspector has yet to do.

import type { Recusal } from '../rules/recusal.ts';
import { recusalJson } from './recusal.ts';
import type { Tx } from './transaction.ts';
import { run } from './transaction.ts';

const SUPERVISION = {
  name: 'measure-supervision',
  text: `
    with held as (
      select r.kind, coalesce(site.path, s.path) as path
        from record r
        join subject s on s.campaign_id = r.campaign_id and s.id = r.subject_id
        left join site on s.machine = 'campaign' and site.id = r.body ->> 'siteId'
       where r.campaign_id = $1 and r.ledger in ('inspection', 'conformance')
         and r.kind in ('SCHEDULED', 'UNSCHEDULED')
         and r.body ->> 'office' = 'township-office'
    ), township as (
      select o.name, o.path from organisation o
       where o.kind = 'TOWNSHIP' and starts_with(o.path, $2)
    )
    select coalesce(jsonb_agg(t.name order by t.path) filter (where not exists (
             select 1 from held h
              where h.kind = 'SCHEDULED' and starts_with(h.path, t.path))), '[]')
             as "withoutScheduled",
           coalesce(jsonb_agg(t.name order by t.path) filter (where not exists (
             select 1 from held h
              where h.kind = 'UNSCHEDULED' and starts_with(h.path, t.path))), '[]')
             as "withoutUnscheduled"
      from township t`,
};

/** The townships below this place that have not supervised their sites in each of the two ways (R72). */
export async function measureSupervision(
  tx: Tx,
  campaignId: string,
  countyPath: string,
): Promise<{ withoutScheduled: string[]; withoutUnscheduled: string[] }> {
  const [row] = await run<{ withoutScheduled: string[]; withoutUnscheduled: string[] }>(
    tx,
    SUPERVISION,
    [campaignId, countyPath],
  );
  if (row === undefined) throw new Error('measuring gave no row');
  return row;
}

const FOUND = {
  name: 'find-latest-inspections',
  text: `
    select distinct on (r.body ->> 'siteId') r.body ->> 'siteId' as "siteId",
           r.body -> 'inGoodOrder' as "inGoodOrder"
      from record r
     where r.campaign_id = $1 and r.ledger = 'inspection'
       and r.body ->> 'siteId' = any ($2::text[])
       and jsonb_typeof(r.body -> 'inGoodOrder') = 'boolean'
     order by r.body ->> 'siteId', r.body ->> 'occurredOn' desc, r.recorded_at desc, r.id desc`,
};

/** What the latest inspection that looked at it found of each of these sites (R37). */
export async function findLatestInspections(
  tx: Tx,
  campaignId: string,
  siteIds: readonly string[],
): Promise<Map<string, { inGoodOrder: boolean }>> {
  if (siteIds.length === 0) return new Map();
  const rows = await run<{ siteId: string; inGoodOrder: boolean }>(tx, FOUND, [
    campaignId,
    siteIds,
  ]);
  return new Map(rows.map(({ siteId, inGoodOrder }) => [siteId, { inGoodOrder }]));
}

const SUPERSEDED = {
  name: 'find-correctable',
  text: `
    select r.subject_id as "subjectId", r.id, r.kind,
           r.superseded_by is not null as "isSuperseded"
      from record r
      join unnest($2::uuid[], $3::text[]) as asked (subject_id, id)
        on r.subject_id = asked.subject_id and r.id = asked.id
     where r.campaign_id = $1 and r.ledger = 'evidence'`,
};

/** The records that corrections of an order speak of. */
export const findCorrectable = (
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; id: string }[],
): Promise<{ subjectId: string; id: string; kind: string; isSuperseded: boolean }[]> =>
  run(tx, SUPERSEDED, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ id }) => id),
  ]);

const WORKLIST = {
  name: 'list-inspection-work',
  text: `
    select u.campaign_id as "campaignId", 'RANDOM' as kind, u.draw_id as "drawId", d.round,
           u.unit_id as "unitId", u.candidate_id as "candidateId", u.site_id as "siteId", u.name,
           u.stratum, u.inspectors, u.due_at as "dueAt", u.due_at <= now_instant() as overdue
      from draw_unit u
      join draw d on d.campaign_id = u.campaign_id and d.id = u.draw_id
     where u.inspectors @> jsonb_build_array(jsonb_build_object('id', $1::text))
       and ($2::uuid is null or u.campaign_id = $2)
       and ($3::timestamptz is null or (u.due_at, u.draw_id, u.unit_id) > ($3, $4::uuid, $5))
       and not (case when u.candidate_id is null then kept_from(u.campaign_id,
                       (select site.path from site where site.id = u.site_id),
                       (select site.path from site where site.id = u.site_id), false, $7::jsonb)
                     else kept_from_subject(u.campaign_id, u.candidate_id, $7::jsonb) end)
       and not exists (
         select 1 from record r
          where r.campaign_id = u.campaign_id and r.ledger in ('inspection', 'conformance')
            and r.kind = 'RANDOM' and r.body ->> 'drawId' = u.draw_id::text
            and r.body ->> 'unitId' = u.unit_id)
     order by u.due_at, u.draw_id, u.unit_id limit $6`,
};

export type WorkRow = {
  campaignId: string;
  kind: 'RANDOM';
  drawId: string;
  round: number;
  unitId: string;
  candidateId: string | null;
  siteId: string | null;
  name: string;
  stratum: string;
  inspectors: { id: string; name: string }[];
  dueAt: string;
  overdue: boolean;
};

/** The units drawn for this inspector of which nothing has been reported, soonest first. */
export const listWorklist = (
  db: Parameters<typeof run>[0],
  filter: {
    principalId: string;
    recusal: Recusal | null;
    campaignId: string | null;
    after: readonly [dueAt: string, drawId: string, unitId: string] | null;
    limit: number;
  },
): Promise<WorkRow[]> => {
  const { principalId, campaignId, after, limit } = filter;
  const [dueAt = null, drawId = null, unitId = null] = after ?? [];
  const kept = recusalJson(filter.recusal);
  return run<WorkRow>(db, WORKLIST, [principalId, campaignId, dueAt, drawId, unitId, limit, kept]);
};
