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
  | 'auditor'
  | 'administrator';

/**
 * `responsible`: the body that answers for the candidate (its own or, for a person, its
 * organisation). `applicant`: the roles the plan names for its category (Q12). `drafter` and `signatory`: the roles the plan
 * names for the document's issuer. `leader`: the roles that may lead a round about the candidate;
 * `county-leader`: those of the county and above among them. `anybody`: every role, at any place.
 * `system`: only the service itself.
 */
export type Who =
  | Role
  | 'responsible'
  | 'applicant'
  | 'drafter'
  | 'signatory'
  | 'leader'
  | 'county-leader'
  | 'anybody'
  | 'system';
export type ByStage = { readonly [stage: string]: readonly Who[] };
/** The senders of each event of a machine; a missing or misspelt event does not compile. */
export type Access<EventType extends string> = {
  readonly [Each in EventType]: readonly Who[] | ByStage;
};
