// An objection to a candidate under public notice (R63): looked into by somebody without conflict,
// decided by another, answered to whoever raised it. While it is open the candidate stands still.
//
//   unrecorded ── receive ──▶ open: received ── admit ──▶ investigating ── report ──▶ reported
//        │                        │                          ▲   │ recuse, return        │
//        │ anonymous, no clue     │ not-admit                └───┘                       │ uphold ·
//        ▼                        ▼                                                      ▼ dismiss
//    not-opened               replying ── reply ──▶ answered        (anonymous: answered at once)

import { setup } from 'xstate';
import type { CloseObligation, OpenObligation } from './effect.ts';
import { effects } from './effect.ts';
import type { ObjectionContext, ObjectionEvent, ObjectionInput } from './objection/events.ts';
import type { EventOf } from './objection/requirements.ts';
import {
  decidedByAnother,
  investigatorIsFree,
  investigatorIsKnown,
  isTheInvestigator,
  objectedInTime,
  repliedByToday,
  underPublicNotice,
} from './objection/requirements.ts';
import { requires, when } from './requirement.ts';
import { delayMs, isBefore } from './time.ts';

type Args = { context: ObjectionContext; event: ObjectionEvent };
type Debt = 'objection' | 'objection-reply';

const wait =
  (part: 'dueSoonAt' | 'dueAt') =>
  ({ context, event }: Args): number =>
    context.deadline === null ? Number.NaN : delayMs(event.at, context.deadline[part]);

const objectionSetup = setup({
  types: {
    context: {} as ObjectionContext,
    events: {} as ObjectionEvent,
    input: {} as ObjectionInput,
  },
  actions: effects,
  delays: {
    objectionDueSoon: wait('dueSoonAt'),
    objectionWindow: wait('dueAt'),
    replyDueSoon: wait('dueSoonAt'),
    replyWindow: wait('dueAt'),
  },
});

const keyOf = (debt: Debt, { generation, replyGeneration }: ObjectionContext) => ({
  kind: debt,
  generation: debt === 'objection' ? generation : replyGeneration,
});

const owe = (debt: Debt) => [
  objectionSetup.assign(({ context }) =>
    debt === 'objection'
      ? { generation: context.generation + 1 }
      : { replyGeneration: context.replyGeneration + 1 },
  ),
  {
    type: 'open-obligation' as const,
    params: ({ context }: Args): OpenObligation => {
      const { deadline } = context;
      if (deadline === null) throw new Error(`${debt} has no deadline`);
      const { dueAt, provisional, calendarVersion } = deadline;
      return {
        ...keyOf(debt, context),
        clause: 'R63',
        owner: 'responsible',
        dueAt,
        provisional,
        calendarVersion,
      };
    },
  },
];

const settle = (debt: Debt) => ({
  type: 'close-obligation' as const,
  params: ({ context, event }: Args): CloseObligation => ({
    ...keyOf(debt, context),
    outcome: event.type === 'recalculate-deadline' ? 'superseded' : 'satisfied',
  }),
});

const raise = (debt: Debt, level: 'due-soon' | 'overdue') => [
  {
    type: 'raise-obligation' as const,
    params: ({ context }: Args) => ({ ...keyOf(debt, context), level }),
  },
  {
    type: 'notify' as const,
    params: ({ context }: Args) => ({
      template: `obligation-${level}`,
      to: ['responsible'] as const,
      params: { obligation: debt, dueAt: context.deadline?.dueAt ?? null },
      obligation: { ...keyOf(debt, context), level },
    }),
  },
];

const reminders = (debt: Debt) => ({
  soon: {
    guard: ({ context, event }: Args) => isBefore(event.at, context.deadline?.dueAt ?? event.at),
    actions: raise(debt, 'due-soon'),
  },
  late: { actions: raise(debt, 'overdue') },
});

const keepDeadline = objectionSetup.assign(({ event }) => ({
  deadline: event.facts.deadline ?? null,
}));

const appoint = objectionSetup.assign(({ event }) =>
  event.type === 'admit' || event.type === 'reassign'
    ? { investigatorId: event.investigatorId }
    : {},
);

