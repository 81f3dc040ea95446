// Who may send what to a subject, as each machine says of its events; places are added by
// src/rules/access.

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
 * `responsible`: whoever answers for the candidate (its own body or, for a person, its
 * organisation). `applicant`: the roles the plan names for its category (Q12). `confirmer` and
 * `self-checker`: the role the category's route names. `drafter` and `signatory`: the roles the plan
 * names for the document's issuer. `leader`: whoever may lead a round about the candidate,
 * `county-leader` those of the county and above among them. `anybody`: whoever has a
 * part in the business, wherever that is. `system`: only the service itself.
 */
export type Who =
  | Role
  | 'responsible'
  | 'applicant'
  | 'confirmer'
  | 'self-checker'
  | 'drafter'
  | 'signatory'
  | 'leader'
  | 'county-leader'
  | 'anybody'
  | 'system';
export type ByStage = { readonly [stage: string]: readonly Who[] };
/** Who may send each event of a machine: one that is missing here, or misspelt, does not compile. */
export type Access<EventType extends string> = {
  readonly [Each in EventType]: readonly Who[] | ByStage;
};
