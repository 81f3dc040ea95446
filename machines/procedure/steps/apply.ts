// 书面申报 (R62): the candidate applies in writing, while or after its streams are gathered.

import {
  admittedByReviewer,
  appliedInTime,
  priorityClassListed,
  signatureIsOwn,
} from '../../application/application-requirements.ts';
import { decidedOf, filesOf } from '../../application/frozen-application.ts';
import type { Owed } from '../../candidate/chart.ts';
import {
  adoptPolicyIn,
  bringDeadlineFor,
  candidateSetup,
  dueSoon,
  inWindow,
  notify,
  on,
  open,
  overdue,
  sayOn,
  settle,
} from '../../candidate/chart.ts';
import { everyCriterion } from '../../candidate/criterion-requirements.ts';
import { passMark, preferenceClass } from '../../candidate/evaluation-requirements.ts';
import { filesExist } from '../../kit/common-requirements.ts';
import { requires } from '../../kit/requirement.ts';
import { isBefore, localDate } from '../../kit/time.ts';
import type { Entry, Part, Place } from '../part.ts';
import { addressees, bringing, OFFICES, REVIEWERS, stateIn } from '../part.ts';
import type { ApplyStep, Stage } from '../procedure.ts';
import { isSelfChecked } from '../reading.ts';
import { rulesOf } from '../rules.ts';
import { gates, gathered, gathering } from './gather.ts';

const keepApplication = on('apply', ({ event }) => ({
  appliedAt: event.at,
  handedInBy: event.by.principalId,
  application: { number: 1, at: event.at },
  priorityClass: event.priorityClass ?? null,
}));

const storeApplication = (clause: string) =>
  sayOn('apply', 'store-record', ({ event }) => ({
    ledger: 'evidence',
    id: `application/${event.at}`,
    kind: 'application-form',
    clause,
    body: {
      occurredOn: localDate(event.at),
      summary: event.statement,
      detail: {
        number: 1,
        signatory: event.signatory,
        signatureEvidence: event.signatureEvidence ?? null,
        attestations: event.attestations ?? [],
      },
      ...filesOf(event.fileIds, event.signatureFileId),
    },
  }));

/** The application is frozen, because the acceptance decides on exactly what was handed in. */
const freezeApplication = ({ code, in: phase }: Stage) =>
  sayOn('apply', 'keep-application', ({ context, event }) => {
    const dueAt = inWindow(phase)(context)?.dueAt ?? null;
    const inTime = dueAt === null || isBefore(event.at, dueAt);
    return {
      number: 1,
      stage: code,
      declared: {
        statement: event.statement,
        signatory: event.signatory,
        signatureEvidence: event.signatureEvidence ?? null,
        signatureFileId: event.signatureFileId ?? null,
        attestations: event.attestations ?? [],
        priorityClass: event.priorityClass ?? null,
        fileIds: event.fileIds ?? [],
      },
      renews: true,
      dueAt,
      inTime,
      admittedFor: inTime ? null : (context.lateApplicationFor ?? null),
      decided: decidedOf(context),
      criteria: event.facts.criteria ?? [],
      correction: null,
    };
  });

/** Whoever accepts the application is told; the organiser, too, where another body does. */
const received = ({ told = 'application-received' }: ApplyStep, { nextReviewers }: Place) =>
  notify(told, [...new Set([OFFICES.county, ...addressees(nextReviewers)])]);

const application = ({ clause, rules, gathers = [], ...step }: ApplyStep, place: Place) => [
  appliedInTime(clause, place.stage.in),
  ...gathered(place.procedure, gathers, 'R61'),
  ...gates(gathers, clause),
  ...(step.passMark === true ? [passMark] : []),
  ...rulesOf('apply', rules),
  signatureIsOwn(clause),
  everyCriterion(isSelfChecked(place.procedure)),
  preferenceClass,
  priorityClassListed(clause),
  filesExist(clause),
];

export function apply(step: ApplyStep, place: Place, next: Entry): Part {
  const { clause, gathers = [] } = step;
  const { stage, nextReviewers } = place;
  const debt: Owed = { kind: 'application', clause, owner: 'responsible', due: inWindow(stage.in) };
  const { on: handlers, rows } = gathering(place.procedure, gathers);
  return {
    enter: { target: stateIn(place, 'evaluating') },
    states: {
      evaluating: candidateSetup.createStateConfig({
        entry: open(debt),
        exit: settle(debt),
        after: { applicationDueSoon: dueSoon(debt), applicationWindow: overdue(debt) },
        on: {
          'adopt-policy': adoptPolicyIn('evaluating'),
          ...handlers,
          'admit-late-application': {
            guard: requires(admittedByReviewer(clause, nextReviewers)),
            actions: [
              on('admit-late-application', ({ event }) => ({ lateApplicationFor: event.reason })),
              notify('late-application-admitted', ['responsible'], ({ context }) => ({
                reason: context.lateApplicationFor ?? null,
              })),
            ],
          },
          apply: {
            guard: requires(...application(step, place)),
            target: next.target,
            actions: [
              ...bringDeadlineFor(next),
              keepApplication,
              storeApplication(clause),
              freezeApplication(stage),
              received(step, place),
            ],
          },
        },
      }),
    },
    rows: [
      ...rows,
      // Every reviewer may ask, so that the wrong one is refused by the sentence.
      { event: 'admit-late-application', by: [...new Set([...REVIEWERS, ...nextReviewers])] },
      { event: 'apply', by: ['applicant'], ...bringing(next) },
    ],
    standing: { step: 'apply', office: nextReviewers[0] ?? null, gathers },
    debts: { application: debt },
  };
}
