/**
 * What a plan's table holds under a name of its author's; a name such as `constructor`, which every object
 * inherits, is none of the table's.
 */
export const own = <Value>(
  table: { readonly [key: string]: Value } | undefined,
  key: string,
): Value | undefined => (table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined);
