// Who may do what, and where: a principal holds roles at organisations, each reaching a subtree.

import type { ByStage, Role, Who } from '../../../machines/kit/access.ts';
import { officersWith } from '../../../machines/kit/access.ts';

/** `reach` is a prefix of organisation paths: the county's own path for a county and all below it. */
type Grant = { role: Role; organisationId: string; reach: string };

export type Principal = {
  id: string;
  name: string;
  grants: Grant[];
  /** What the principal came by, as the log keeps it: `key:<id of the API key>`; null of the service itself. */
  credential: string | null;
  /** When its API key ends, and whether its holder is to be told so. */
  key?: { expiresAt: string; endsSoon: boolean };
};

/** The service itself: it fires timers and moves candidates after their campaign. */
export const SYSTEM: Principal = { id: 'system', name: 'Chuangping', grants: [], credential: null };

/** Whoever has no account: it may lodge objections, and nothing else. */
export const PUBLIC: Principal = { id: 'public', name: '公众', grants: [], credential: null };

/** The kind of organisation a role is held at; null where any will do. */
export const HELD_AT: { [R in Role]: readonly string[] | null } = {
  'city-centre': ['CITY_CENTRE'],
  'county-office': ['COUNTY_OFFICE'],
  'county-department': ['COUNTY_ORGANIZATION_DEPARTMENT'],
  'township-committee': ['TOWNSHIP_PARTY_COMMITTEE'],
  'township-office': ['TOWNSHIP_OFFICE'],
  'village-organisation': ['VILLAGE_PARTY_ORGANIZATION'],
  base: ['BASE'],
  assessor: null,
  scheduler: null,
  integrator: null,
  operator: null,
  auditor: null,
  'security-officer': null,
  administrator: null,
};

/** Who answers for a unit: its own body. Persons are answered for by the organisation they belong to. */
export const RESPONSIBLE_ROLES: readonly Role[] = [
  'county-office',
  'township-committee',
  'village-organisation',
  'base',
];

/** What access needs to know of the subject it protects. */
export type Protected = {
  /** The senders of each event of its machine. */
  access: { readonly [eventType: string]: readonly Who[] | ByStage | undefined };
  path: string;
  stage: string;
  applicants: readonly string[];
  drafters?: readonly string[];
  signatories?: readonly string[];
  /** Roles that may answer for it: those held at its own body. */
  responsible: readonly Role[];
  /** Roles that may lead this round of ballots; of anything else there are none. */
  leaders?: readonly string[];
  /** The role whose office decides about it, where it began with one. */
  office?: Role | undefined;
};

/** Who may record what, when the kind does not say: those who answer, apply or supervise. */
export const RECORDERS: readonly Who[] = [
  'responsible',
  'applicant',
  'township-office',
  'integrator',
];

/** Who may lead a round of ballots, but for that of their own body. */
export const ROUND_LEADERS: readonly Role[] = [
  'township-office',
  'township-committee',
  'county-office',
  'county-department',
  'city-centre',
];
const COUNTY_ROUND_LEADERS: readonly string[] = ROUND_LEADERS.slice(2);

const OWN_BODIES: { readonly [kind: string]: readonly Role[] } = {
  COUNTY: ['county-office', 'county-department'],
  COUNTY_OFFICE: ['county-office'],
  COUNTY_ORGANIZATION_DEPARTMENT: ['county-department'],
  CITY_CENTRE: ['city-centre'],
  TOWNSHIP: ['township-committee', 'township-office'],
  TOWNSHIP_PARTY_COMMITTEE: ['township-committee'],
  TOWNSHIP_OFFICE: ['township-office'],
};

/** R61: nobody leads the vote on a candidate of their own body; `kind` is its organisation's. */
export const roundLeaders = (kind: string): Role[] =>
  ROUND_LEADERS.filter((role) => !OWN_BODIES[kind]?.includes(role));

/**
 * The roles an event asks for in this stage, in words a refusal can tell; `narrowed` when what is
 * sent with it (the kind of a record) leaves it to some of them.
 */
