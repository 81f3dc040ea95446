// The deadline of a machine's obligation, as it stands in the context of its subject.

/** SQL of the instant at which subject `alias` is due, exclusive: RFC 3339 text, null if nothing is owed. */
export const dueAt = (alias: string): string => `(${alias}.context #>> '{deadline,dueAt}')`;

/** SQL of the instant from which it is due soon: RFC 3339 text, null if nothing is owed. */
export const dueSoonAt = (alias: string): string => `(${alias}.context #>> '{deadline,dueSoonAt}')`;
