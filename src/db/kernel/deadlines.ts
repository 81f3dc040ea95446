// The deadline of what a machine owes, as it stands in the context of its subject.

/** SQL of when subject `alias` is due, exclusive: RFC 3339 text, null where nothing is owed. */
export const dueAt = (alias: string): string => `(${alias}.context #>> '{deadline,dueAt}')`;

/** SQL of when it is due soon. */
export const dueSoonAt = (alias: string): string => `(${alias}.context #>> '{deadline,dueSoonAt}')`;
