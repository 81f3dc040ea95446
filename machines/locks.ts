// What the effects of an event need locked besides subjects; it is loaded by src/command.

/** Always taken in this order, after all subjects. */
export const LOCKS = ['roll-ups', 'register', 'dossiers'] as const;
export type LockName = (typeof LOCKS)[number];
