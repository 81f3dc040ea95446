// The verdicts of a review, and what each of them keeps of the plan's word.

import { keepDeadline, notify, on } from '../../candidate/chart.ts';
import type { CandidateContext, CandidateEvent } from '../../candidate/events.ts';
import type { Role } from '../../kit/access.ts';
import type { TemplateName } from '../../notice/templates.ts';
import type { Entry } from '../part.ts';
import type { VerdictEffect } from '../procedure.ts';

/** A review as its states need it. */
export type Reviewing = {
  stage: string;
  clause: string;
  returnClause: string;
  reviewers: readonly Role[];
  told: TemplateName;
  onSite: boolean;
  isSelfChecked: boolean;
  /** The plan's words by their effect; an effect without a word is none of this review's. */
  words: { readonly [Effect in VerdictEffect]: readonly string[] };
  /** A candidate may be refused by this review. */
  ends: boolean;
  /** Conditions are met before the conferral, not before going on. */
  goesOnBound: boolean;
  next: Entry;
};

/** The event of each effect; its word is the plan's. */
export const VERDICT_EVENTS = {
  advance: 'pass',
  'advance-bound': 'pass-with-requirements',
  return: 'return-for-correction',
  defer: 'defer',
  end: 'fail',
} as const satisfies { [Effect in VerdictEffect]: CandidateEvent['type'] };

export const dueAt = ({ context }: { context: CandidateContext }) => ({
  dueAt: context.deadline?.dueAt ?? null,
});

export const keepWord = ({ stage, words }: Reviewing, effect: VerdictEffect) =>
  words[effect].every((word) => word === VERDICT_EVENTS[effect])
    ? []
    : [
        on(VERDICT_EVENTS[effect], ({ context, event }) => ({
          words: { ...context.words, [stage]: event.word ?? '' },
        })),
      ];

/** The failure and its reason; the applicant may have it reconsidered. */
export const failing = (review: Reviewing) => ({
  target: 'failed',
  actions: [
    keepDeadline,
    on('fail', ({ event }) => ({ reason: event.reason, failedBy: event.by.principalId })),
    ...keepWord(review, 'end'),
    notify('review-failed', ['responsible'], ({ context }) => ({
      reason: context.reason,
      restsOn: review.clause,
      ...dueAt({ context }),
    })),
  ],
});
