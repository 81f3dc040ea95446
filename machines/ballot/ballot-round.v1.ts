// A round in which party members and masses vote on one candidate (R61).
//
//   unconvened ── convene (roll) ──▶ convened ── opening time / open ──▶ open   (or open at once)
//                                       ▲                                 │ closing time / close
//                    reconvene          │                  open form      ▼      secret
//                 (next generation)     │            counting ◀───────────┴─────────┐
//                                       │      enter-count │ ▲ reject-count         │
//                                       │                  ▼ │ by another           │
//                                     void ◀── void ──  counted ── confirm-count ─▶ valid
//                                       ▲                             by another    ▲
//                                       └── more returned than issued, no quorum ───┘
//   lapsed: the candidate has left and cannot take the result.
//   Of a secret round slips are printed while it is convened or open, and then drawn by who is marked on the roll.

import { factOf } from '../kit/event.ts';
import { requires, when } from '../kit/requirement.ts';
import { isBefore } from '../kit/time.ts';
import { ballotEffects, ballotSetup, keep, notify, owe } from './chart.ts';
import type { BallotRoundContext, BallotRoundEvent, BallotRoundInput } from './events.ts';
import {
  anotherHandsOut,
  anotherTeller,
  candidateIsEvaluated,
  candidateIsGone,
  closesAfterOpening,
  countAddsUp,
  entryIsOnTheRoll,
  entryIsUnmarked,
  everyBallotReturned,
  extendsTheTime,
  isSecret,
  noSlipIsOut,
  onlyRound,
  openingTimeHasCome,
  rollIsWhole,
  rollKeepsSecrets,
  slipsArePrinted,
  slipsSuffice,
  urnIsOpen,
} from './requirements.ts';

const startingContext = (input: BallotRoundInput): BallotRoundContext => ({
  ...input,
  generation: 0,
  opensAt: null,
  closesAt: null,
  roll: {},
  printed: {},
  printedBy: null,
  issued: {},
  extensions: [],
  counted: null,
  countedBy: null,
  result: null,
  reason: null,
  deadline: null,
  generations: {},
});

type Applies = (context: BallotRoundContext, event: BallotRoundEvent) => boolean;

const isOpenForm: Applies = ({ form }) => form === 'open';
const candidateIsElsewhere: Applies = ({ stream }, event) =>
  !factOf(event, 'parent').gathers.includes(stream);
const comesToNothing: Applies = (_, event) => factOf(event, 'ballotResult')?.void != null;
const isVoid: Applies = (context, event) =>
  !candidateIsElsewhere(context, event) && comesToNothing(context, event);
const isValid: Applies = (context, event) =>
  !candidateIsElsewhere(context, event) && !comesToNothing(context, event);

/** A way out of the count, chosen by the result of the ballots. */
const outcomes = {
  lapsed: {
    applies: candidateIsElsewhere,
    target: '#ballot-round.lapsed',
    actions: [ballotEffects.destroyUrn],
  },
  void: {
    applies: isVoid,
    target: '#ballot-round.void',
    actions: [
      keep.result,
      keep.deadline,
      ballotEffects.closeUrn,
      notify('ballot-round-void', ['superior', 'responsible', 'county-office'], ({ context }) => ({
        cause: context.result?.void ?? null,
        reason: null,
        issued: context.result?.issued ?? null,
        returned: context.result?.returned ?? null,
      })),
    ],
  },
  valid: {
    applies: isValid,
    target: '#ballot-round.valid',
    actions: [
      keep.result,
      ballotEffects.closeUrn,
      ballotEffects.tellCandidate,
      notify(
        'ballot-round-closed',
        ['superior', 'responsible', 'county-office'],
        ({ context }) => ({
          issued: context.result?.issued ?? null,
          returned: context.result?.returned ?? null,
          score: (context.result?.scoreCenti ?? 0) / 100,
        }),
      ),
    ],
  },
};

const toCounting = {
  applies: isOpenForm,
  target: '#ballot-round.counting',
  actions: [
    keep.deadline,
    notify('ballot-count-owed', ['superior'], ({ context }) => ({
      dueAt: context.deadline?.dueAt ?? null,
    })),
  ],
};

const ofSecret =
  (applies: Applies): Applies =>
  (context, event) =>
    !isOpenForm(context, event) && applies(context, event);

/** A round closes in the same ways by its closing time and by hand. */
const closings = [
  toCounting,
  ...[outcomes.lapsed, outcomes.void, outcomes.valid].map((way) => ({
    ...way,
    applies: ofSecret(way.applies),
  })),
];

