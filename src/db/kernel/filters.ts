// Filters of lists: a filter without a value leaves out no row.

import type { ExpressionBuilder, FilterObject } from 'kysely';

/** The condition that each column has its value here; a column without a value is not compared. */
export const given = <Database, From extends keyof Database>(
  eb: ExpressionBuilder<Database, From>,
  values: {
    readonly [Column in keyof FilterObject<Database, From>]?:
      | FilterObject<Database, From>[Column]
      | undefined;
  },
) =>
  // Object.entries loses the names of the columns, which the type restores.
  eb.and(
    Object.fromEntries(
      Object.entries(values).filter(([, value]) => value !== undefined),
    ) as FilterObject<Database, From>,
  );
