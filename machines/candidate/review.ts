// A review by the county or the city ends with one of five verdicts: pass, pass with requirements,
// return for correction (once, with the complete list), defer, fail. A failure is final
// once nobody has asked in time to have it reconsidered, or an officer has upheld it.

import { correctionsOf, correctionTold, openedFields } from '../application/application.ts';
import {
  attestationsStand,
  changesOnlyTheOpened,
  everyCorrectionAnswered,
  priorityClassListed,
  signatureIsOwn,
  staysSigned,
} from '../application/application-requirements.ts';
import { decidedOf, filesOf } from '../application/frozen-application.ts';
import { filesExist, notInTheFuture } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { requires, when } from '../kit/requirement.ts';
import { isBefore, localDate } from '../kit/time.ts';
import type { ReviewStage } from '../review/reviews.ts';
import { REVIEWS } from '../review/reviews.ts';
import {
  by,
  candidateSetup,
  dueSoon,
  keepDeadline,
  notify,
  on,
  open,
  overdue,
  owed,
  recalculate,
  sayOn,
  settle,
} from './chart.ts';
import { everyJudgement, judgesTheCriteria } from './criterion-requirements.ts';
import type { CandidateContext, CandidateEvent } from './events.ts';
import {
  askedInTime,
  askedOnce,
  firstReturn,
  panelAgrees,
  resubmittedInTime,
  verified,
} from './requirements.ts';

const PASSED = {
  countyAcceptance: 'county-acceptance-passed',
  cityVerification: 'city-verification-passed',
} as const;

/** R62 rules returns by the county, R64 returns by the city. */
const RETURNED = { countyAcceptance: 'R62', cityVerification: 'R64' } as const;

const markReturned = (stage: ReviewStage) =>
  on('return-for-correction', ({ context, event }) => ({
    corrections: correctionsOf(event.corrections),
    returned: { ...context.returned, [stage]: true },
    lateResubmissionFor: null,
  }));

/** The number of the next application; a first one that was never frozen counts, too. */
const nextNumber = ({ application }: CandidateContext): number => (application?.number ?? 1) + 1;

/** The id in the ledger holds the number, because a halted clock gives several the same instant. */
const recordIdOf = (at: string, number: number): string =>
  number === 1 ? `application/${at}` : `application/${at}/${number}`;

/** The corrected form replaces the one before in the ledger. */
const storeCorrected = (clause: 'R62' | 'R64') =>
  sayOn('resubmit', 'store-record', ({ context, event }) => {
    const { application: last, appliedAt } = context;
    const before =
      last !== undefined ? recordIdOf(last.at, last.number) : appliedAt && recordIdOf(appliedAt, 1);
    const { application: change = {} } = event;
    return {
      ledger: 'evidence',
      id: recordIdOf(event.at, nextNumber(context)),
      kind: 'application-form',
      clause,
      body: {
        occurredOn: localDate(event.at),
        summary: event.statement,
        detail: { number: nextNumber(context), answers: event.answers ?? [], corrected: change },
        ...filesOf(change.fileIds, change.signatureFileId),
      },
      ...(before === null
        ? {}
        : { supersedes: { recordId: before, reason: '退回补正后重新提交' } }),
    };
  });

/** The corrected application is frozen under the next number. */
const freezeCorrected = (stage: ReviewStage) =>
  sayOn('resubmit', 'keep-application', ({ context, event }) => {
    const { deadline, corrections = [] } = context;
    const inTime = deadline === null || isBefore(event.at, deadline.dueAt);
    return {
      number: nextNumber(context),
      stage,
      declared: event.application ?? {},
      renews: openedFields(corrections).includes('evidence'),
      dueAt: deadline?.dueAt ?? null,
      inTime,
      admittedFor: inTime ? null : context.lateResubmissionFor,
      decided: decidedOf(context, event.facts.policies),
      criteria: event.facts.criteria ?? [],
      correction: { corrections, answers: event.answers ?? [], statement: event.statement },
    };
  });

const keepCorrected = on('resubmit', ({ context, event }) => ({
  application: { number: nextNumber(context), at: event.at },
  corrections: [],
  priorityClass: event.application?.priorityClass ?? context.priorityClass,
}));

const dueAt = ({ context }: { context: CandidateContext }) => ({
  dueAt: context.deadline?.dueAt ?? null,
});

/** R64: the city verifies every submitted unit and person, and records who went where. */
const verification = {
  'record-verification': {
    guard: requires(notInTheFuture),
    actions: [
      on('record-verification', ({ context }) => ({ verifications: context.verifications + 1 })),
      sayOn('record-verification', 'store-record', ({ event }) => ({
        ledger: 'verification',
        id: event.id,
        kind: 'verification',
        clause: 'R64',
        body: {
          occurredOn: event.occurredOn,
          place: event.place,
          verifiers: event.verifiers,
          findings: event.findings,
        },
      })),
    ],
  },
};

type Judging = 'pass' | 'pass-with-requirements' | 'return-for-correction' | 'fail';

/** A verdict of the city rests on a visit; every verdict rests on the panel, where there is one. */
const restsOn = (stage: ReviewStage, verdict: Judging) => [
  ...(stage === 'cityVerification' && verdict !== 'return-for-correction' ? [verified] : []),
  panelAgrees(REVIEWS[stage].clause, verdict),
];

