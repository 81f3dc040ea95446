// A review ends with one of five effects, which the plan words: advance, advance bound by conditions,
// return for correction, defer, end. An end is final once nobody has asked in time to have it reconsidered,
// or an officer has upheld it.

import type { Owed } from '../../candidate/chart.ts';
import {
  candidateSetup,
  dueSoon,
  keepDeadline,
  keepDeadlineFor,
  notify,
  on,
  open,
  overdue,
  ownDeadline,
  recalculate,
  sayOn,
  settle,
} from '../../candidate/chart.ts';
import { everyJudgement, judgesTheCriteria } from '../../candidate/criterion-requirements.ts';
import type { CandidateContext, CandidateEvent } from '../../candidate/events.ts';
import {
  anotherThanHandedIn,
  askedInTime,
  askedOnce,
  panelAgrees,
  verified,
  wordOfThePlan,
} from '../../candidate/requirements.ts';
import { notInTheFuture } from '../../kit/common-requirements.ts';
import type { EventOf } from '../../kit/event.ts';
import { requires, when } from '../../kit/requirement.ts';
import type { Entry, Part, Place, Row, StateConfig } from '../part.ts';
import { addressees, bringing, stateIn } from '../part.ts';
import type { ReviewStep, VerdictEffect } from '../procedure.ts';
import { isSelfChecked } from '../reading.ts';
import { correcting, returning } from './correction.ts';
import type { Reviewing } from './verdicts.ts';
import { dueAt, failing, keepWord, VERDICT_EVENTS } from './verdicts.ts';

/** A review on the spot (R64) records who went where. */
const verification = (clause: string) => ({
  'record-verification': {
    guard: requires(notInTheFuture),
    actions: [
      on('record-verification', ({ context }) => ({ verifications: context.verifications + 1 })),
      sayOn('record-verification', 'store-record', ({ event }) => ({
        ledger: 'verification',
        id: event.id,
        kind: 'verification',
        clause,
        body: {
          occurredOn: event.occurredOn,
          place: event.place,
          verifiers: event.verifiers,
          findings: event.findings,
        },
      })),
    ],
  },
});

type Judging = 'advance' | 'advance-bound' | 'end';

/** A verdict on the spot rests on a visit; every verdict rests on the panel, where there is one. */
const restsOn = ({ onSite, clause, words }: Reviewing, effect: Judging) => [
  ...(onSite ? [verified(clause)] : []),
  panelAgrees(clause, VERDICT_EVENTS[effect]),
  ...wordOfThePlan(clause, VERDICT_EVENTS[effect], words[effect]),
];

const goingOn = ({ next, told }: Reviewing) => ({
  target: next.target,
  actions: [keepDeadlineFor(next), notify(told, ['responsible'])],
});

const bound = (review: Reviewing) => ({
  guard: requires(anotherThanHandedIn(review.clause), ...restsOn(review, 'advance-bound')),
  target: review.goesOnBound ? review.next.target : 'meeting-requirements',
  actions: [
    review.goesOnBound ? keepDeadlineFor(review.next) : keepDeadline,
    on('pass-with-requirements', ({ context, event }) => ({
      // What another review has asked for before the conferral stays to be done.
      requirements: [...(review.goesOnBound ? context.requirements : []), ...event.requirements],
    })),
    ...keepWord(review, 'advance-bound'),
    notify('passed-with-requirements', ['responsible'], ({ context }) => ({
      requirements: context.requirements,
      restsOn: review.clause,
      ...dueAt({ context }),
    })),
  ],
});

const deferring = (review: Reviewing) => ({
  target: 'deferred',
  actions: [
    keepDeadline,
    on('defer', ({ event }) => ({ reason: event.reason })),
    ...keepWord(review, 'defer'),
    notify('review-deferred', ['responsible'], ({ context }) => ({
      reason: context.reason,
      restsOn: review.clause,
      ...dueAt({ context }),
    })),
  ],
});

const underReview = (review: Reviewing) => {
  const { clause, onSite, words } = review;
  const { target, actions } = goingOn(review);
  const has = (effect: VerdictEffect) => words[effect].length > 0;
  return candidateSetup.createStateConfig({
    on: {
      ...(onSite ? verification(clause) : {}),
      ...(has('advance')
        ? {
            pass: {
              guard: requires(
                anotherThanHandedIn(clause),
                ...restsOn(review, 'advance'),
                judgesTheCriteria(clause),
                everyJudgement,
              ),
              target,
              actions: [...keepWord(review, 'advance'), ...actions],
            },
          }
        : {}),
      ...(has('advance-bound') ? { 'pass-with-requirements': bound(review) } : {}),
      ...(has('return') ? { 'return-for-correction': returning(review) } : {}),
      ...(has('defer') ? { defer: deferring(review) } : {}),
      ...(has('end')
        ? { fail: { guard: requires(...restsOn(review, 'end')), ...failing(review) } }
        : {}),
    },
  });
};

const meetingRequirements = (review: Reviewing) => {
  const { clause, ends } = review;
  const debt: Owed = { kind: 'conditions', clause, owner: 'responsible', due: ownDeadline };
  return candidateSetup.createStateConfig({
    entry: open(debt),
    exit: settle(debt),
    after: { conditionsDueSoon: dueSoon(debt), conditionsWindow: overdue(debt) },
    on: {
      'recalculate-deadline': recalculate('meeting-requirements'),
      'confirm-requirements-met': {
        guard: requires(judgesTheCriteria(clause), everyJudgement),
        ...goingOn(review),
      },
      ...(ends ? { fail: failing(review) } : {}),
    },
  });
};

