// How one table's share of the storing statement is spelled.

/** One table's share of the statement; `name` is its place in the plan cache's key. */
export type Part<Of extends string> = {
  of: Of;
  cte: string;
  /** Columns handed over as arrays: the planner then expects few rows and takes the index. */
  arrays?: readonly (readonly [column: string, type: string])[];
  sql: (from: string) => string;
};

export const insert = <Of extends string>(
  of: Of,
  table: string,
  columns: readonly (readonly [column: string, type: string])[],
  after = '',
): Part<Of> => {
  const names = columns.map(([column]) => column).join(', ');
  return {
    of,
    cte: `put_${table}`,
    sql: (from) => `
      insert into ${table} (campaign_id, ${names})
      select $1, ${columns.map(([column]) => `r.${column}`).join(', ')}
        from jsonb_to_recordset(${from}) as r (${columns.map((pair) => pair.join(' ')).join(', ')})
      ${after}`,
  };
};
