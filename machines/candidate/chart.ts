// The parts every stage of the candidate's chart is made of: types, waits, effects.

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { Addressee, CloseObligation } from '../kit/effect.ts';
import { owing, REPLACED, until } from '../kit/owing.ts';
import type { Due } from '../kit/time.ts';
import { isBefore } from '../kit/time.ts';
import type {
  CandidateContext,
  CandidateEvent,
  CandidateEventType,
  CandidateInput,
  Windows,
} from './events.ts';

export const { by, say, sayOn, notify, on } = chartParts<CandidateContext, CandidateEvent>();

/** A debt of a state: its name, the clause it rests on, its day, and the debtor. */
type Owed = {
  kind: string;
  clause: string;
  owner: Addressee;
  due: (context: CandidateContext) => Due | null;
};

const inWindow = (name: keyof Windows) => (context: CandidateContext) =>
  context.windows?.[name] ?? null;
const own = (context: CandidateContext) => context.deadline;

export const owed = {
  plan: { kind: 'plan', clause: 'R48', owner: 'responsible', due: planDeadline },
  mobilization: {
    kind: 'mobilization',
    clause: 'R49',
    owner: 'responsible',
    due: inWindow('mobilization'),
  },
  creation: { kind: 'creation', clause: 'R51', owner: 'responsible', due: inWindow('creation') },
  selfCheck: { kind: 'self-check', clause: 'R57', owner: 'superior', due: inWindow('selfCheck') },
  findings: {
    kind: 'finding-rectification',
    clause: 'R57',
    owner: 'responsible',
    due: inWindow('selfCheck'),
  },
  application: {
    kind: 'application',
    clause: 'R62',
    owner: 'responsible',
    due: inWindow('evaluation'),
  },
  correction: { kind: 'correction', clause: 'R62', owner: 'responsible', due: own },
  conditions: { kind: 'conditions', clause: 'R63', owner: 'responsible', due: own },
} as const satisfies { [name: string]: Owed };

/** The deadline of a returned plan may lie after the window and never shortens it. */
function planDeadline(context: CandidateContext): Due | null {
  const window = context.windows?.mobilization ?? null;
  const { deadline } = context;
  if (window === null || deadline === null) return window;
  return isBefore(window.dueAt, deadline.dueAt) ? deadline : window;
}

export const candidateSetup = setup({
  types: {
    context: {} as CandidateContext,
    events: {} as CandidateEvent,
    input: {} as CandidateInput,
  },
  actions: effects,
  delays: {
    planDueSoon: until(owed.plan.due, 'dueSoonAt'),
    planWindow: until(owed.plan.due, 'dueAt'),
    mobilizationDueSoon: until(owed.mobilization.due, 'dueSoonAt'),
    mobilizationWindow: until(owed.mobilization.due, 'dueAt'),
    creationDueSoon: until(owed.creation.due, 'dueSoonAt'),
    creationWindow: until(owed.creation.due, 'dueAt'),
    selfCheckDueSoon: until(owed.selfCheck.due, 'dueSoonAt'),
    selfCheckWindow: until(owed.selfCheck.due, 'dueAt'),
    applicationDueSoon: until(owed.application.due, 'dueSoonAt'),
    applicationWindow: until(owed.application.due, 'dueAt'),
    correctionDueSoon: until(own, 'dueSoonAt'),
    correctionWindow: until(own, 'dueAt'),
    conditionsDueSoon: until(own, 'dueSoonAt'),
    conditionsWindow: until(own, 'dueAt'),
    deferral: until(own, 'dueAt'),
    reconsiderationWindow: until(own, 'dueAt'),
    publicityPeriod: until(own, 'dueAt'),
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

/** An official document that follows from this step, delivered by its own notice. */
export const issueDocument = (
  kind: 'public-notice' | 'final-decision',
  issuer: 'city' | 'county',
  [to, copyTo]: readonly [to: readonly Addressee[], copyTo: readonly Addressee[]],
  params: (args: { context: CandidateContext }) => { [name: string]: string | null },
) => say('issue-document', (args) => ({ kind, issuer, to, copyTo, params: params(args) }));

/** The state entered next waits for the deadline that the event opened. */
export const keepDeadline = candidateSetup.assign(({ event }) => ({
  deadline: event.facts.deadline ?? null,
}));

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
