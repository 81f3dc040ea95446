// The reconsideration of a review that was failed (R63, R64): asked for once by the applicant, decided by
// another officer of the body that reviewed. The candidate waits meanwhile.
//
//   unasked ── ask ──▶ asked ── uphold ──▶ upheld     (the candidate is not selected)
//                        │ ╰─── grant ───▶ granted    (the candidate is under review again)
//                        │ due soon, overdue; recuse, withdraw-recusal
//                        ╰─ candidate-ended ─▶ settled

import { setup } from 'xstate';
import type { Conflict } from '../assessment/interests.ts';
import { tellCandidate } from '../candidate/child-events.ts';
import type { CandidateEventType } from '../candidate/events.ts';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { Role } from '../kit/access.ts';
import { recusalTakenBack } from '../kit/common-requirements.ts';
import type { EventOf, MachineEvent } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { owing, REPLACED, until } from '../kit/owing.ts';
import type { Requirement } from '../kit/requirement.ts';
import { requires } from '../kit/requirement.ts';
import type { Deadline } from '../kit/time.ts';
import { addresseeOf } from '../procedure/part.ts';

export type ReconsiderationInput = {
  candidateId: string;
  /** The stage of the failed review, the role whose office reviewed, and the sentence by which it did. */
  stage: string;
  office: Role;
  clause: string;
  failedBy: string;
  /** The roles that apply for the candidate; they may also ask for the reconsideration. */
  applicants: readonly string[];
};

export type ReconsiderationContext = ReconsiderationInput & {
  deadline: Deadline | null;
  generation: number;
  askedAt: string | null;
  /** The applicant's reason for asking. */
  grounds: string | null;
  /** Officers who stepped back; none of them decides. */
  recused: readonly string[];
  decidedBy: string | null;
  decidedAt: string | null;
  /** The reason of the decision. */
  reason: string | null;
};

/** The facts of the guards; `conflict` is that of the officer who is to decide. */
export type ReconsiderationFacts = { deadline: Deadline; conflict: Conflict };
type Named<Type extends string, Payload = unknown> = MachineEvent<
  Type,
  ReconsiderationFacts,
  Payload
>;

export type ReconsiderationEvent =
  | Named<'ask', { reason: string }>
  | Named<'recuse', { reason: string }>
  | Named<'withdraw-recusal', { officerId: string; reason: string }>
  | Named<'uphold', { reason: string }>
  | Named<'grant', { reason: string }>
  | Named<'candidate-ended'>
  | Named<'recalculate-deadline'>;

export type ReconsiderationEventType = ReconsiderationEvent['type'];
type Decides = EventOf<ReconsiderationEvent, 'uphold' | 'grant'>;

export const reconsiderationFacts: {
  [Type in ReconsiderationEventType]?: readonly (keyof ReconsiderationFacts)[];
} = {
  ask: ['deadline'],
  uphold: ['conflict'],
  grant: ['conflict'],
  'recalculate-deadline': ['deadline'],
};

