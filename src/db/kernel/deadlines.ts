// The deadline of what a machine owes, as it stands in the context of its subject.

/** When subject `alias` has to be done, exclusive, as SQL: RFC 3339 text, null where nothing is owed. */
export const dueAt = (alias: string): string => `(${alias}.context #>> '{deadline,dueAt}')`;

/** From when on that is called soon. */
export const dueSoonAt = (alias: string): string => `(${alias}.context #>> '{deadline,dueSoonAt}')`;
