// Reaches: a place lies below another when its path has the other's as prefix. Prefixes are written out
// in the SQL, because only then the index serves them.

import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';

/** The outermost of these places, without the places that lie below another of them. */
export const outermost = (reaches: readonly string[]): string[] =>
  [...new Set(reaches)].filter(
    (reach) => !reaches.some((other) => other !== reach && reach.startsWith(other)),
  );

/** The places that cover all that lies both below `under` and within `reaches`. */
export const within = (under: string, reaches: readonly string[]): string[] =>
  reaches.flatMap((reach) =>
    reach.startsWith(under) ? [reach] : under.startsWith(reach) ? [under] : [],
  );

const below = (path: string): string => `${path.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** True where the column's path lies at or below one of these places; nowhere when there is none. */
export function lieWithin(column: string, reaches: readonly string[]): Expression<SqlBool> {
  const places = outermost(reaches);
  if (places.length === 0) return sql<SqlBool>`false`;
  const each = places.map((reach) => sql`${sql.ref(column)} like ${below(reach)}`);
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`;
}

/** True where the column's path lies at, below or above one of these places. */
export function concern(column: string, reaches: readonly string[]): Expression<SqlBool> {
  const places = outermost(reaches);
  if (places.length === 0) return sql<SqlBool>`false`;
  const each = places.map(
    (reach) =>
      sql`(${sql.ref(column)} like ${below(reach)} or starts_with(${reach}, ${sql.ref(column)}))`,
  );
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`;
}
