// The parts every stage of the candidate's chart is made of: types, waits, effects.

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { Addressee, CloseObligation } from '../kit/effect.ts';
import { owing, REPLACED, until } from '../kit/owing.ts';
import type { Due } from '../kit/time.ts';
import type {
  CandidateContext,
  CandidateEvent,
  CandidateEventType,
  CandidateInput,
} from './events.ts';

export const { by, say, sayOn, notify, on } = chartParts<CandidateContext, CandidateEvent>();

/** A debt of a state: its name, the clause it rests on, its day, and the debtor. */
export type Owed = {
  kind: string;
  clause: string;
  owner: Addressee;
  due: (context: CandidateContext) => Due | null;
};

/** The end of the phase; whoever was admitted after it has until the end of the phase they came in. */
export const inWindow = (phase: string) => (context: CandidateContext) => {
  const { windows, late, registeredLateFor } = context;
  const isAdmitted = registeredLateFor !== undefined && late?.missed.includes(phase) === true;
  return windows?.[isAdmitted ? late.until : phase] ?? null;
};
export const ownDeadline = (context: CandidateContext) => context.deadline;

/** The procedure says of which phase a window is; see machines/procedure/compile.ts. */
const ofProcedure = (): number => Number.NaN;

/** Waits for a deadline of the candidate's own, which the event that enters their state brings. */
const OWN_WAITS = {
  correctionDueSoon: until(ownDeadline, 'dueSoonAt'),
  correctionWindow: until(ownDeadline, 'dueAt'),
  conditionsDueSoon: until(ownDeadline, 'dueSoonAt'),
  conditionsWindow: until(ownDeadline, 'dueAt'),
  deferral: until(ownDeadline, 'dueAt'),
  reconsiderationWindow: until(ownDeadline, 'dueAt'),
  publicityPeriod: until(ownDeadline, 'dueAt'),
};

export const isOwnWait = (delay: string): boolean => Object.hasOwn(OWN_WAITS, delay);

export const candidateSetup = setup({
  types: {
    context: {} as CandidateContext,
    events: {} as CandidateEvent,
    input: {} as CandidateInput,
  },
  actions: effects,
  delays: {
    planDueSoon: ofProcedure,
    planWindow: ofProcedure,
    mobilizationDueSoon: ofProcedure,
    mobilizationWindow: ofProcedure,
    creationDueSoon: ofProcedure,
    creationWindow: ofProcedure,
    selfCheckDueSoon: ofProcedure,
    selfCheckWindow: ofProcedure,
    applicationDueSoon: ofProcedure,
    applicationWindow: ofProcedure,
    ...OWN_WAITS,
  },
});

const generation = (context: CandidateContext, kind: string): number =>
  context.generations[kind] ?? 0;

// A candidate that is out of the campaign owes nothing more, although its debt was not met.
const OUTCOMES = {
  ...REPLACED,
  'adopt-policy': 'superseded',
  'phase-entered': 'waived',
  withdraw: 'waived',
  'end-with-unit': 'waived',
  'confirm-disqualification': 'waived',
  fail: 'waived',
} as const satisfies { [Type in CandidateEventType]?: CloseObligation['outcome'] };

const partsOf = ({ kind, clause, owner, due }: Owed) =>
  owing<CandidateContext, CandidateEvent>({
    key: (context) => ({ kind, generation: generation(context, kind) }),
    clause: () => clause,
    owner: () => owner,
    due,
    outcomes: OUTCOMES,
  });

/** A state that owes something opens a new generation of the debt on entry. */
export const open = (debt: Owed) => [
  candidateSetup.assign(({ context }) => ({
    generations: { ...context.generations, [debt.kind]: generation(context, debt.kind) + 1 },
  })),
  partsOf(debt).open,
];

export const settle = (debt: Owed) => partsOf(debt).settle;

export const dueSoon = (debt: Owed) => partsOf(debt).dueSoon([debt.owner]);

/** The debtor and the county office are both notified. */
export const overdue = (debt: Owed) => partsOf(debt).overdue([debt.owner, 'county-office']);

type Paper = {
  kind: 'public-notice' | 'final-decision';
  issuer: 'city' | 'county';
  to: readonly Addressee[];
  copyTo: readonly Addressee[];
  params: (context: CandidateContext) => { [name: string]: string | null };
};

/** The official document that this state waits for. */
export const draftDocument = ({ params, ...paper }: Paper) =>
  say('draft-document', ({ context }) => ({ ...paper, params: params(context) }));

/** The same words to those concerned, where the paper itself is a list's. */
export const tellOfDocument = ({ params, ...paper }: Paper) =>
  say('tell-of-document', ({ context }) => ({ ...paper, params: params(context) }));

/** The state entered next waits for the deadline that the event opened. */
export const keepDeadline = candidateSetup.assign(({ event }) => ({
  deadline: event.facts.deadline ?? null,
}));

/** The deadline that the next state waits for; none where it waits for nothing. */
export const keepDeadlineFor = ({ opens }: { opens?: string }) =>
  opens === undefined ? candidateSetup.assign({ deadline: null }) : keepDeadline;

/** As above, where what the candidate waited for last may stay. */
export const bringDeadlineFor = ({ opens }: { opens?: string }) =>
  opens === undefined ? [] : [keepDeadline];

/** Another version of the plan decides from now on; a deadline of the candidate's own runs on. */
export const adoptPolicy = {
  actions: [
    on('adopt-policy', ({ event }) => ({
      planVersion: event.planVersion,
      windows: event.facts.windows ?? null,
    })),
    notify(
      'policy-adopted',
      ['responsible'],
      by('adopt-policy', ({ event }) => ({ planVersion: event.planVersion })),
    ),
  ],
};

/** A state that waits for a window counts its wait again; its debt is a new generation. */
export const adoptPolicyIn = <State extends string>(state: State) => ({
  ...adoptPolicy,
  target: state,
  reenter: true,
});

/** A new calendar counts the wait again; the obligation is a new generation. */
export const recalculate = <State extends string>(state: State) => ({
  target: state,
  reenter: true,
  actions: keepDeadline,
});
