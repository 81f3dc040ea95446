// Filters of lists: what is not given is not asked.

import type { ExpressionBuilder, FilterObject } from 'kysely';

/** True of rows that have these values; a column without a value is not asked about. */
export const given = <Database, From extends keyof Database>(
  eb: ExpressionBuilder<Database, From>,
  values: {
    readonly [Column in keyof FilterObject<Database, From>]?:
      | FilterObject<Database, From>[Column]
      | undefined;
  },
) =>
  // The same columns, which Object.entries does not tell.
  eb.and(
    Object.fromEntries(
      Object.entries(values).filter(([, value]) => value !== undefined),
    ) as FilterObject<Database, From>,
  );
