// A round of the random inspection (R58, 双随机) is frozen, published, revealed and inspected.
//
//   unprepared ── prepare ──▶ prepared ── publish ──▶ published ── drawReveal ──▶ revealed ──▶ completed
//                                │ commit-contribution    │ reveal-contribution      │ complete,
//                                │ declare-, withdraw-    │ declare-, withdraw-      │ declare-recusal, or its
//                                │ recusal                │ recusal                  │ time is over and
//                                └─ cancel ──▶ cancelled ◀┘ cancel, and               │ nothing is missing
//                                                           confirm-cancellation
//
// A chart knows no chance: the outcome of the draw is a fact, loaded when the timer fires.

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import { recusalTakenBack } from '../kit/common-requirements.ts';
import type { Addressee } from '../kit/effect.ts';
import type { EventOf } from '../kit/event.ts';
import { owing, until } from '../kit/owing.ts';
import type { Plain } from '../kit/requirement.ts';
import { requires } from '../kit/requirement.ts';
import { delayMs } from '../kit/time.ts';
import type { TemplateName } from '../notice/templates.ts';
import type { DrawContext, DrawEvent, DrawFacts, DrawInput, DrawOutcome } from './events.ts';
import { REVEAL_TIMER, WINDOW_TIMER } from './events.ts';
import {
  cancelledByAnother,
  commitsFirst,
  enoughInspectors,
  everyPartyCommitted,
  everyUnitInspected,
  fitsCommitment,
  isWideEnough,
  knownPair,
  mayDeclare,
  namesWhatItRepeats,
  populationIsThere,
  recusalIsNew,
  revealLiesAhead,
  roundIsNew,
  speaksForParty,
} from './requirements.ts';

type Args = { context: DrawContext; event: DrawEvent };

/** Facts that each event needs; nobody knows the outcome before the timer fires. */
export const drawFacts: { readonly [type: string]: readonly (keyof DrawFacts)[] } = {
  prepare: ['roundTaken', 'fallen', 'drawRules'],
  publish: ['coverage'],
  'reveal-contribution': ['contributionHash'],
  'declare-recusal': ['coverage', 'outcome'],
  complete: ['uninspected'],
  'recalculate-deadline': ['deadline'],
  [REVEAL_TIMER]: ['outcome', 'deadline'],
  [WINDOW_TIMER]: ['uninspected'],
};

