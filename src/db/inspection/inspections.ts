// The facts that guards need of inspections and their orders, and the worklist of an inspector.

import type { Recusal } from '../../rules/access/recusal.ts';
import { recusalJson } from '../kernel/recusal.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const SUPERVISION = statement(
  'measure-supervision',
  `
    with held as (
      select r.kind, coalesce(site.path, s.path) as path
        from record r
        join subject s on s.campaign_id = r.campaign_id and s.id = r.subject_id
        left join site on s.machine = 'campaign' and site.id = r.body ->> 'siteId'
       where r.campaign_id = $1 and r.ledger in ('inspection', 'conformance')
         and r.kind in ('SCHEDULED', 'UNSCHEDULED')
         and r.body ->> 'office' = 'township-office'
    ), township as (
      select o.name, o.path, o.code_path from organisation o
       where o.kind = 'TOWNSHIP' and starts_with(o.path, $2)
    )
    select coalesce(jsonb_agg(t.name order by t.code_path) filter (where not exists (
             select 1 from held h
              where h.kind = 'SCHEDULED' and starts_with(h.path, t.path))), '[]')
             as "withoutScheduled",
           coalesce(jsonb_agg(t.name order by t.code_path) filter (where not exists (
             select 1 from held h
              where h.kind = 'UNSCHEDULED' and starts_with(h.path, t.path))), '[]')
             as "withoutUnscheduled"
      from township t`,
);

/** The townships below this place that have not supervised their sites in each of the two ways (R72). */
export async function findUnsupervised(
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

const FIND_LATEST_INSPECTIONS = statement(
  'find-latest-inspections',
  `
    select distinct on (r.body ->> 'siteId') r.body ->> 'siteId' as "siteId",
           r.body -> 'inGoodOrder' as "inGoodOrder"
      from record r
     where r.campaign_id = $1 and r.ledger = 'inspection'
       and r.body ->> 'siteId' = any ($2::text[])
       and jsonb_typeof(r.body -> 'inGoodOrder') = 'boolean'
     order by r.body ->> 'siteId', r.body ->> 'occurredOn' desc, r.recorded_at desc, r.id desc`,
);

/** The finding of each site's latest inspection that looked at its order (R37). */
export async function findLatestInspections(
  tx: Tx,
  campaignId: string,
  siteIds: readonly string[],
): Promise<Map<string, { inGoodOrder: boolean }>> {
  if (siteIds.length === 0) return new Map();
  const rows = await run<{ siteId: string; inGoodOrder: boolean }>(tx, FIND_LATEST_INSPECTIONS, [
    campaignId,
    siteIds,
  ]);
  return new Map(rows.map(({ siteId, inGoodOrder }) => [siteId, { inGoodOrder }]));
}

const FIND_CORRECTABLE = statement(
  'find-correctable',
  `
    select r.subject_id as "subjectId", r.id, r.kind,
           r.superseded_by is not null as "isSuperseded"
      from unnest($2::uuid[], $3::text[]) as asked (subject_id, id)
     cross join lateral (
       select * from record
        where campaign_id = $1 and subject_id = asked.subject_id and ledger = 'evidence'
          and id = asked.id
       offset 0) r`,
);

/** The records that corrections of an order refer to. */
export const findCorrectable = (
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; id: string }[],
): Promise<{ subjectId: string; id: string; kind: string; isSuperseded: boolean }[]> =>
  run(tx, FIND_CORRECTABLE, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ id }) => id),
  ]);

const FIND_INSPECTORS = statement(
  'find-inspectors',
  `
    select r.id, r.body -> 'inspectors' as inspectors
      from unnest($2::uuid[], $3::text[]) as asked (subject_id, id)
      join record r on r.campaign_id = $1 and r.subject_id = asked.subject_id
                   and r.ledger = 'inspection' and r.id = asked.id`,
);

/** The names of those who carried out each of these inspections, by its id. */
export async function findInspectors(
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string | null; id: string }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await run<{ id: string; inspectors: string[] }>(tx, FIND_INSPECTORS, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ id }) => id),
  ]);
  return new Map(rows.map(({ id, inspectors }) => [id, inspectors]));
}

