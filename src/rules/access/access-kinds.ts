// What the access log keeps: the kinds of access, and how one ended.

/**
 * `request` is any other request, of which only denials are kept; `entry` the use of a key from an address, whatever
 * was asked, which is told once an hour.
 */
export const ACCESS_ACTIONS = [
  'request',
  'entry',
  'administrative-read',
  'export',
  'roll',
  'unmasking',
] as const;
export type AccessAction = (typeof ACCESS_ACTIONS)[number];

/** `hidden`: the thing exists, and was answered with 404 because it is beyond the reach of who asked. */
export const ACCESS_OUTCOMES = ['done', 'forbidden', 'hidden', 'unauthenticated'] as const;
export type AccessOutcome = (typeof ACCESS_OUTCOMES)[number];

export type Access = {
  /** Null for strangers. */
  principalId: string | null;
  /** `key:<id>`; null where none was known. */
  credential: string | null;
  address: string;
  action: AccessAction;
  outcome: AccessOutcome;
  /** Method and pattern of the address; empty for strangers. */
  route: string;
  /** The id of what was asked for. */
  subject: string | null;
  purpose: string | null;
  /** The reaches of whoever asked. */
  places: readonly string[];
};