export function rolesFor(
  subject: Protected,
  eventType: string,
  narrowed?: readonly Who[],
): string[] {
  const entry = narrowed ?? subject.access[eventType] ?? [];
  const who = 'length' in entry ? (entry as readonly Who[]) : (entry[subject.stage] ?? []);
  const roles = who.flatMap((item): readonly string[] => {
    if (item === 'responsible') return subject.responsible;
    if (item === 'applicant') return subject.applicants;
    if (item === 'drafter') return subject.drafters ?? [];
    if (item === 'signatory') return subject.signatories ?? [];
    if (item === 'office') return subject.office === undefined ? [] : [subject.office];
    if (item === 'officers')
      return subject.office === undefined ? [] : officersWith(subject.office);
    if (item === 'leader') return subject.leaders ?? [];
    if (item === 'county-leader')
      return (subject.leaders ?? []).filter((role) => COUNTY_ROUND_LEADERS.includes(role));
    return [item];
  });
  return [...new Set(roles)];
}

/** The roles of this principal that reach the place. */
export const rolesAt = (principal: Principal, path: string): Role[] =>
  principal.grants.filter(({ reach }) => path.startsWith(reach)).map(({ role }) => role);

/** True when one of the principal's roles that reach the subject may send this event. */
export function maySend(
  principal: Principal,
  subject: Protected,
  eventType: string,
  narrowed?: readonly Who[],
): boolean {
  if (principal.id === SYSTEM.id) return true;
  const allowed = rolesFor(subject, eventType, narrowed);
  if (principal.id === PUBLIC.id) return allowed.includes('public');
  if (allowed.includes('anybody')) return takesPart(principal);
  return rolesAt(principal, subject.path).some((role) => allowed.includes(role));
}

/** Whoever sees nothing of the business. */
export const BUSINESS_BLIND: readonly Role[] = [
  'administrator',
  'security-officer',
  'operator',
  'scheduler',
];

/** Whoever has no part in the business. */
export const NO_BUSINESS: readonly Role[] = [...BUSINESS_BLIND, 'integrator', 'auditor'];

/** True for whoever has a part in the business somewhere. */
const takesPart = ({ grants }: Principal): boolean =>
  grants.some(({ role }) => !NO_BUSINESS.includes(role));

/**
 * True when this event is everybody's whom the subject concerns, as standing back from a draw is:
 * whoever has a part in the business above, at or below its place.
 */
export const isOpenTo = (principal: Principal, subject: Protected, eventType: string): boolean =>
  rolesFor(subject, eventType).includes('anybody') &&
  takesPart(principal) &&
  principal.grants.some(
    ({ reach }) => reach.startsWith(subject.path) || subject.path.startsWith(reach),
  );

/** True when the principal may see what lies at this place; the administrator sees no business. */
export const mayRead = (principal: Principal, path: string): boolean =>
  principal.id === SYSTEM.id ||
  principal.grants.some(
    ({ role, reach }) => path.startsWith(reach) && !BUSINESS_BLIND.includes(role),
  );

const readingRoles = (principal: Principal, path: string): Role[] =>
  rolesAt(principal, path).filter((role) => !BUSINESS_BLIND.includes(role));

/** True when nothing but being an assessor lets the principal see this place (回避 then applies). */
export function readsAsAssessor(principal: Principal, path: string): boolean {
  const roles = readingRoles(principal, path);
  return roles.length > 0 && roles.every((role) => role === 'assessor');
}

const SHEET_READERS: readonly Role[] = [
  'county-office',
  'county-department',
  'city-centre',
  'auditor',
];

/** True for those who organise, supervise or audit the assessment over this place. */
export const overseesSheets = (principal: Principal, path: string): boolean =>
  principal.id === SYSTEM.id ||
  rolesAt(principal, path).some((role) => SHEET_READERS.includes(role));

/** True of the topmost organisation's path, from which a role reaches everything. */
const isTopmost = (reach: string): boolean => /^\/[^/]+\/$/.test(reach);

/** True when one of these roles is held at the top of the tree. */
export const holdsAtTop = ({ grants }: Principal, roles: readonly Role[]): boolean =>
  grants.some(({ role, reach }) => roles.includes(role) && isTopmost(reach));

/** Places whose business this principal may read, as path prefixes; empty when there is none. */
export const readableReaches = (principal: Principal): string[] =>
  principal.grants.filter(({ role }) => !BUSINESS_BLIND.includes(role)).map(({ reach }) => reach);

export const holds = (principal: Principal, role: Role): boolean =>
  principal.grants.some((grant) => grant.role === role);