// A plan's visits of one site are made in order: the second inspection since counts as the second visit.
const WORKLIST = statement(
  'list-inspection-work',
  `
    with drawn as (
      select u.campaign_id, 'RANDOM' as kind, u.draw_id, d.round, null::text as plan_id,
             u.draw_id::text as source, u.unit_id, u.candidate_id, u.site_id, u.name, u.stratum,
             u.inspectors, u.due_at
        from draw_unit u
        join draw d on d.campaign_id = u.campaign_id and d.id = u.draw_id
       where u.inspectors @> jsonb_build_array(jsonb_build_object('id', $1::text))
         and ($2::uuid is null or u.campaign_id = $2)
         and not (case when u.candidate_id is null then kept_from(u.campaign_id,
                         (select site.path from site where site.id = u.site_id),
                         (select site.path from site where site.id = u.site_id), false, $8::jsonb)
                       else kept_from_subject(u.campaign_id, u.candidate_id, $8::jsonb) end)
         and not exists (
           select 1 from record r
            where r.campaign_id = u.campaign_id and r.ledger in ('inspection', 'conformance')
              and r.kind = 'RANDOM' and r.body ->> 'drawId' = u.draw_id::text
              and r.body ->> 'unitId' = u.unit_id)
    ), visit as (
      select r.campaign_id, r.id as plan_id, v."siteId" as site_id,
             row_number() over (partition by r.campaign_id, r.subject_id, r.id, v."siteId"
                                    order by v."dueOn") as nth,
             ((v."dueOn" + 1)::timestamp at time zone 'Asia/Shanghai') as due_at,
             r.body ->> 'occurredOn' as planned_on, site.name, c.name as stratum
        from record r
        join subject s on s.campaign_id = r.campaign_id and s.id = r.subject_id
        join subject led on led.campaign_id = r.campaign_id and led.id = r.campaign_id
         and led.status = 'active'
        join candidate c on c.campaign_id = r.campaign_id and c.id = r.subject_id
       cross join lateral jsonb_to_recordset(r.body #> '{detail,visits}')
          as v ("siteId" text, "dueOn" date)
        join site on site.id = v."siteId"
       where r.ledger = 'evidence' and r.kind = 'supervision-plan' and r.superseded_by is null
         and ($2::uuid is null or r.campaign_id = $2)
         and not kept_from(r.campaign_id, site.path, site.path, false, $8::jsonb)
         and exists (select 1 from unnest($7::text[]) as reach (path)
                      where starts_with(s.path, reach.path))
    ), planned as (
      select v.campaign_id, 'SCHEDULED' as kind, null::uuid as draw_id, null::int as round,
             v.plan_id, v.plan_id as source, v.site_id || '#' || v.nth as unit_id,
             null::uuid as candidate_id, v.site_id, v.name, v.stratum, '[]'::jsonb as inspectors,
             v.due_at
        from visit v
       where v.nth > (
         select count(*) from record r
          where r.campaign_id = v.campaign_id and r.ledger = 'inspection'
            and r.kind = 'SCHEDULED' and r.body ->> 'siteId' = v.site_id
            and r.body ->> 'office' = 'township-office'
            and r.body ->> 'occurredOn' >= v.planned_on)
    )
    select w.campaign_id as "campaignId", w.kind, w.draw_id as "drawId", w.round,
           w.plan_id as "planId", w.source, w.unit_id as "unitId",
           w.candidate_id as "candidateId", w.site_id as "siteId", w.name, w.stratum, w.inspectors,
           w.due_at as "dueAt", w.due_at <= now_instant() as overdue
      from (select * from drawn union all select * from planned) w
     where ($3::timestamptz is null or (w.due_at, w.source, w.unit_id) > ($3, $4::text, $5))
     order by w.due_at, w.source, w.unit_id limit $6`,
);

export type WorkRow = {
  campaignId: string;
  kind: 'RANDOM' | 'SCHEDULED';
  /** Null for a planned visit, as is the round; a drawn one has no plan. */
  drawId: string | null;
  round: number | null;
  planId: string | null;
  /** The draw or the plan it comes from. */
  source: string;
  unitId: string;
  candidateId: string | null;
  siteId: string | null;
  name: string;
  stratum: string;
  inspectors: { id: string; name: string }[];
  dueAt: string;
  overdue: boolean;
};

/**
 * The inspections still to be made, soonest first: the units drawn for this inspector, and the visits
 * planned by townships that the inspector supervises, as long as nothing has been reported of them.
 */
export const listWorklist = (
  db: Parameters<typeof run>[0],
  filter: {
    principalId: string;
    recusal: Recusal | null;
    /** Places whose townships' plans the inspector carries out. */
    supervises: readonly string[];
    campaignId: string | null;
    after: readonly [dueAt: string, source: string, unitId: string] | null;
    limit: number;
  },
): Promise<WorkRow[]> => {
  const { principalId, campaignId, after, limit, supervises } = filter;
  const [dueAt = null, source = null, unitId = null] = after ?? [];
  return run<WorkRow>(db, WORKLIST, [
    principalId,
    campaignId,
    dueAt,
    source,
    unitId,
    limit,
    supervises,
    recusalJson(filter.recusal),
  ]);
};
