// What somebody has in hand in the campaigns that run: whoever takes their account or a role away is told it, and the
// office of the campaign hands it over.

import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const OPEN_WORK = statement(
  'find-open-work',
  `
    with own as (
      select t.campaign_id, 'sheets' as kind
        from score_sheet t
        join subject s on s.campaign_id = t.campaign_id and s.id = t.id
       where t.assessor_id = $1::uuid and s.stage = 'open'
      union all
      select s.campaign_id, 'objections'
        from subject s
       where s.machine = 'objection' and s.stage = 'open'
         and s.context ->> 'investigatorId' = $1::text
      union all
      select s.campaign_id, 'panels'
        from subject s
       where s.machine = 'review-panel' and s.stage = 'sitting' and s.context -> 'members' ? $1::text
         and not s.context -> 'recused' @> jsonb_build_array(jsonb_build_object('memberId', $1::text))
         and not s.context -> 'verdicts' @> jsonb_build_array(jsonb_build_object('memberId', $1::text))
      union all
      select u.campaign_id, 'inspections'
        from draw_unit u
        join subject s on s.campaign_id = u.campaign_id and s.id = u.draw_id and s.stage = 'revealed'
       where u.inspectors @> jsonb_build_array(jsonb_build_object('id', $1::text))
         and not exists (
           select 1 from record r
            where r.campaign_id = u.campaign_id and r.ledger in ('inspection', 'conformance')
              and r.kind = 'RANDOM' and r.body ->> 'drawId' = u.draw_id::text
              and r.body ->> 'unitId' = u.unit_id)
    )
    select own.campaign_id as "campaignId", c.name as "campaignName",
           count(*) filter (where own.kind = 'sheets')::int as sheets,
           count(*) filter (where own.kind = 'objections')::int as objections,
           count(*) filter (where own.kind = 'panels')::int as panels,
           count(*) filter (where own.kind = 'inspections')::int as inspections
      from own
      join campaign c on c.campaign_id = own.campaign_id
      join subject led on led.campaign_id = own.campaign_id and led.id = own.campaign_id
     where led.status = 'active'
     group by own.campaign_id, c.name
     order by own.campaign_id`,
);

export type OpenWork = {
  campaignId: string;
  campaignName: string;
  sheets: number;
  objections: number;
  panels: number;
  inspections: number;
};

/** How much this person has in hand, by campaign; campaigns where there is nothing are left out. */
export const findOpenWork = (tx: Tx, principalId: string): Promise<OpenWork[]> =>
  run<OpenWork>(tx, OPEN_WORK, [principalId]);
