// Who may do what, and where: a principal holds roles at organisations, each reaching a subtree.

import type { ScoreSheetEventType } from '../../../machines/assessment/events.ts';
import type { BallotRoundEventType } from '../../../machines/ballot/events.ts';
import type { CampaignEventType } from '../../../machines/campaign/events.ts';
import type { PolicyChangeEvent } from '../../../machines/campaign/policy-change.v1.ts';
import type { CandidateEventType } from '../../../machines/candidate/events.ts';
import type { RegressionEventType } from '../../../machines/conformance/regression.v1.ts';
import type { SupplementEventType } from '../../../machines/conformance/supplement.v1.ts';
import type { DocumentEventType } from '../../../machines/document/document.v1.ts';
import type { DrawEventType } from '../../../machines/draw/events.ts';
import type { RectificationEventType } from '../../../machines/inspection/events.ts';
import type { MachineName } from '../../../machines/machine-names.ts';
import type { ReceiptEventType } from '../../../machines/notice/receipt.v1.ts';
import type { ObjectionEventType } from '../../../machines/objection/events.ts';
import type { MatterEventType } from '../../../machines/record/matter.v1.ts';
import type { ReviewPanelEventType } from '../../../machines/review/events.ts';

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

/** `reach` is a prefix of organisation paths, '/6102/610222/' for a county and all below it. */
export type Grant = { role: Role; organisationId: string; reach: string };

export type Principal = { id: string; name: string; grants: Grant[] };

/** The service itself: it fires timers and moves candidates after their campaign. */
export const SYSTEM: Principal = { id: 'system', name: 'Chuangping', grants: [] };

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
  auditor: null,
  administrator: null,
};

/** Who answers for a unit: its own body. Persons are answered for by the organisation they belong to. */
export const RESPONSIBLE_ROLES: readonly Role[] = [
  'county-office',
  'township-committee',
  'village-organisation',
  'base',
];

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
type ByStage = { readonly [stage: string]: readonly Who[] };
/** Who may send each event of a machine: one that is missing here, or misspelt, does not compile. */
export type Access<EventType extends string> = {
  readonly [Each in EventType]: readonly Who[] | ByStage;
};

const COUNTY: readonly Who[] = ['county-office'];
const REVIEWERS: ByStage = { countyAcceptance: COUNTY, cityVerification: ['city-centre'] };
const CONFERRERS: ByStage = {
  countyAcceptance: ['county-office', 'county-department'],
  cityVerification: ['city-centre'],
};
const REVOKERS: readonly Who[] = ['city-centre', 'county-office', 'county-department'];
const INSPECTORS: readonly Who[] = ['county-office', 'township-office'];

const INVESTIGATORS: readonly Who[] = [
  'county-office',
  'county-department',
  'city-centre',
  'assessor',
];

const CANDIDATE: Access<CandidateEventType> = {
  register: ['county-office', 'township-committee', 'integrator'],
  'phase-entered': ['system'],
  'recalculate-deadline': ['system'],
  'adopt-policy': ['system'],
  'record-evidence': ['responsible', 'applicant', 'township-office', 'county-office', 'integrator'],
  'assess-evidence': ['county-office', 'township-office', 'city-centre', 'assessor'],
  'record-inspection': INSPECTORS,
  'submit-plan': ['responsible'],
  'approve-plan': ['county-office', 'county-department'],
  'return-plan': ['county-office', 'county-department'],
  'confirm-mobilization': ['responsible'],
  'acknowledge-mobilization': ['responsible'],
  'declare-created': ['responsible'],
  'admit-late-declaration': COUNTY,
  'confirm-created': ['confirmer'],
  'return-declaration': ['confirmer'],
  'submit-self-check': ['self-checker'],
  'confirm-finding-rectified': ['self-checker'],
  'mass-evaluation-closed': ['system'],
  'record-assessment': ['system'],
  'retract-assessment': ['system'],
  'admit-late-application': ['county-office', 'city-centre'],
  apply: ['applicant'],
  pass: REVIEWERS,
  'pass-with-requirements': REVIEWERS,
  'confirm-requirements-met': REVIEWERS,
  'return-for-correction': REVIEWERS,
  'admit-late-resubmission': REVIEWERS,
  resubmit: ['applicant'],
  defer: REVIEWERS,
  'resume-review': REVIEWERS,
  fail: REVIEWERS,
  select: ['system'],
  'keep-in-reserve': ['system'],
  'pass-over': ['system'],
  'objection-opened': ['system'],
  'objection-closed': ['system'],
  'propose-submission': COUNTY,
  'decline-submission': COUNTY,
  'submit-upward': ['county-office', 'county-department'],
  'request-override': COUNTY,
  'approve-override': ['county-office', 'county-department'],
  'propose-conferral': CONFERRERS,
  'decline-conferral': CONFERRERS,
  'confirm-conferral': CONFERRERS,
  withdraw: ['applicant'],
  'propose-disqualification': ['county-office', 'city-centre'],
  'confirm-disqualification': ['county-office', 'county-department', 'city-centre'],
  'record-verification': ['city-centre'],
  'propose-revocation': REVOKERS,
  'decline-revocation': REVOKERS,
  'confirm-revocation': REVOKERS,
};

