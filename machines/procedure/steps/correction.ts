// 退回补正 (R62): a review returns an application once, with the complete list of what is to be corrected.

import { correctionsOf, correctionTold, openedFields } from '../../application/application.ts';
import {
  attestationsStand,
  changesOnlyTheOpened,
  everyCorrectionAnswered,
  priorityClassListed,
  signatureIsOwn,
  staysSigned,
} from '../../application/application-requirements.ts';
import { decidedOf, filesOf } from '../../application/frozen-application.ts';
import type { Owed } from '../../candidate/chart.ts';
import {
  by,
  candidateSetup,
  dueSoon,
  keepDeadline,
  notify,
  on,
  open,
  overdue,
  ownDeadline,
  recalculate,
  sayOn,
  settle,
} from '../../candidate/chart.ts';
import type { CandidateContext } from '../../candidate/events.ts';
import {
  firstReturn,
  panelAgrees,
  resubmittedInTime,
  wordOfThePlan,
} from '../../candidate/requirements.ts';
import { filesExist } from '../../kit/common-requirements.ts';
import { requires } from '../../kit/requirement.ts';
import { isBefore, localDate } from '../../kit/time.ts';
import { addressees } from '../part.ts';
import type { Reviewing } from './verdicts.ts';
import { dueAt, failing, keepWord } from './verdicts.ts';

const markReturned = (stage: string) =>
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
const storeCorrected = (clause: string) =>
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
const freezeCorrected = (stage: string) =>
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
      decided: decidedOf(context),
      criteria: event.facts.criteria ?? [],
      correction: { corrections, answers: event.answers ?? [], statement: event.statement },
    };
  });

const keepCorrected = on('resubmit', ({ context, event }) => ({
  application: { number: nextNumber(context), at: event.at },
  handedInBy: event.by.principalId,
  corrections: [],
  priorityClass: event.application?.priorityClass ?? context.priorityClass,
}));

/** The first return of this review; what it lists is to be corrected within its time limit. */
export const returning = (review: Reviewing) => ({
  guard: requires(
    firstReturn(review.stage, review.clause),
    panelAgrees(review.clause, 'return-for-correction'),
    ...wordOfThePlan(review.clause, 'return-for-correction', review.words.return),
  ),
  target: 'correcting',
  actions: [
    keepDeadline,
    markReturned(review.stage),
    ...keepWord(review, 'return'),
    notify(
      'returned-for-correction',
      ['responsible'],
      by('return-for-correction', ({ context, event }) => ({
        corrections: correctionsOf(event.corrections).map(correctionTold),
        restsOn: review.returnClause,
        ...dueAt({ context }),
      })),
    ),
  ],
});

export function correcting(review: Reviewing) {
  const { stage, returnClause, isSelfChecked, reviewers, ends } = review;
  const debt: Owed = {
    kind: 'correction',
    clause: returnClause,
    owner: 'responsible',
    due: ownDeadline,
  };
  return candidateSetup.createStateConfig({
    entry: open(debt),
    exit: settle(debt),
    after: { correctionDueSoon: dueSoon(debt), correctionWindow: overdue(debt) },
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
          resubmittedInTime(returnClause),
          changesOnlyTheOpened(returnClause),
          everyCorrectionAnswered(returnClause),
          staysSigned(returnClause),
          signatureIsOwn(returnClause),
          priorityClassListed(returnClause),
          filesExist(returnClause),
          attestationsStand(isSelfChecked),
        ),
        target: 'under-review',
        actions: [
          storeCorrected(returnClause),
          freezeCorrected(stage),
          keepCorrected,
          notify('resubmitted', addressees(reviewers)),
        ],
      },
      ...(ends ? { fail: failing(review) } : {}),
    },
  });
}