export const drawDeadlines = {
  [REVEAL_TIMER]: 'drawnInspectionWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { readonly [type: string]: string };

const { say, on } = chartParts<DrawContext, DrawEvent>();

const own = ({ deadline }: DrawContext) => deadline;

const drawSetup = setup({
  types: {
    context: {} as DrawContext,
    events: {} as DrawEvent,
    input: {} as DrawInput,
  },
  actions: effects,
  delays: {
    drawReveal: ({ context, event }: Args) => delayMs(event.at, context.revealAt),
    drawnInspectionsDueSoon: until(own, 'dueSoonAt'),
    drawnInspectionsWindow: until(own, 'dueAt'),
  },
});

const notify = (
  template: TemplateName,
  to: readonly Addressee[],
  params: (args: Args) => { [name: string]: Plain },
) =>
  say('notify', (args) => ({
    template,
    to,
    params: { round: args.context.round, ...params(args) },
  }));

const outcomeOf = (event: { type: string; facts: Partial<DrawFacts> }): DrawOutcome => {
  if (event.facts.outcome == null) throw new Error(`${event.type} knows no outcome`);
  return event.facts.outcome;
};

const keepOutcome = drawSetup.assign(({ event }) => ({ result: outcomeOf(event) }));
const storeUnits = say('store-draw-units', ({ context }) => ({
  units: context.result?.assignments ?? [],
  dueAt: context.deadline?.dueAt ?? null,
}));

const keepRecusal = on(
  'declare-recusal',
  ({ context: { recusals }, event: { inspectorId, unitId, reason, at, by } }) => ({
    recusals: [...recusals, { inspectorId, unitId, reason, at, declaredBy: by.principalId }],
  }),
);

const keepDeadline = drawSetup.assign(({ context, event }) => ({
  deadline: event.facts.deadline ?? null,
  generation: context.generation + 1,
}));
const owed = owing<DrawContext, DrawEvent>({
  key: ({ generation }) => ({ kind: 'drawn-inspections', generation }),
  clause: () => 'R58',
  owner: () => 'county-office',
  due: own,
});

const nothingMissing = ({ event }: Args): boolean => event.facts.uninspected?.length === 0;

const PUBLIC = [
  'county-office',
  'county-department',
  'every-township-committee',
  'city-centre',
] as const;

const tellCancelled = notify('draw-cancelled', PUBLIC, ({ context }) => ({
  reason: context.reason,
  wasPublished: context.publishedAt !== null,
}));
type Pair = { inspectorId: string; unitId: string };
const isOf =
  ({ inspectorId, unitId }: Pair) =>
  (one: Pair): boolean =>
    one.inspectorId === inspectorId && one.unitId === unitId;

const recuse = {
  guard: requires(knownPair, mayDeclare, recusalIsNew, enoughInspectors),
  actions: keepRecusal,
};

/** Only before the reveal: after it, somebody would choose who inspects. */
const unrecuse = {
  guard: requires(
    ...recusalTakenBack<DrawContext, EventOf<DrawEvent, 'withdraw-recusal'>>(
      'R58',
      ({ inspectorId }) => inspectorId,
      ({ recusals }, event) => recusals.some(isOf(event)),
    ),
  ),
  actions: on('withdraw-recusal', ({ context: { recusals }, event }) => ({
    recusals: recusals.filter((one) => !isOf(event)(one)),
  })),
};

const published = drawSetup.createStateConfig({
  after: {
    drawReveal: {
      target: 'revealed',
      actions: [
        keepOutcome,
        keepDeadline,
        storeUnits,
        notify('draw-revealed', PUBLIC, ({ context }) => ({
          units: context.result?.units.length ?? 0,
          seed: context.result?.seed ?? null,
          resultHash: context.result?.resultHash ?? null,
          silent: context.contributions
            .filter(({ value }) => value === null)
            .map(({ party }) => party),
        })),
      ],
    },
  },
  on: {
    'reveal-contribution': {
      guard: requires(speaksForParty, fitsCommitment),
      actions: on(
        'reveal-contribution',
        ({ context: { contributions }, event: { party, value } }) => ({
          contributions: contributions.map((one) =>
            one.party === party ? { ...one, value } : one,
          ),
        }),
      ),
    },
    'declare-recusal': recuse,
    'withdraw-recusal': unrecuse,
    cancel: {
      actions: [
        on('cancel', ({ event: { reason, by } }) => ({ asked: { by: by.principalId, reason } })),
        notify(
          'draw-cancellation-asked',
          ['county-office', 'county-department'],
          ({ context }) => ({ reason: context.asked?.reason ?? null, revealAt: context.revealAt }),
        ),
      ],
    },
    'confirm-cancellation': {
      guard: requires(cancelledByAnother),
      target: '#draw.cancelled',
      actions: [
        on('confirm-cancellation', ({ context: { asked }, event: { at, by } }) => ({
          reason: asked?.reason ?? null,
          cancelledAt: at,
          cancelledBy: [asked?.by ?? '', by.principalId],
        })),
        tellCancelled,
      ],
    },
  },
});

const revealed = drawSetup.createStateConfig({
  entry: owed.open,
  exit: owed.settle,
  after: {
    drawnInspectionsDueSoon: owed.dueSoon(['county-office']),
    drawnInspectionsWindow: [
      { guard: nothingMissing, target: 'completed' },
      owed.overdue(['county-office', 'county-department']),
    ],
  },
  on: {
    'recalculate-deadline': {
      target: 'revealed',
      reenter: true,
      actions: [keepDeadline, storeUnits],
    },
    // The next in the drawn order takes the place, and nobody else moves.
    'declare-recusal': { ...recuse, actions: [keepRecusal, keepOutcome, storeUnits] },
    complete: { guard: requires(everyUnitInspected), target: 'completed' },
  },
});

export const drawV1 = drawSetup.createMachine({
  id: 'draw',
  version: '1',
  context: ({ input }) => ({
    ...input,
    contributions: [],
    recusals: [],
    result: null,
    deadline: null,
    generation: 0,
    repeats: [],
    repeatReason: null,
    publishedAt: null,
    asked: null,
    cancelledAt: null,
    cancelledBy: [],
    reason: null,
  }),
  initial: 'unprepared',
  states: {
    // No wait may start here, because `xstate.init` carries no time.
    unprepared: {
      on: {
        prepare: {
          guard: requires(
            roundIsNew,
            revealLiesAhead,
            populationIsThere,
            isWideEnough,
            namesWhatItRepeats,
          ),
          target: 'prepared',
          actions: on('prepare', ({ event: { repeats = [], reason = null } }) => ({
            repeats,
            repeatReason: reason,
          })),
        },
      },
    },
    prepared: {
      on: {
        'commit-contribution': {
          guard: requires(speaksForParty, commitsFirst),
          actions: on(
            'commit-contribution',
            ({ context: { contributions }, event: { party, commitment, by } }) => ({
              contributions: [
                ...contributions,
                { party, commitment, by: by.principalId, value: null },
              ],
            }),
          ),
        },
        'declare-recusal': recuse,
        'withdraw-recusal': unrecuse,
        publish: {
          guard: requires(everyPartyCommitted, enoughInspectors, revealLiesAhead),
          target: 'published',
          actions: [
            on('publish', ({ event: { at } }) => ({ publishedAt: at })),
            notify('draw-published', PUBLIC, ({ context }) => ({
              repeats: [...context.repeats],
              repeatReason: context.repeatReason,
              snapshotHash: context.snapshotHash,
              ruleHash: context.ruleHash,
              serviceCommitment: context.serviceCommitment,
              revealAt: context.revealAt,
            })),
          ],
        },
        cancel: {
          target: 'cancelled',
          actions: [
            on('cancel', ({ event: { reason, at, by } }) => ({
              reason,
              cancelledAt: at,
              cancelledBy: [by.principalId],
            })),
            tellCancelled,
          ],
        },
      },
    },
    published,
    revealed,
    completed: { type: 'final' },
    cancelled: { type: 'final' },
  },
});