const convening = [
  candidateIsEvaluated,
  onlyRound,
  closesAfterOpening,
  rollIsWhole,
  rollKeepsSecrets,
] as const;

const opensLater: Applies = (_, event) =>
  'opensAt' in event && event.opensAt !== undefined && isBefore(event.at, event.opensAt);

const onConvening = [
  keep.convened,
  ballotEffects.storeRoll,
  notify('ballot-round-convened', ['superior', 'responsible'], ({ context }) => ({
    opensAt: context.opensAt,
    closesAt: context.closesAt,
  })),
];

/** A round opens at once, unless it is announced for later. */
const convened = [
  {
    guard: when(opensLater, ...convening),
    target: '#ballot-round.convened',
    actions: onConvening,
  },
  {
    guard: when((context, event) => !opensLater(context, event), ...convening),
    target: '#ballot-round.open',
    actions: onConvening,
  },
];

const voided = {
  target: '#ballot-round.void',
  actions: [
    keep.voided,
    keep.deadline,
    ballotEffects.destroyUrn,
    notify('ballot-round-void', ['superior', 'responsible', 'county-office'], ({ context }) => ({
      cause: null,
      reason: context.reason,
      issued: null,
      returned: null,
    })),
  ],
};

const lapse = {
  guard: requires(candidateIsGone),
  target: '#ballot-round.lapsed',
  actions: [keep.reason, ballotEffects.destroyUrn],
};

const count = owe('ballot-count', 'counting');
const confirmation = owe('ballot-confirmation', 'counted');
const repetition = owe('ballot-repeat', 'void');

const open = ballotSetup.createStateConfig({
  guard: requires(openingTimeHasCome),
  target: 'open',
});

/** Slips are printed before they are drawn; another set takes the place of the last until one is out. */
const printing = {
  guard: requires(isSecret, slipsSuffice, noSlipIsOut),
  actions: [keep.printed, ballotEffects.fillUrn],
};

export const ballotRoundV1 = ballotSetup.createMachine({
  id: 'ballot-round',
  version: '1',
  context: ({ input }) => startingContext(input),
  initial: 'unconvened',
  states: {
    unconvened: { on: { convene: convened } },
    convened: {
      after: {
        ballotOpening: { target: 'open' },
      },
      on: {
        open,
        'print-slips': printing,
        void: voided,
        lapse,
      },
    },
    open: {
      after: {
        ballotClosing: closings.map(({ applies, ...way }) => ({ ...way, guard: when(applies) })),
      },
      on: {
        'print-slips': printing,
        'mark-voter': {
          guard: requires(
            isSecret,
            urnIsOpen,
            slipsArePrinted,
            anotherHandsOut,
            entryIsOnTheRoll,
            entryIsUnmarked,
          ),
          actions: [keep.issued, ballotEffects.markRoll],
        },
        extend: {
          guard: requires(urnIsOpen, extendsTheTime),
          target: 'open',
          reenter: true,
          actions: [
            keep.extension,
            ballotEffects.extendUrn,
            notify('ballot-round-extended', ['superior', 'responsible'], ({ context }) => ({
              closesAt: context.closesAt,
              reason: context.extensions.at(-1)?.reason ?? null,
            })),
          ],
        },
        close: closings.map(({ applies, ...way }) => ({
          ...way,
          guard: applies === isOpenForm ? when(applies) : when(applies, everyBallotReturned),
        })),
        void: voided,
        lapse,
      },
    },
    counting: {
      ...count.state,
      on: {
        ...count.recalculate,
        'enter-count': {
          guard: requires(countAddsUp),
          target: 'counted',
          actions: [
            keep.counted,
            keep.deadline,
            notify('ballot-count-entered', ['superior'], ({ context }) => ({
              dueAt: context.deadline?.dueAt ?? null,
            })),
          ],
        },
        void: voided,
        lapse,
      },
    },
    counted: {
      ...confirmation.state,
      on: {
        ...confirmation.recalculate,
        'confirm-count': [outcomes.lapsed, outcomes.void, outcomes.valid].map(
          ({ applies, ...way }) => ({ ...way, guard: when(applies, anotherTeller) }),
        ),
        'reject-count': {
          guard: requires(anotherTeller),
          target: 'counting',
          actions: [keep.rejected, keep.deadline],
        },
        void: voided,
        lapse,
      },
    },
    void: {
      ...repetition.state,
      on: { ...repetition.recalculate, reconvene: convened, lapse },
    },
    valid: { type: 'final' },
    lapsed: { type: 'final' },
  },
});
