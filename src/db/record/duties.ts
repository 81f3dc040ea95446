// The records of each township of a county, and of the county itself, by kind.

import type pg from 'pg';
import type { Tally, Unit } from '../../rules/record/duties.ts';
import { NONE_AROSE } from '../../rules/record/record-kind.ts';
import { dueAt } from '../kernel/deadlines.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const UNITS = statement(
  'find-duty-units',
  `
    select id, name, kind, path from organisation
     where path like $1 || '%' and kind in ('COUNTY', 'TOWNSHIP') and ended_on is null order by code_path`,
);

const TALLIES = statement(
  'tally-duties',
  `
    with unit as (
      select id, path from organisation
       where path like $2 || '%' and kind in ('COUNTY', 'TOWNSHIP') and ended_on is null
    ), row as (
      select case r.kind when '${NONE_AROSE}' then '${NONE_AROSE} ' || (r.body #>> '{detail,duty}')
                         else r.kind end as kind,
             r.sequence, r.body ->> 'occurredOn' as occurred_on, p.name as principal_name, r.status, r.body ->> 'form' as form,
             coalesce(r.body ->> 'timely', 'true') = 'false' as late, s.organisation_id,
             case when s.machine = 'campaign' then site.path else s.path end as path,
             r.status = 'open' and m.due_at <= now_instant() as overdue
        from record r
        join subject s on s.campaign_id = r.campaign_id and s.id = r.subject_id
        left join principal p on p.id::text = r.recorded_by
        left join site on s.machine = 'campaign' and site.id = r.body ->> 'siteId'
        left join lateral (
          select ${dueAt('d')}::timestamptz as due_at from subject d
           where r.status = 'open' and d.campaign_id = r.campaign_id and d.parent_id = s.id
             and d.machine = 'matter' and d.id::text = r.id) m on true
       where r.campaign_id = $1 and r.superseded_by is null
         -- R72: supervision is the township's own; the county's visits stand in for none of it (Q17).
         and (r.kind not in ('SCHEDULED', 'UNSCHEDULED')
              or r.body ->> 'office' = 'township-office')
         and (r.ledger in ('evidence', 'inspection')
              or (r.ledger = 'conformance' and s.machine = 'campaign'))
    )
    select u.id as "unitId", row.kind,
           count(*) filter (where row.organisation_id = u.id)::int as own, count(*)::int as below,
           count(*) filter (where row.status = 'solved')::int as solved,
           count(*) filter (where row.overdue)::int as overdue,
           count(distinct row.form)::int as forms, count(*) filter (where row.late)::int as late,
           (array_agg(row.principal_name order by row.occurred_on desc, row.sequence desc))[1] as by,
           max(row.occurred_on) as "on"
      from unit u join row on starts_with(row.path, u.path)
     group by u.id, row.kind`,
);

/** The county and its townships below a place. */
export const listDutyUnits = (db: Tx | pg.Pool, path: string): Promise<Unit[]> =>
  run<Unit>(db, UNITS, [path]);

/** The county and its townships below a place, with the counts of their records. */
export async function listTallies(
  db: Tx | pg.Pool,
  campaignId: string,
  path: string,
): Promise<{ units: Unit[]; tallies: Tally[] }> {
  const units = await listDutyUnits(db, path);
  const tallies = await run<Tally>(db, TALLIES, [campaignId, path]);
  return { units, tallies };
}
