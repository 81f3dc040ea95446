// The names of all machines, in the order in which their subjects are locked.

/** Lock order within a transaction: a campaign before a candidate before what hangs on it. */
export const LOCK_ORDER = [
  'campaign',
  'candidate',
  'rectification',
  'receipt',
  'ballot-round',
  'score-sheet',
  'review-panel',
  'objection',
  'draw',
  'supplement',
  'policy-change',
  'document',
  'matter',
  'regression',
] as const;

export type MachineName = (typeof LOCK_ORDER)[number];

/** What an event's effects must hold besides subjects; always taken in this order, after them. */
export const HELD = ['roll-ups', 'register', 'dossiers'] as const;
export type HeldName = (typeof HELD)[number];
