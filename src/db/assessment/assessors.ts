// The people who may assess: their roles with places, the places they stay away from, their open sheets.

import type pg from 'pg';
import type { Role } from '../../../machines/kit/access.ts';
import { reachOf } from '../../rules/county/grants.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Held = { role: Role; organisationId: string; kind: string; path: string };

export type AssessorRow = {
  id: string;
  name: string;
  held: (Held & { reach: string })[];
  declared: { organisationId: string; path: string }[];
  /** The number of sheets that the assessor still owes in this campaign. */
  load: number;
};

const ASSESSORS = statement(
  'find-assessors',
  `
    select p.id, p.name,
           (select jsonb_agg(jsonb_build_object('role', g.role, 'organisationId', o.id,
                     'kind', o.kind, 'path', o.path) order by o.code_path, g.role)
              from role_grant g join organisation o on o.id = g.organisation_id
             where g.principal_id = p.id and g.present) as held,
           coalesce((select jsonb_agg(jsonb_build_object(
                       'organisationId', c.organisation_id, 'path', c.path) order by c.path)
              from conflict_of_interest c
             where c.campaign_id = $1 and c.principal_id = p.id
               and c.withdrawn_at is null), '[]') as declared,
           (select count(*)::int from score_sheet t
              join subject s on s.campaign_id = t.campaign_id and s.id = t.id
             where t.campaign_id = $1 and t.assessor_id = p.id and s.stage = 'open') as load
      from principal p
     where p.disabled_at is null
       and ($2::uuid[] is null or p.id = any ($2::uuid[]))
       and exists (select 1 from role_grant g
                    where g.principal_id = p.id and g.present and g.role = 'assessor')
     order by p.id`,
);

/** These assessors, or all of them; people without the role and disabled people are left out. */
export async function findAssessors(
  db: Tx | pg.Pool,
  campaignId: string,
  ids: readonly string[] | null,
): Promise<AssessorRow[]> {
  const rows = await run<Omit<AssessorRow, 'held'> & { held: Held[] }>(db, ASSESSORS, [
    campaignId,
    ids,
  ]);
  return rows.map((row) => ({
    ...row,
    held: row.held.map((place) => ({ ...place, reach: reachOf(place) })),
  }));
}

const SHEETS_OF = statement(
  'find-sheets-of-candidates',
  `
    select t.candidate_id as "candidateId", t.stream, t.round, t.assessor_id as "assessorId"
      from score_sheet t
     where t.campaign_id = $1 and t.candidate_id = any ($2::uuid[]) and t.assessor_id is not null`,
);

export type SheetOfRow = {
  candidateId: string;
  stream: string;
  round: number;
  assessorId: string;
};

/** The assessors who have a sheet of these candidates, with its stream and its round; void ones count. */
export const findSheetsOf = (
  db: Tx | pg.Pool,
  campaignId: string,
  candidateIds: readonly string[],
): Promise<SheetOfRow[]> => run<SheetOfRow>(db, SHEETS_OF, [campaignId, candidateIds]);

const OPEN_SHEETS = statement(
  'count-open-sheets',
  `
    select parent_id as id, count(*)::int as open
      from subject
     where campaign_id = $1 and parent_id = any ($2::uuid[])
       and machine = 'score-sheet' and stage = 'open'
     group by parent_id`,
);

/** Sheets still owed for these candidates; they change only under the candidate's lock. */
export async function countOpenSheets(
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await run<{ id: string; open: number }>(tx, OPEN_SHEETS, [campaignId, candidateIds]);
  return new Map(rows.map(({ id, open }) => [id, open]));
}

const OWED_BELOW = statement(
  'find-sheets-owed-below',
  `
    select t.id
      from score_sheet t
      join subject s on s.campaign_id = t.campaign_id and s.id = t.id and s.stage = 'open'
      join candidate c on c.campaign_id = t.campaign_id and c.id = t.candidate_id
     where t.campaign_id = $1 and t.assessor_id = $2::uuid and c.path like $3 || '%'
       and t.id <> $4::uuid
     order by t.id`,
);

/** Sheets this assessor owes of candidates at or below a place, except for one sheet. */
export async function findSheetsOwedBelow(
  tx: Tx,
  campaignId: string,
  assessorId: string,
  path: string,
  except: string,
): Promise<string[]> {
  const rows = await run<{ id: string }>(tx, OWED_BELOW, [campaignId, assessorId, path, except]);
  return rows.map(({ id }) => id);
}
