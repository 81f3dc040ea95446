// What a step gives to the chart: its states, and for each of its events who may send it and what it opens.

import type { candidateSetup, Owed } from '../candidate/chart.ts';
import type { CandidateEventType } from '../candidate/events.ts';
import type { Role, Who } from '../kit/access.ts';
import type { Addressee } from '../kit/effect.ts';
import type { Authority, Procedure, Stage, StepKind } from './procedure.ts';

export type StateConfig = ReturnType<typeof candidateSetup.createStateConfig>;

/** The policies of deadlines that a candidate's own events open. */
export type OwnDeadline =
  | 'correctionWorkingDays'
  | 'requirementsWorkingDays'
  | 'reconsiderationWorkingDays'
  | 'publicNoticeDays'
  | 'until'
  | 'unchanged';

/** How a step is entered: whoever enters brings the deadline that it waits for, and perhaps takes a number. */
export type Entry = { target: string; opens?: OwnDeadline; numbers?: true };

/** Who may send an event of the step, and the deadline it opens. */
export type Row = {
  event: CandidateEventType;
  by: readonly Who[];
  opens?: OwnDeadline;
  /** The event issues an official document, which takes a number from the register. */
  numbers?: true;
};

/**
 * How a candidate stands before the selection on merit: it has yet to apply, is in the contest, failed a review
 * that may be reconsidered, or waits for a place that falls vacant.
 */
export type Selectable = 'later' | 'now' | 'if-reconsidered' | 'as-reserve';

export type Part = {
  enter: Entry;
  states: { [state: string]: StateConfig };
  rows: Row[];
  /** The step that decides in these states, the role whose office it is, and the streams it gathers. */
  standing: { step: StepKind; office: Role | null; gathers?: readonly string[] };
  /** States in which another office than the step's has the next word. */
  offices?: { [state: string]: Role };
  /** States in which nothing is to be done but to wait for a document. */
  awaiting?: readonly string[];
  /** States in which a candidate does not stand before the selection as others of this step do. */
  selectable?: { [state: string]: Selectable };
  /** Debts whose days are the ends of phases, by the names of their delays. */
  debts?: { [delay: string]: Owed };
};

/** Where a step stands: its stage, and what of the procedure comes before and after it. */
export type Place = {
  procedure: Procedure;
  stage: Stage;
  /** The roles of the review that comes next; none after the last. */
  nextReviewers: readonly Role[];
};

/** The address of a state of this stage in the chart. */
export const stateIn = ({ stage }: Place, state: string): string =>
  `#candidate.${stage.code}.${state}`;

/** What an event that leads to `next` brings along. */
export const bringing = ({ opens, numbers }: Entry): Pick<Row, 'opens' | 'numbers'> => ({
  ...(opens === undefined ? {} : { opens }),
  ...(numbers === undefined ? {} : { numbers }),
});

/** The office at each level that issues, selects and finally determines. */
export const OFFICES = { city: 'city-centre', county: 'county-office' } as const satisfies {
  [A in Authority]: Role;
};

const ADDRESSED: { readonly [role: string]: Addressee } = {
  'city-centre': 'city-centre',
  'county-office': 'county-office',
  'county-department': 'county-department',
  'township-committee': 'township-committee',
  'township-office': 'township-office',
};

/** Who registers a candidate. */
export const REGISTER_ROW: Row = {
  event: 'register',
  by: ['county-office', 'township-committee', 'integrator'],
};

/** Who takes a withdrawal back. */
export const REINSTATE_ROW: Row = { event: 'reinstate', by: ['county-office'] };

/** Who may send what every stage knows. */
export const LIVE_ROWS: readonly Row[] = [
  { event: 'phase-entered', by: ['system'] },
  { event: 'adopt-policy', by: ['system'] },
  { event: 'correct-assessment', by: ['system'] },
  {
    event: 'record-evidence',
    by: ['responsible', 'applicant', 'township-office', 'county-office', 'integrator'],
  },
  {
    event: 'void-record',
    by: ['responsible', 'applicant', 'township-office', 'county-office', 'integrator'],
  },
  {
    event: 'assess-evidence',
    by: ['county-office', 'township-office', 'city-centre', 'assessor'],
  },
  { event: 'record-inspection', by: ['county-office', 'township-office'], numbers: true },
  { event: 'withdraw', by: ['applicant'] },
  { event: 'end-with-unit', by: ['county-office'] },
  { event: 'succeed', by: ['county-office'] },
  { event: 'propose-disqualification', by: ['county-office', 'city-centre'] },
  {
    event: 'confirm-disqualification',
    by: ['county-office', 'county-department', 'city-centre'],
  },
];

/** Roles that confer in some campaigns; a guard tells those of another level why they may not. */
export const CONFERRERS: readonly Role[] = ['city-centre', 'county-office', 'county-department'];

/** Roles that review in some campaigns; a guard tells those of another level why they may not. */
export const REVIEWERS: readonly Role[] = ['county-office', 'city-centre'];

/** To whom a notice to this role goes; a body that answers for candidates is told as such. */
export const addresseeOf = (role: Role): Addressee => ADDRESSED[role] ?? 'responsible';

export const addressees = (roles: readonly Role[]): Addressee[] => [
  ...new Set(roles.map(addresseeOf)),
];
