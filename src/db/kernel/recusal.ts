// Recusal: the candidates an assessor stays away from, and the condition that leaves them out of lists
// (回避, R61).

import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Avoided, Recusal } from '../../rules/access/recusal.ts';
import { run, statement } from './transaction.ts';

const AVOIDED = statement(
  'find-avoided-places',
  `
    select k.campaign_id, reach.path, true as whole
      from campaign k
      join subject held on held.campaign_id = k.campaign_id and held.id = k.campaign_id
      join organisation county on county.id = held.organisation_id
     cross join unnest($2::text[]) as reach (path)
     where reach.path <> county.path and starts_with(reach.path, county.path)
    union
    select k.campaign_id, o.path, false
      from campaign k
      join subject held on held.campaign_id = k.campaign_id and held.id = k.campaign_id
      join organisation county on county.id = held.organisation_id
      join unnest($2::text[]) as reach (path) on reach.path = county.path
      join organisation o on o.id = county.id
        or (o.parent_id = county.id
            and o.kind not in ('COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE'))
    union
    select campaign_id, path, true from conflict_of_interest
     where principal_id = $1::uuid and withdrawn_at is null`,
);

/**
 * The places an assessor stays away from, of every campaign. Roles below the county bar all that they
 * reach, roles at the county bar the county itself, and declared conflicts bar their places. `reaches`
 * are those of all the assessor's roles.
 */
export const findAvoided = (
  pool: pg.Pool,
  principalId: string,
  reaches: readonly string[],
): Promise<Avoided[]> => run<Avoided>(pool, AVOIDED, [principalId, reaches]);

const DECLARED = statement(
  'find-declared-conflicts',
  `
    select organisation_id as "organisationId", path from conflict_of_interest
     where campaign_id = $1 and principal_id = $2::uuid and withdrawn_at is null order by path`,
);

/** The places that this person has declared to stay away from in this campaign. */
export const findDeclared = (
  pool: pg.Pool,
  campaignId: string,
  principalId: string,
): Promise<{ organisationId: string; path: string }[]> =>
  run(pool, DECLARED, [campaignId, principalId]);

/** The recusal as a parameter of type jsonb. */
export const recusalJson = (recusal: Recusal | null): string | null =>
  recusal === null ? null : JSON.stringify(recusal);

/** True of rows about a subject that is not kept from the reader. */
export const openTo = (
  recusal: Recusal | null,
  campaignId: string,
  subjectId: string,
): Expression<SqlBool> =>
  recusal === null
    ? sql<SqlBool>`true`
    : sql<SqlBool>`not kept_from_subject(${sql.ref(campaignId)}, ${sql.ref(subjectId)},
        ${recusalJson(recusal)}::jsonb)`;

/** True of rows about a place that is not kept from the reader. */
export const placeOpenTo = (
  recusal: Recusal | null,
  campaignId: string,
  path: string,
): Expression<SqlBool> =>
  recusal === null
    ? sql<SqlBool>`true`
    : sql<SqlBool>`not kept_from(${sql.ref(campaignId)}, ${sql.ref(path)}, ${sql.ref(path)},
        false, ${recusalJson(recusal)}::jsonb)`;

const IS_KEPT_FROM = statement(
  'is-kept-from',
  'select kept_from_subject($1, $2, $3::jsonb) as kept',
);

/** True when this subject, or the candidate it is about, is kept from the reader. */
export async function isKeptFrom(
  pool: pg.Pool,
  recusal: Recusal | null,
  campaignId: string,
  subjectId: string,
): Promise<boolean> {
  if (recusal === null) return false;
  const [row] = await run<{ kept: boolean }>(pool, IS_KEPT_FROM, [
    campaignId,
    subjectId,
    recusalJson(recusal),
  ]);
  return row?.kept ?? true;
}
