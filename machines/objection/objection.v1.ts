// An objection to a candidate under public notice (R63). An officer without conflict investigates it,
// another decides, and the objector gets an answer. The candidate stands still while it is open.
//
//   unrecorded ── receive ──▶ open: received ── admit ──▶ investigating ── report ──▶ reported
//        │                        │                          ▲   │ recuse, return        │
//        │ anonymous, no clue     │ not-admit                └───┘                       │ uphold ·
//        ▼                        ▼                                                      ▼ dismiss
//    not-opened               replying ── reply ──▶ answered        (anonymous: answered at once)

import { setup } from 'xstate';
import { tellCandidate } from '../candidate/child-events.ts';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { EventOf } from '../kit/event.ts';
import { owing, until } from '../kit/owing.ts';
import { requires, when } from '../kit/requirement.ts';
import type { ObjectionContext, ObjectionEvent, ObjectionInput } from './events.ts';
import {
  decidedByAnother,
  investigatorIsFree,
  investigatorIsKnown,
  isTheInvestigator,
  objectedInTime,
  repliedByToday,
  underPublicNotice,
} from './requirements.ts';

type Args = { context: ObjectionContext; event: ObjectionEvent };

const { notify, on } = chartParts<ObjectionContext, ObjectionEvent>();

const own = ({ deadline }: ObjectionContext) => deadline;

const objectionSetup = setup({
  types: {
    context: {} as ObjectionContext,
    events: {} as ObjectionEvent,
    input: {} as ObjectionInput,
  },
  actions: effects,
  delays: {
    objectionDueSoon: until(own, 'dueSoonAt'),
    objectionWindow: until(own, 'dueAt'),
    replyDueSoon: until(own, 'dueSoonAt'),
    replyWindow: until(own, 'dueAt'),
  },
});

const owe = (key: (context: ObjectionContext) => { kind: string; generation: number }) =>
  owing<ObjectionContext, ObjectionEvent>({
    key,
    clause: ({ clause }) => clause,
    owner: () => 'responsible',
    due: own,
  });
const investigation = owe(({ generation }) => ({ kind: 'objection', generation }));
const reply = owe(({ replyGeneration: generation }) => ({ kind: 'objection-reply', generation }));

const keepDeadline = objectionSetup.assign(({ event }) => ({
  deadline: event.facts.deadline ?? null,
}));

const appoint = on(['admit', 'reassign'], ({ event }) => ({
  investigatorId: event.investigatorId,
}));

const OUTCOMES = { 'not-admit': 'not-admitted', uphold: 'upheld', dismiss: 'dismissed' } as const;

const keepDecision = on(['not-admit', 'uphold', 'dismiss'], ({ event }) => ({
  outcome: OUTCOMES[event.type],
  reason: event.reason,
  decidedBy: event.by.principalId,
  decidedAt: event.at,
}));

/** The decision goes to a candidate that still lives; it has waited for it. */
const tellDecision = tellCandidate(({ context, event }: Args) => ({
  type: 'objection-closed',
  objectionId: context.objectionId,
  upheld: event.type === 'uphold',
  reason: 'reason' in event ? event.reason : '',
}));

type Decides = EventOf<ObjectionEvent, 'not-admit' | 'uphold' | 'dismiss'>;
const isAnonymous = ({ objector }: ObjectionContext): boolean => objector.kind === 'anonymous';
const isLive = ({ facts }: Decides): boolean => facts.publicity?.isLive === true;

/** A decision has four ways: the candidate lives or not, and the objector is named or anonymous. */
const decision = (...requirements: (typeof decidedByAnother)[]) =>
  [true, false].flatMap((live) =>
    [false, true].map((anonymous) => ({
      guard: when(
        (context: ObjectionContext, event: Decides) =>
          isLive(event) === live && isAnonymous(context) === anonymous,
        ...requirements,
      ),
      target: anonymous ? ('#objection.answered' as const) : ('#objection.replying' as const),
      actions: [keepDecision, keepDeadline, ...(live ? [tellDecision] : [])],
    })),
  );

const isIdle = (context: ObjectionContext): boolean =>
  isAnonymous(context) && context.clues === null;

const open = objectionSetup.createStateConfig({
  initial: 'received',
  entry: [
    objectionSetup.assign(({ context }) => ({ generation: context.generation + 1 })),
    investigation.open,
  ],
  exit: investigation.settle,
  after: {
    objectionDueSoon: investigation.dueSoon(['responsible']),
    objectionWindow: investigation.overdue(['responsible']),
  },
  on: { 'recalculate-deadline': { target: 'open', reenter: true, actions: keepDeadline } },
  states: {
    received: {
      on: {
        admit: {
          guard: requires(investigatorIsKnown, investigatorIsFree),
          target: 'investigating',
          actions: appoint,
        },
        'not-admit': decision(),
      },
    },
    investigating: {
      on: {
        reassign: {
          guard: requires(investigatorIsKnown, investigatorIsFree),
          actions: appoint,
        },
        recuse: {
          guard: requires(isTheInvestigator),
          target: 'received',
          actions: on('recuse', ({ context, event }) => ({
            investigatorId: null,
            recused: [...context.recused, event.by.principalId],
          })),
        },
        report: {
          guard: requires(isTheInvestigator),
          target: 'reported',
          actions: on('report', ({ event }) => ({ findings: event.findings })),
        },
      },
    },
    reported: {
      on: {
        'return-report': { target: 'investigating' },
        uphold: decision(decidedByAnother),
        dismiss: decision(decidedByAnother),
      },
    },
  },
});

// An objector who gave a name gets an answer.
const replying = objectionSetup.createStateConfig({
  entry: [
    objectionSetup.assign(({ context }) => ({ replyGeneration: context.replyGeneration + 1 })),
    reply.open,
  ],
  exit: reply.settle,
  after: {
    replyDueSoon: reply.dueSoon(['responsible']),
    replyWindow: reply.overdue(['responsible']),
  },
  on: {
    'recalculate-deadline': { target: 'replying', reenter: true, actions: keepDeadline },
    reply: {
      guard: requires(repliedByToday),
      target: 'answered',
      actions: on('reply', ({ event }) => ({ repliedAt: event.at })),
    },
  },
});

export const objectionV1 = objectionSetup.createMachine({
  id: 'objection',
  version: '1',
  context: ({ input }) => ({
    ...input,
    deadline: null,
    generation: 0,
    replyGeneration: 0,
    receivedAt: null,
    investigatorId: null,
    recused: [],
    findings: null,
    outcome: null,
    reason: null,
    decidedBy: null,
    decidedAt: null,
    repliedAt: null,
  }),
  initial: 'unrecorded',
  states: {
    // No wait may start here, because `xstate.init` carries no time.
    unrecorded: {
      on: {
        receive: [
          {
            guard: when(isIdle, underPublicNotice, objectedInTime),
            target: 'not-opened',
            actions: on('receive', ({ event }) => ({
              receivedAt: event.at,
              outcome: 'not-opened',
            })),
          },
          {
            guard: requires(underPublicNotice, objectedInTime),
            target: 'open',
            actions: [
              keepDeadline,
              on('receive', ({ event }) => ({ receivedAt: event.at })),
              tellCandidate(({ context: { objectionId } }: Args) => ({
                type: 'objection-opened',
                objectionId,
              })),
              notify('objection-received', ['responsible'], ({ context }) => ({
                dueAt: context.deadline?.dueAt ?? null,
              })),
            ],
          },
        ],
      },
    },
    open,
    replying,
    'not-opened': { type: 'final' },
    answered: { type: 'final' },
  },
});
