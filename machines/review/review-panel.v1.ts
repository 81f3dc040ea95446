// A panel reviews one candidate (R63, R64). Its members give verdicts with reasons, and its
// conclusion binds the verdict of the county or the city.
//
//   unconvened ── convene ──▶ sitting ── conclude (majority, or the chair) ──▶ concluded
//                                │ recuse, replace, give-verdict, break-tie
//                                └── dissolve ──▶ dissolved

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import { recusalTakenBack } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { requires } from '../kit/requirement.ts';
import type { ReviewPanelContext, ReviewPanelEvent, ReviewPanelInput } from './events.ts';
import {
  candidateIsUnderReview,
  everybodyHasSpoken,
  isSeated,
  isTheChair,
  majorityOf,
  membersAreFree,
  membersSuffice,
  noMajority,
  substituteFits,
  verdictFollows,
  verdictIsNew,
  verdictWasGiven,
} from './requirements.ts';

const { on } = chartParts<ReviewPanelContext, ReviewPanelEvent>();

const panelSetup = setup({
  types: {
    context: {} as ReviewPanelContext,
    events: {} as ReviewPanelEvent,
    input: {} as ReviewPanelInput,
  },
  actions: effects,
});

export const reviewPanelV1 = panelSetup.createMachine({
  id: 'review-panel',
  version: '1',
  context: ({ input }) => ({
    ...input,
    majority: 'simple',
    recused: [],
    verdicts: [],
    tieBreak: null,
    verdict: null,
    reason: null,
  }),
  initial: 'unconvened',
  states: {
    unconvened: {
      on: {
        convene: {
          guard: requires(candidateIsUnderReview, membersSuffice, membersAreFree),
          target: 'sitting',
          actions: on('convene', ({ event }) => ({
            majority: factOf(event, 'panelRule').majority,
          })),
        },
      },
    },
    sitting: {
      on: {
        recuse: {
          guard: requires(isSeated, verdictIsNew),
          actions: on('recuse', ({ context: { recused }, event: { by, reason } }) => ({
            recused: [...recused, { memberId: by.principalId, reason, replacedBy: null }],
          })),
        },
        // A seat that was filled stays with whoever took it.
        'withdraw-recusal': {
          guard: requires(
            ...recusalTakenBack<ReviewPanelContext, EventOf<ReviewPanelEvent, 'withdraw-recusal'>>(
              'R63',
              ({ memberId }) => memberId,
              ({ recused }, event) =>
                recused.some(
                  ({ memberId, replacedBy }) => memberId === event.memberId && replacedBy === null,
                ),
            ),
          ),
          actions: on('withdraw-recusal', ({ context: { recused }, event }) => ({
            recused: recused.filter(({ memberId }) => memberId !== event.memberId),
          })),
        },
        replace: {
          guard: requires(substituteFits),
          actions: on('replace', ({ context, event: { memberId, substituteId } }) => ({
            members: [...context.members, substituteId],
            chair: context.chair === memberId ? substituteId : context.chair,
            recused: context.recused.map((one) =>
              one.memberId === memberId ? { ...one, replacedBy: substituteId } : one,
            ),
          })),
        },
        'give-verdict': {
          guard: requires(isSeated, verdictIsNew),
          actions: on(
            'give-verdict',
            ({ context: { verdicts }, event: { by, verdict, reasons, at } }) => ({
              verdicts: [...verdicts, { memberId: by.principalId, verdict, reasons, at }],
            }),
          ),
        },
        'break-tie': {
          guard: requires(everybodyHasSpoken, noMajority, isTheChair, verdictWasGiven),
          actions: on('break-tie', ({ event: { verdict, reason } }) => ({
            tieBreak: { verdict, reason },
          })),
        },
        conclude: {
          guard: requires(candidateIsUnderReview, everybodyHasSpoken, verdictFollows),
          target: 'concluded',
          actions: on('conclude', ({ context }) => ({
            verdict: majorityOf(context) ?? context.tieBreak?.verdict ?? null,
          })),
        },
        dissolve: {
          target: 'dissolved',
          actions: on('dissolve', ({ event: { reason } }) => ({ reason })),
        },
      },
    },
    concluded: { type: 'final' },
    dissolved: { type: 'final' },
  },
});