const POLICY_CHANGE: Access<PolicyChangeEvent['type']> = {
  propose: COUNTY,
  approve: ['county-department'],
  decline: ['county-department'],
  withdraw: COUNTY,
};

const CAMPAIGN: Access<CampaignEventType> = {
  'adopt-policy': ['system'],
  draft: ['county-office', 'county-department'],
  issue: ['county-department'],
  'advance-phase': COUNTY,
  'request-override': COUNTY,
  'approve-override': ['county-office', 'county-department'],
  'record-inspection': INSPECTORS,
  'rank-candidates': COUNTY,
  'propose-tie-decision': COUNTY,
  'confirm-tie-decision': ['county-office', 'county-department'],
  'select-by-merit': COUNTY,
  'move-up': COUNTY,
  'release-reserves': COUNTY,
  'record-veto': ['county-office', 'county-department'],
  'amend-roster': COUNTY,
  'end-conformance': ['system'],
  'declare-conflict': ['assessor', 'county-office'],
  conclude: COUNTY,
  cancel: ['county-department'],
};

const RECTIFICATION: Access<RectificationEventType> = {
  issue: ['system'],
  acknowledge: ['responsible'],
  start: ['responsible'],
  'report-progress': ['responsible'],
  'correct-site-fact': ['responsible'],
  'supersede-record': ['responsible'],
  submit: ['responsible'],
  close: COUNTY,
  reopen: COUNTY,
  extend: COUNTY,
  'recalculate-deadline': ['system'],
};

/** The reviewing body convenes and concludes; members speak for themselves (R63, R64). */
const REVIEW_PANEL: Access<ReviewPanelEventType> = {
  convene: ['responsible'],
  recuse: INVESTIGATORS,
  replace: ['responsible'],
  'give-verdict': INVESTIGATORS,
  'break-tie': INVESTIGATORS,
  conclude: ['responsible'],
  dissolve: ['responsible'],
};

/** Whoever sees a public notice may object (R63); the reviewing body looks into it. */
const OBJECTION: Access<ObjectionEventType> = {
  receive: ['anybody'],
  admit: ['responsible'],
  'not-admit': ['responsible'],
  reassign: ['responsible'],
  recuse: INVESTIGATORS,
  report: INVESTIGATORS,
  'return-report': ['responsible'],
  uphold: ['responsible'],
  dismiss: ['responsible'],
  reply: ['responsible'],
  'recalculate-deadline': ['system'],
};

const RECEIPT: Access<ReceiptEventType> = {
  issue: ['system'],
  'recalculate-deadline': ['system'],
  sign: ['responsible'],
};

const DOCUMENT: Access<DocumentEventType> = {
  draft: ['drafter'],
  revise: ['drafter'],
  review: ['drafter', 'signatory'],
  return: ['drafter', 'signatory'],
  sign: ['signatory'],
  abandon: ['drafter'],
  issue: ['system'],
  freeze: ['system'],
  supersede: ['system'],
  recall: ['signatory'],
};

const MATTER: Access<MatterEventType> = {
  raise: ['system'],
  'recalculate-deadline': ['system'],
  solve: ['responsible', 'township-office', 'county-office'],
};

const COUNTY_LEADERS: readonly Who[] = ['county-leader'];
const LEADERS: readonly Who[] = ['leader'];

const BALLOT_ROUND: Access<BallotRoundEventType> = {
  convene: LEADERS,
  reconvene: LEADERS,
  open: LEADERS,
  'issue-token': LEADERS,
  extend: COUNTY_LEADERS,
  close: LEADERS,
  'enter-count': LEADERS,
  'reject-count': LEADERS,
  'confirm-count': LEADERS,
  void: COUNTY_LEADERS,
  lapse: COUNTY_LEADERS,
  'recalculate-deadline': ['system'],
};

