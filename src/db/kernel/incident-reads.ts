// Incidents and their logs as they are read, each with the subject it is about.

import type pg from 'pg';
import type { Incident, IncidentLane, IncidentStatus } from './incidents.ts';
import { INCIDENT_COLUMNS } from './incidents.ts';
import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

export type IncidentView = Incident & {
  /** The place that its campaign is led from; the topmost of one of no campaign. */
  path: string;
  campaignName: string | null;
  /** The name of the candidate that it is or hangs on; null for subjects without a name. */
  subjectName: string | null;
  organisationName: string | null;
  machine: string | null;
  operationKind: string | null;
};

const view = (name: string, where: string) =>
  statement(
    name,
    `
    select ${INCIDENT_COLUMNS}, c.name as "campaignName",
           coalesce(l.path, (select t.path from organisation t where t.parent_id is null
                              order by t.path limit 1)) as path,
           k.name as "subjectName",
           g.name as "organisationName", s.machine, o.kind as "operationKind"
      from incident i
      left join campaign c on c.campaign_id = i.campaign_id
      left join subject l on l.campaign_id = i.campaign_id and l.id = i.campaign_id
      left join subject s on s.campaign_id = i.campaign_id and s.id = i.subject_id
      left join candidate k
        on k.campaign_id = s.campaign_id and k.id = coalesce(s.parent_id, s.id)
      left join organisation g on g.id = s.organisation_id
      left join operation o on o.campaign_id = i.campaign_id and o.id = i.operation_id
     where exists (select from unnest($1::text[]) as r (reach)
                    where case when i.campaign_id is null then r.reach ~ '^/[^/]+/$'
                               else starts_with(l.path, r.reach) end)
       and ${where}`,
  );
const LIST_INCIDENTS = view(
  'list-incidents',
  `($2::text is null or i.status = $2) and ($3::text is null or i.lane = $3)
   and ($4::uuid is null or i.campaign_id = $4) and ($5::bigint is null or i.id < $5)
   order by i.id desc limit $6`,
);
const FIND_INCIDENT = view('find-incident', 'i.id = $2');

/** Incidents of campaigns led from within these reaches, and at the top those of no campaign; newest first. */
export const listIncidents = (
  db: pg.Pool,
  filter: {
    reaches: readonly string[];
    status?: IncidentStatus | undefined;
    lane?: IncidentLane | undefined;
    campaignId?: string | undefined;
    after?: number | undefined;
    limit: number;
  },
): Promise<IncidentView[]> =>
  run<IncidentView>(db, LIST_INCIDENTS, [
    filter.reaches,
    filter.status ?? null,
    filter.lane ?? null,
    filter.campaignId ?? null,
    filter.after ?? null,
    filter.limit,
  ]);

export async function findIncident(
  db: pg.Pool | Tx,
  reaches: readonly string[],
  id: number,
): Promise<IncidentView | undefined> {
  return (await run<IncidentView>(db, FIND_INCIDENT, [reaches, id]))[0];
}

type IncidentEvent = {
  sequence: number;
  type: 'failed' | 'parked' | 'retried' | 'resolved' | 'dismissed';
  at: string;
  principalId: string | null;
  principalName: string | null;
  reason: string | null;
  code: string | null;
  message: string | null;
};

const EVENTS = statement(
  'list-incident-events',
  `
    select e.sequence, e.type, e.at, e.principal_id as "principalId", p.name as "principalName",
           e.reason, e.code, e.message
      from incident_event e
      left join principal p on p.id::text = e.principal_id
     where e.incident_id = $1 order by e.sequence desc limit $2`,
);

/** The log of one incident, the last entries first. */
export const listIncidentEvents = (
  db: pg.Pool | Tx,
  id: number,
  limit: number,
): Promise<IncidentEvent[]> => run<IncidentEvent>(db, EVENTS, [id, limit]);
