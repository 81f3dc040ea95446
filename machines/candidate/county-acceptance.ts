// Stage 5, 县级初步验收 (R63): acceptance, then merit selection, public notice and submission.

import { anotherOfficer } from '../kit/common-requirements.ts';
import { given, requires } from '../kit/requirement.ts';
import { candidateSetup, keepDeadline, notify, on } from './chart.ts';
import { conferral } from './conferral.ts';
import type { CandidateContext } from './events.ts';
import { whileLive } from './live-events.ts';
import { override } from './override.ts';
import { publicNotice } from './public-notice.ts';
import { noOpenObjection, noOpenRectification, noUndecidedRegression } from './requirements.ts';
import { review } from './review.ts';

const select = {
  target: 'public-notice',
  actions: [
    keepDeadline,
    on('select', ({ event }) => ({ rank: event.rank })),
    notify('selected', ['responsible'], ({ context }) => ({ rank: context.rank })),
  ],
} as const;

const passOver = {
  target: '#candidate.not-selected',
  actions: [
    on('pass-over', ({ event }) => ({ rank: event.rank, reason: event.because })),
    notify('passed-over', ['responsible'], ({ context }) => ({
      rank: context.rank,
      because: context.reason,
    })),
  ],
} as const;

export const countyAcceptance = candidateSetup.createStateConfig({
  initial: 'under-review',
  on: whileLive,
  states: {
    ...review('countyAcceptance', 'accepted'),
    // The county selects instead of forwarding all: the campaign ranks those accepted (Q20).
    accepted: {
      on: {
        select,
        'keep-in-reserve': {
          target: 'in-reserve',
          actions: [
            on('keep-in-reserve', ({ event }) => ({ rank: event.rank })),
            notify('kept-in-reserve', ['responsible'], ({ context, event }) => ({
              rank: context.rank,
              position: event.type === 'keep-in-reserve' ? event.position : null,
            })),
          ],
        },
        'pass-over': passOver,
      },
    },
    // 差额: a reserve waits until a place falls vacant, or until none will.
    'in-reserve': { on: { select, 'pass-over': passOver } },
    ...publicNotice('cleared', 'county'),
    cleared: {
      always: {
        guard: given(
          'the city does not determine it',
          ({ route }: CandidateContext) => route.finalAuthority !== 'city',
        ),
        target: 'confirmable',
      },
      on: {
        'propose-submission': {
          guard: requires(noOpenObjection, noOpenRectification, noUndecidedRegression),
          target: 'submission-proposed',
          actions: on('propose-submission', ({ event }) => ({ proposedBy: event.by.principalId })),
        },
        ...override,
      },
    },
    // 上报: one officer proposes and another submits (R63).
    'submission-proposed': {
      on: {
        'submit-upward': {
          guard: requires(
            noOpenRectification,
            noUndecidedRegression,
            anotherOfficer('R63', ({ proposedBy }: CandidateContext) => proposedBy),
          ),
          target: '#candidate.cityVerification',
          actions: [
            on('submit-upward', ({ event }) => ({ proposedBy: null, submittedAt: event.at })),
            notify('submitted-upward', ['responsible', 'city-centre']),
          ],
        },
        'decline-submission': {
          target: 'cleared',
          actions: on('decline-submission', ({ event }) => ({
            proposedBy: null,
            reason: event.reason,
          })),
        },
      },
    },
    ...conferral('county'),
  },
});
