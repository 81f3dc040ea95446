// An objection to a candidate under public notice (R63). An officer without conflict investigates it,
// another decides, and the objector gets an answer. The candidate stands still while it is open.
//
//   unrecorded ── raise ──▶ open: received ── admit ──▶ investigating ── report ──▶ reported
//     │    │                  ▲   │                        ▲   │ recuse, return        │
//     │    │ anonymous,       │   │ not-admit              └───┘                       │ uphold ·
//     │    ▼ no clue          │   ▼                                                    ▼ dismiss
//     │  not-opened ◀──┐      │ replying ── reply ──▶ answered   (nobody to be answered: at once)
//     │ lodge          │      │
//     └─────────▶ lodged: unread ── receive
//                          ▲ │ propose-rejection
//                  receive │ ▼
//                       rejection-proposed ── confirm-rejection ──▶ rejected

import { setup } from 'xstate';
import { tellCandidate } from '../candidate/child-events.ts';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import { anotherOfficer, recusalTakenBack } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { owing, until } from '../kit/owing.ts';
import { requires, when } from '../kit/requirement.ts';
import type { ObjectionContext, ObjectionEvent, ObjectionInput } from './events.ts';
import {
  decidedByAnother,
  investigatorIsFree,
  investigatorIsKnown,
  isTheInvestigator,
  lodgedInTime,
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
    receiptWindow: until(own, 'dueAt'),
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
const receipt = owe(({ receiptGeneration: generation }) => ({
  kind: 'objection-receipt',
  generation,
}));
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

/** From here on the candidate stands still; it has gone on while the objection was only lodged. */
const tellOpening = tellCandidate(({ context: { objectionId, lodgedAt }, event }: Args) => ({
  type: 'objection-opened',
  objectionId,
  objectedAt: lodgedAt ?? event.at,
}));

type Decides = EventOf<ObjectionEvent, 'not-admit' | 'uphold' | 'dismiss'>;
type Reads = EventOf<ObjectionEvent, 'raise' | 'receive'>;

/** Whoever lodged it asks by the code of the receipt, anonymous or not. */
const isBeyondReply = ({ objector, lodgedAt }: ObjectionContext): boolean =>
  objector.kind === 'anonymous' && lodgedAt === null;
const isLive = ({ facts }: Decides | Reads): boolean => facts.publicity?.isLive === true;

/** A decision has four ways: the candidate lives or not, and the objector can be answered or not. */
const decision = (...requirements: (typeof decidedByAnother)[]) =>
  [true, false].flatMap((live) =>
    [false, true].map((silent) => ({
      guard: when(
        (context: ObjectionContext, event: Decides) =>
          isLive(event) === live && isBeyondReply(context) === silent,
        ...requirements,
      ),
      target: silent ? ('#objection.answered' as const) : ('#objection.replying' as const),
      actions: [keepDecision, keepDeadline, ...(live ? [tellDecision] : [])],
    })),
  );

const isIdle = ({ objector, hasClues }: ObjectionContext): boolean =>
  objector.kind === 'anonymous' && !hasClues;

const keepIdle = on(['raise', 'receive'], ({ event }) => ({
  receivedAt: event.at,
  outcome: 'not-opened',
}));

const keepReceived = [
  keepDeadline,
  on(['raise', 'receive'], ({ event }) => ({ receivedAt: event.at })),
  notify('objection-received', ['responsible'], ({ context }) => ({
    dueAt: context.deadline?.dueAt ?? null,
  })),
];

const lodged = objectionSetup.createStateConfig({
  initial: 'unread',
  entry: [
    objectionSetup.assign(({ context }) => ({ receiptGeneration: context.receiptGeneration + 1 })),
    receipt.open,
  ],
  exit: receipt.settle,
  // It is due so soon that the notice of the lodging is the reminder before.
  after: {
    receiptWindow: receipt.overdue(['responsible']),
  },
  on: {
    'recalculate-deadline': { target: 'lodged', reenter: true, actions: keepDeadline },
    receive: [
      { guard: when(isIdle), target: 'not-opened', actions: keepIdle },
      {
        guard: when((_: ObjectionContext, event: Reads) => isLive(event)),
        target: 'open',
        actions: [...keepReceived, tellOpening],
      },
      { target: 'open', actions: keepReceived },
    ],
    'propose-rejection': {
      target: 'lodged.rejection-proposed',
      actions: on('propose-rejection', ({ event }) => ({
        rejectionProposedBy: event.by.principalId,
        reason: event.reason,
      })),
    },
  },
  states: {
    unread: {},
    'rejection-proposed': {
      on: {
        'confirm-rejection': {
          guard: requires(
            anotherOfficer(
              'R63',
              ({ rejectionProposedBy }: ObjectionContext) => rejectionProposedBy,
            ),
          ),
          target: '#objection.rejected',
          actions: on('confirm-rejection', ({ event }) => ({
            outcome: 'rejected',
            decidedBy: event.by.principalId,
            decidedAt: event.at,
          })),
        },
      },
    },
  },
});

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
  on: {
    'recalculate-deadline': { target: 'open', reenter: true, actions: keepDeadline },
    'withdraw-recusal': {
      guard: requires(
        ...recusalTakenBack<ObjectionContext, EventOf<ObjectionEvent, 'withdraw-recusal'>>(
          'R63',
          ({ investigatorId }) => investigatorId,
          ({ recused }, { investigatorId }) => recused.includes(investigatorId),
        ),
      ),
      actions: on('withdraw-recusal', ({ context, event }) => ({
        recused: context.recused.filter((id) => id !== event.investigatorId),
      })),
    },
  },
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

// An objector who gave a name, or has a receipt, gets an answer.
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
      actions: on('reply', ({ event }) => ({ repliedAt: event.at, reply: event.content })),
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
    receiptGeneration: 0,
    replyGeneration: 0,
    lodgedAt: null,
    receivedAt: null,
    investigatorId: null,
    recused: [],
    findings: null,
    rejectionProposedBy: null,
    outcome: null,
    reason: null,
    decidedBy: null,
    decidedAt: null,
    repliedAt: null,
    reply: null,
  }),
  initial: 'unrecorded',
  states: {
    // No wait may start here, because `xstate.init` carries no time.
    unrecorded: {
      on: {
        lodge: {
          guard: requires(lodgedInTime),
          target: 'lodged',
          actions: [
            keepDeadline,
            on('lodge', ({ event }) => ({ lodgedAt: event.at })),
            notify('objection-lodged', ['responsible'], ({ context }) => ({
              dueAt: context.deadline?.dueAt ?? null,
            })),
          ],
        },
        raise: [
          {
            guard: when(isIdle, underPublicNotice, objectedInTime),
            target: 'not-opened',
            actions: keepIdle,
          },
          {
            guard: requires(underPublicNotice, objectedInTime),
            target: 'open',
            actions: [...keepReceived, tellOpening],
          },
        ],
      },
    },
    lodged,
    open,
    replying,
    rejected: { type: 'final' },
    'not-opened': { type: 'final' },
    answered: { type: 'final' },
  },
});