const OUTCOMES = { 'not-admit': 'not-admitted', uphold: 'upheld', dismiss: 'dismissed' } as const;

const keepDecision = objectionSetup.assign(({ event }) => {
  if (event.type !== 'not-admit' && event.type !== 'uphold' && event.type !== 'dismiss') return {};
  return {
    outcome: OUTCOMES[event.type],
    reason: event.reason,
    decidedBy: event.by.principalId,
    decidedAt: event.at,
  };
});

/** The candidate is told, unless it has come to another end meanwhile and stands still no more. */
const tellCandidate = {
  type: 'tell-parent' as const,
  params: ({ context, event }: Args) => ({
    event: {
      type: 'objection-closed',
      objectionId: context.objectionId,
      upheld: event.type === 'uphold',
      reason: 'reason' in event ? event.reason : '',
    },
  }),
};

type Decides = EventOf<'not-admit' | 'uphold' | 'dismiss'>;
const isAnonymous = ({ objector }: ObjectionContext): boolean => objector.kind === 'anonymous';
const isLive = ({ facts }: Decides): boolean => facts.publicity?.isLive === true;

/** Four ways of one decision: the candidate lives or not, somebody waits for an answer or nobody. */
const decision = (...requirements: (typeof decidedByAnother)[]) =>
  [true, false].flatMap((live) =>
    [false, true].map((anonymous) => ({
      guard: when(
        (context: ObjectionContext, event: Decides) =>
          isLive(event) === live && isAnonymous(context) === anonymous,
        ...(requirements as never[]),
      ),
      target: anonymous ? ('#objection.answered' as const) : ('#objection.replying' as const),
      actions: [keepDecision, keepDeadline, ...(live ? [tellCandidate] : [])],
    })),
  );

const isIdle = (context: ObjectionContext): boolean =>
  isAnonymous(context) && context.clues === null;

const open = reminders('objection');
const reply = reminders('objection-reply');

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
    // No wait may start here: `xstate.init` carries no time.
    unrecorded: {
      on: {
        receive: [
          {
            guard: when(isIdle, underPublicNotice, objectedInTime),
            target: 'not-opened',
            actions: objectionSetup.assign(({ event }) => ({
              receivedAt: event.at,
              outcome: 'not-opened' as const,
            })),
          },
          {
            guard: requires(underPublicNotice, objectedInTime),
            target: 'open',
            actions: [
              keepDeadline,
              objectionSetup.assign(({ event }) => ({ receivedAt: event.at })),
              {
                type: 'tell-parent',
                params: ({ context: { objectionId } }: Args) => ({
                  event: { type: 'objection-opened', objectionId },
                }),
              },
              {
                type: 'notify',
                params: ({ context }: Args) => ({
                  template: 'objection-received',
                  to: ['responsible'] as const,
                  params: { dueAt: context.deadline?.dueAt ?? null },
                }),
              },
            ],
          },
        ],
      },
    },
    open: {
      initial: 'received',
      entry: owe('objection'),
      exit: settle('objection'),
      after: { objectionDueSoon: open.soon, objectionWindow: open.late },
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
              actions: objectionSetup.assign(({ context, event }) => ({
                investigatorId: null,
                recused: [...context.recused, event.by.principalId],
              })),
            },
            report: {
              guard: requires(isTheInvestigator),
              target: 'reported',
              actions: objectionSetup.assign(({ event }) => ({
                findings: event.type === 'report' ? event.findings : null,
              })),
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
    },
    // Whoever gave their name is told what became of it.
    replying: {
      entry: owe('objection-reply'),
      exit: settle('objection-reply'),
      after: { replyDueSoon: reply.soon, replyWindow: reply.late },
      on: {
        'recalculate-deadline': { target: 'replying', reenter: true, actions: keepDeadline },
        reply: {
          guard: requires(repliedByToday),
          target: 'answered',
          actions: objectionSetup.assign(({ event }) => ({ repliedAt: event.at })),
        },
      },
    },
    'not-opened': { type: 'final' },
    answered: { type: 'final' },
  },
});