const SUPPLEMENT: Access<SupplementEventType> = {
  draft: ['township-office'],
  revise: ['township-office'],
  submit: ['township-office'],
  approve: COUNTY,
  return: COUNTY,
  withdraw: ['township-office'],
};

const DECIDERS: ByStage = {
  countyDecision: ['county-office', 'county-department'],
  cityDecision: ['city-centre'],
};

const REGRESSION: Access<RegressionEventType> = {
  raise: ['system'],
  regain: ['system'],
  'candidate-ended': ['system'],
  'recalculate-deadline': ['system'],
  'propose-uphold': DECIDERS,
  'decline-uphold': DECIDERS,
  'confirm-uphold': DECIDERS,
  'close-with-candidate': DECIDERS,
};

/** The county office organises (R61); whose the sheet is, its own guard asks. */
const SCORE_SHEET: Access<ScoreSheetEventType> = {
  assign: COUNTY,
  'save-draft': ['assessor'],
  submit: ['assessor'],
  'declare-conflict': ['assessor'],
  recuse: COUNTY,
  reassign: COUNTY,
  'send-back': COUNTY,
  accept: COUNTY,
  void: COUNTY,
  'recalculate-deadline': ['system'],
};

const PARTIES: readonly Who[] = ['county-office', 'county-department', 'city-centre', 'auditor'];

const DRAW: Access<DrawEventType> = {
  prepare: COUNTY,
  'commit-contribution': PARTIES,
  'reveal-contribution': PARTIES,
  publish: COUNTY,
  // Whoever was drawn, wherever they serve: the machine holds everybody but the county office to the
  // names that were published, and to standing back for themselves.
  'declare-recusal': ['anybody'],
  complete: COUNTY,
  cancel: ['county-office', 'county-department'],
  'recalculate-deadline': ['system'],
};

export const ACCESS: { readonly [M in MachineName]: Partial<Access<string>> } = {
  campaign: CAMPAIGN,
  candidate: CANDIDATE,
  rectification: RECTIFICATION,
  receipt: RECEIPT,
  matter: MATTER,
  'ballot-round': BALLOT_ROUND,
  'score-sheet': SCORE_SHEET,
  'review-panel': REVIEW_PANEL,
  objection: OBJECTION,
  draw: DRAW,
  supplement: SUPPLEMENT,
  'policy-change': POLICY_CHANGE,
  document: DOCUMENT,
  regression: REGRESSION,
};

/** What access needs to know of the subject it protects. */
export type Protected = {
  machine: MachineName;
  path: string;
  stage: string;
  applicants: readonly string[];
  confirmedBy: string | null;
  selfCheckedBy: string | null;
  drafters?: readonly string[];
  signatories?: readonly string[];
  /** Roles that may answer for it: those held at its own body. */
  responsible: readonly Role[];
  /** Roles that may lead this round of ballots; of anything else there are none. */
  leaders?: readonly string[];
};

/** Who may record what, when the kind does not say: those who answer, apply or supervise. */
export const RECORDERS: readonly Who[] = [
  'responsible',
  'applicant',
  'township-office',
  'integrator',
];

const ROUND_LEADERS: readonly Role[] = [
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
  const entry = narrowed ?? ACCESS[subject.machine][eventType] ?? [];
  const who = 'length' in entry ? (entry as readonly Who[]) : (entry[subject.stage] ?? []);
  const roles = who.flatMap((item): readonly string[] => {
    if (item === 'responsible') return subject.responsible;
    if (item === 'applicant') return subject.applicants;
    if (item === 'confirmer') return subject.confirmedBy === null ? [] : [subject.confirmedBy];
    if (item === 'self-checker')
      return subject.selfCheckedBy === null ? [] : [subject.selfCheckedBy];
    if (item === 'drafter') return subject.drafters ?? [];
    if (item === 'signatory') return subject.signatories ?? [];
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
  if (allowed.includes('anybody')) return takesPart(principal);
  return rolesAt(principal, subject.path).some((role) => allowed.includes(role));
}

const NO_BUSINESS: readonly Role[] = ['administrator', 'scheduler', 'integrator', 'auditor'];

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

const BUSINESS_BLIND: readonly Role[] = ['administrator', 'scheduler'];

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

/** Places whose business this principal may read, as path prefixes; empty when there is none. */
export const readableReaches = (principal: Principal): string[] =>
  principal.grants.filter(({ role }) => !BUSINESS_BLIND.includes(role)).map(({ reach }) => reach);

export const holds = (principal: Principal, role: Role): boolean =>
  principal.grants.some((grant) => grant.role === role);
