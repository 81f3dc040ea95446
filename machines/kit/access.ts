// The senders of a machine's events by role; src/rules/access adds the places.

export type Role =
  | 'city-centre'
  | 'county-office'
  | 'county-department'
  | 'township-committee'
  | 'township-office'
  | 'village-organisation'
  | 'base'
  | 'assessor'
  | 'scheduler'
  | 'integrator'
  | 'operator'
  | 'auditor'
  | 'security-officer'
  | 'administrator';

/**
 * `responsible`: the body that answers for the candidate (its own or, for a person, its
 * organisation). `applicant`: the roles the plan names for its category (Q12). `drafter` and `signatory`: the roles the plan
 * names for the document's issuer. `leader`: the roles that may lead a round about the candidate;
 * `county-leader`: those of the county and above among them. `office`: the role whose office decides about the
 * subject, as it began with it; `officers`: the roles that hold office at that level. `anybody`: every role, at any place.
 * `public`: whoever has no account, through the service. `system`: only the service itself.
 */
export type Who =
  | Role
  | 'responsible'
  | 'applicant'
  | 'drafter'
  | 'signatory'
  | 'leader'
  | 'county-leader'
  | 'office'
  | 'officers'
  | 'anybody'
  | 'public'
  | 'system';
/** The roles that hold an office, by level from the city down. */
const LEVELS: readonly (readonly Role[])[] = [
  ['city-centre'],
  ['county-office', 'county-department'],
  ['township-committee', 'township-office'],
  ['village-organisation', 'base'],
];

/** Every role that holds an office. */
export const OFFICERS: readonly Role[] = LEVELS.flat();

/** The roles that hold an office at the level of this one. */
export const officersWith = (office: Role): readonly Role[] =>
  LEVELS.find((level) => level.includes(office)) ?? [office];

/** The roles that hold an office at the level of this one or above it. */
export const officersFrom = (office: Role): readonly Role[] =>
  LEVELS.slice(0, LEVELS.findIndex((level) => level.includes(office)) + 1).flat();

export type ByStage = { readonly [stage: string]: readonly Who[] };
/** The senders of each event of a machine; a missing or misspelt event does not compile. */
export type Access<EventType extends string> = {
  readonly [Each in EventType]: readonly Who[] | ByStage;
};