const fail = (stage: ReviewStage) => ({
  target: 'failed' as const,
  actions: [
    keepDeadline,
    on('fail', ({ event }) => ({ reason: event.reason, failedBy: event.by.principalId })),
    notify('review-failed', ['responsible'], ({ context }) => ({
      reason: context.reason,
      restsOn: REVIEWS[stage].clause,
      ...dueAt({ context }),
    })),
  ],
});

const underReview = (stage: ReviewStage, passed: string) =>
  candidateSetup.createStateConfig({
    on: {
      ...(stage === 'cityVerification' ? verification : {}),
      pass: {
        guard: requires(
          ...restsOn(stage, 'pass'),
          judgesTheCriteria(REVIEWS[stage].clause),
          everyJudgement,
        ),
        target: passed,
        actions: [keepDeadline, notify(PASSED[stage], ['responsible'])],
      },
      'pass-with-requirements': {
        guard: requires(...restsOn(stage, 'pass-with-requirements')),
        target: 'meeting-requirements',
        actions: [
          keepDeadline,
          on('pass-with-requirements', ({ event }) => ({ requirements: event.requirements })),
          notify('passed-with-requirements', ['responsible'], ({ context }) => ({
            requirements: context.requirements,
            restsOn: REVIEWS[stage].clause,
            ...dueAt({ context }),
          })),
        ],
      },
      'return-for-correction': {
        guard: requires(firstReturn(stage), ...restsOn(stage, 'return-for-correction')),
        target: 'correcting',
        actions: [
          keepDeadline,
          markReturned(stage),
          notify(
            'returned-for-correction',
            ['responsible'],
            by('return-for-correction', ({ context, event }) => ({
              corrections: correctionsOf(event.corrections).map(correctionTold),
              restsOn: RETURNED[stage],
              ...dueAt({ context }),
            })),
          ),
        ],
      },
      defer: {
        target: 'deferred',
        actions: [
          keepDeadline,
          on('defer', ({ event }) => ({ reason: event.reason })),
          notify('review-deferred', ['responsible'], ({ context }) => ({
            reason: context.reason,
            restsOn: REVIEWS[stage].clause,
            ...dueAt({ context }),
          })),
        ],
      },
      fail: { guard: requires(...restsOn(stage, 'fail')), ...fail(stage) },
    },
  });

const correcting = (stage: ReviewStage) =>
  candidateSetup.createStateConfig({
    entry: open(owed.correction),
    exit: settle(owed.correction),
    after: {
      correctionDueSoon: dueSoon(owed.correction),
      correctionWindow: overdue(owed.correction),
    },
    on: {
      'recalculate-deadline': recalculate('correcting'),
      'admit-late-resubmission': {
        actions: [
          on('admit-late-resubmission', ({ event }) => ({ lateResubmissionFor: event.reason })),
          notify('late-resubmission-admitted', ['responsible'], ({ context }) => ({
            reason: context.lateResubmissionFor,
          })),
        ],
      },
      resubmit: {
        guard: requires(
          resubmittedInTime,
          changesOnlyTheOpened(RETURNED[stage]),
          everyCorrectionAnswered(RETURNED[stage]),
          staysSigned(RETURNED[stage]),
          signatureIsOwn(RETURNED[stage]),
          priorityClassListed(RETURNED[stage]),
          filesExist(RETURNED[stage]),
          attestationsStand,
        ),
        target: 'under-review',
        actions: [
          storeCorrected(RETURNED[stage]),
          freezeCorrected(stage),
          keepCorrected,
          notify('resubmitted', [REVIEWS[stage].body]),
        ],
      },
      fail: fail(stage),
    },
  });

const meetingRequirements = (stage: ReviewStage, passed: string) =>
  candidateSetup.createStateConfig({
    entry: open(owed.conditions),
    exit: settle(owed.conditions),
    after: {
      conditionsDueSoon: dueSoon(owed.conditions),
      conditionsWindow: overdue(owed.conditions),
    },
    on: {
      'recalculate-deadline': recalculate('meeting-requirements'),
      'confirm-requirements-met': {
        guard: requires(judgesTheCriteria(REVIEWS[stage].clause), everyJudgement),
        target: passed,
        actions: [keepDeadline, notify(PASSED[stage], ['responsible'])],
      },
      fail: fail(stage),
    },
  });

/** Silence never approves: a deferral that runs out only opens the review again. */
const deferred = (stage: ReviewStage) =>
  candidateSetup.createStateConfig({
    after: {
      deferral: {
        target: 'under-review',
        actions: notify('deferral-ended', [REVIEWS[stage].body], () => ({
          restsOn: REVIEWS[stage].clause,
        })),
      },
    },
    on: {
      'recalculate-deadline': recalculate('deferred'),
      'resume-review': { target: 'under-review' },
    },
  });

/** The applying roles may ask for a reconsideration, until the day on which the failure is final. */
const failed = (stage: ReviewStage) =>
  candidateSetup.createStateConfig({
    after: { reconsiderationWindow: '#candidate.not-selected' },
    on: {
      'recalculate-deadline': recalculate('failed'),
      'reconsideration-asked': {
        guard: requires(askedInTime(stage), askedOnce(stage)),
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

/** The states of one review. A pass enters the sibling `passed`. */
export const review = (stage: ReviewStage, passed: string) => ({
  'under-review': underReview(stage, passed),
  correcting: correcting(stage),
  'meeting-requirements': meetingRequirements(stage, passed),
  deferred: deferred(stage),
  failed: failed(stage),
  reconsidering,
});