/** Silence never approves: a deferral that runs out only opens the review again. */
const deferred = ({ clause, reviewers }: Reviewing) =>
  candidateSetup.createStateConfig({
    after: {
      deferral: {
        target: 'under-review',
        actions: notify('deferral-ended', addressees(reviewers), () => ({ restsOn: clause })),
      },
    },
    on: {
      'recalculate-deadline': recalculate('deferred'),
      'resume-review': { target: 'under-review' },
    },
  });

/** The applying roles may ask for a reconsideration, until the day on which the failure is final. */
const failed = ({ stage, clause }: Reviewing) =>
  candidateSetup.createStateConfig({
    after: { reconsiderationWindow: '#candidate.not-selected' },
    on: {
      'recalculate-deadline': recalculate('failed'),
      'reconsideration-asked': {
        guard: requires(askedInTime(clause), askedOnce(stage, clause)),
        target: 'reconsidering',
        actions: on('reconsideration-asked', ({ context }) => ({
          deadline: null,
          reconsidered: { ...context.reconsidered, [stage]: true },
        })),
      },
    },
  });

const isGranted = (
  _: CandidateContext,
  { granted }: EventOf<CandidateEvent, 'reconsideration-closed'>,
): boolean => granted === true;

/** The reviewing body owes the decision in a subject of its own (reconsideration.v1). */
const reconsidering = candidateSetup.createStateConfig({
  on: {
    'reconsideration-closed': [
      {
        guard: when(isGranted),
        target: 'under-review',
        actions: on('reconsideration-closed', () => ({ reason: null, failedBy: null })),
      },
      {
        target: '#candidate.not-selected',
        actions: on('reconsideration-closed', ({ event }) => ({ reason: event.reason })),
      },
    ],
  },
});

const statesOf = (review: Reviewing): { [state: string]: StateConfig } => {
  const { words, ends, goesOnBound } = review;
  return {
    'under-review': underReview(review),
    ...(words.return.length > 0 ? { correcting: correcting(review) } : {}),
    ...(words['advance-bound'].length > 0 && !goesOnBound
      ? { 'meeting-requirements': meetingRequirements(review) }
      : {}),
    ...(words.defer.length > 0 ? { deferred: deferred(review) } : {}),
    ...(ends ? { failed: failed(review), reconsidering } : {}),
  };
};

const rowsOf = ({ words, ends, goesOnBound, onSite, reviewers: by, next }: Reviewing): Row[] => {
  const when = (holds: boolean, ...rows: readonly Row[]) => (holds ? rows : []);
  return [
    ...when(words.advance.length > 0, { event: 'pass', by, ...bringing(next) }),
    ...when(onSite, { event: 'record-verification', by }),
    ...when(
      words['advance-bound'].length > 0,
      goesOnBound
        ? { event: 'pass-with-requirements', by, ...bringing(next) }
        : { event: 'pass-with-requirements', by, opens: 'requirementsWorkingDays' },
      ...when(!goesOnBound, { event: 'confirm-requirements-met', by, ...bringing(next) }),
    ),
    ...when(
      words.return.length > 0,
      { event: 'return-for-correction', by, opens: 'correctionWorkingDays' },
      { event: 'admit-late-resubmission', by },
      { event: 'resubmit', by: ['applicant'] },
    ),
    ...when(
      words.defer.length > 0,
      { event: 'defer', by, opens: 'until' },
      { event: 'resume-review', by },
    ),
    ...when(
      ends,
      { event: 'fail', by, opens: 'reconsiderationWorkingDays' },
      { event: 'reconsideration-asked', by: ['system'] },
      { event: 'reconsideration-closed', by: ['system'] },
    ),
    { event: 'recalculate-deadline', by: ['system'], opens: 'unchanged' },
  ];
};

export function review(step: ReviewStep, place: Place, next: Entry): Part {
  const { clause, returnClause = clause, by: reviewers, told, onSite = false } = step;
  const words = Object.entries(step.verdicts);
  const wordsFor = (effect: VerdictEffect) =>
    words.filter(([, verdict]) => verdict.effect === effect).map(([word]) => word);
  const reviewing: Reviewing = {
    stage: place.stage.code,
    clause,
    returnClause,
    reviewers,
    told,
    onSite,
    isSelfChecked: isSelfChecked(place.procedure),
    words: {
      advance: wordsFor('advance'),
      'advance-bound': wordsFor('advance-bound'),
      return: wordsFor('return'),
      defer: wordsFor('defer'),
      end: wordsFor('end'),
    },
    ends: wordsFor('end').length > 0,
    goesOnBound: words.some(([, { until }]) => until === 'confer'),
    next,
  };
  return {
    enter: { target: stateIn(place, 'under-review') },
    states: statesOf(reviewing),
    rows: rowsOf(reviewing),
    standing: { step: 'review', office: reviewers[0] ?? null },
    selectable: { failed: 'if-reconsidered', reconsidering: 'if-reconsidered' },
  };
}
