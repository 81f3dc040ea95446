// Locks beside those of subjects, which the effects of an event need; src/command takes them.

/** Transactions take them in this order, after all subjects, so that they cannot deadlock. */
export const LOCKS = ['roll-ups', 'register', 'dossiers'] as const;
export type LockName = (typeof LOCKS)[number];