export const reconsiderationDeadlines = {
  ask: 'reconsiderationDecisionWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in ReconsiderationEventType]?: string };

export const reconsiderationTells: {
  [Type in ReconsiderationEventType]?: readonly CandidateEventType[];
} = {
  ask: ['reconsideration-asked'],
  uphold: ['reconsideration-closed'],
  grant: ['reconsideration-closed'],
};

type Rule = Requirement<ReconsiderationContext, Decides>;

const rule = (name: string, zh: string, en: string, measure: Rule['measure']): Rule => ({
  name,
  clause: 'R63',
  restsOn: ({ clause }) => clause,
  modality: 'M',
  zh,
  en,
  measure,
});

const byTheBody = rule(
  'decided-by-the-reviewing-body',
  '由作出验收结论的机关复核',
  'decided by the body that reviewed',
  ({ office }, { by }) => ({
    actual: [...by.roles],
    required: [office],
    met: by.roles.includes(office),
  }),
);

const byAnother = rule(
  'decided-by-another',
  '由作出不通过结论以外的人员复核',
  'decided by an officer other than the one who failed it',
  ({ failedBy }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${failedBy}`,
    met: by.principalId !== failedBy,
  }),
);

/** 回避 is the same as for the investigator of an objection. */
const isFree = rule(
  'decider-is-free',
  '复核人与该对象没有须回避的关系，也未曾回避',
  'whoever decides has no conflict of interest and has not stepped back',
  ({ recused }, event) => {
    const conflict = recused.includes(event.by.principalId)
      ? 'recused'
      : (factOf(event, 'conflict')?.kind ?? null);
    return { actual: conflict, required: null, met: conflict === null };
  },
);

type Args = { context: ReconsiderationContext; event: ReconsiderationEvent };

const { notify, on, say } = chartParts<ReconsiderationContext, ReconsiderationEvent>();

const own = ({ deadline }: ReconsiderationContext) => deadline;

const reconsiderationSetup = setup({
  types: {
    context: {} as ReconsiderationContext,
    events: {} as ReconsiderationEvent,
    input: {} as ReconsiderationInput,
  },
  actions: effects,
  delays: {
    reconsiderationDueSoon: until(own, 'dueSoonAt'),
    reconsiderationDecisionWindow: until(own, 'dueAt'),
  },
});

const officeOf = ({ office }: ReconsiderationContext) => addresseeOf(office);

const decision = owing<ReconsiderationContext, ReconsiderationEvent>({
  key: ({ generation }) => ({ kind: 'reconsideration-decision', generation }),
  clause: ({ clause }) => clause,
  owner: officeOf,
  due: own,
  outcomes: { ...REPLACED, 'candidate-ended': 'waived' },
});

const keepDeadline = reconsiderationSetup.assign(({ event }) => ({
  deadline: event.facts.deadline ?? null,
}));

const ask = {
  target: 'asked' as const,
  actions: [
    keepDeadline,
    on('ask', ({ event }) => ({ askedAt: event.at, grounds: event.reason })),
    tellCandidate((_: Args) => ({ type: 'reconsideration-asked' as const })),
    say('notify', ({ context }) => ({
      template: 'reconsideration-asked' as const,
      to: [officeOf(context), 'responsible'] as const,
      params: {
        reason: context.grounds,
        dueAt: context.deadline?.dueAt ?? null,
        restsOn: context.clause,
      },
    })),
  ],
};

const deciding = (type: Decides['type']) => {
  const isGranted = type === 'grant';
  return {
    guard: requires(byTheBody, byAnother, isFree),
    target: isGranted ? ('granted' as const) : ('upheld' as const),
    actions: [
      on(type, ({ event }) => ({
        decidedBy: event.by.principalId,
        decidedAt: event.at,
        reason: event.reason,
      })),
      tellCandidate(({ context }: Args) => ({
        type: 'reconsideration-closed' as const,
        granted: isGranted,
        reason: context.reason ?? '',
      })),
      notify(
        isGranted ? 'reconsideration-granted' : 'reconsideration-upheld',
        ['responsible', 'superior'],
        ({ context }) => ({ reason: context.reason, restsOn: context.clause }),
      ),
    ],
  };
};

export const reconsiderationV1 = reconsiderationSetup.createMachine({
  id: 'reconsideration',
  version: '1',
  context: ({ input }) => ({
    ...input,
    deadline: null,
    generation: 0,
    askedAt: null,
    grounds: null,
    recused: [],
    decidedBy: null,
    decidedAt: null,
    reason: null,
  }),
  initial: 'unasked',
  states: {
    // No wait may start here: `xstate.init` carries no time.
    unasked: { on: { ask } },
    asked: {
      entry: [
        reconsiderationSetup.assign(({ context }) => ({ generation: context.generation + 1 })),
        decision.open,
      ],
      exit: decision.settle,
      after: {
        reconsiderationDueSoon: decision.dueSoon((context) => [officeOf(context)]),
        reconsiderationDecisionWindow: decision.overdue((context) => [
          officeOf(context),
          'responsible',
        ]),
      },
      on: {
        'recalculate-deadline': { target: 'asked', reenter: true, actions: keepDeadline },
        recuse: {
          actions: on('recuse', ({ context, event }) => ({
            recused: [...context.recused, event.by.principalId],
          })),
        },
        'withdraw-recusal': {
          guard: requires(
            ...recusalTakenBack<
              ReconsiderationContext,
              EventOf<ReconsiderationEvent, 'withdraw-recusal'>
            >(
              'R63',
              ({ officerId }) => officerId,
              ({ recused }, { officerId }) => recused.includes(officerId),
            ),
          ),
          actions: on('withdraw-recusal', ({ context, event }) => ({
            recused: context.recused.filter((id) => id !== event.officerId),
          })),
        },
        uphold: deciding('uphold'),
        grant: deciding('grant'),
        'candidate-ended': { target: 'settled' },
      },
    },
    upheld: { type: 'final' },
    granted: { type: 'final' },
    settled: { type: 'final' },
  },
});
