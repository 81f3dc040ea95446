// Stage 4, 考核评议 (R60–R62): the masses and the organisation judge, then the candidate applies.

import {
  admittedByReviewer,
  appliedInTime,
  priorityClassListed,
  signatureIsOwn,
  signatureScanned,
  signed,
} from '../application/application-requirements.ts';
import { decidedOf, filesOf } from '../application/frozen-application.ts';
import { filesExist } from '../kit/common-requirements.ts';
import { factOf } from '../kit/event.ts';
import { requires, when } from '../kit/requirement.ts';
import { isBefore, localDate } from '../kit/time.ts';
import {
  adoptPolicyIn,
  candidateSetup,
  dueSoon,
  notify,
  on,
  open,
  overdue,
  owed,
  sayOn,
  settle,
} from './chart.ts';
import { everyCriterion } from './criterion-requirements.ts';
import {
  evaluatedOnce,
  everySheetIn,
  massEvaluated,
  organizationallyAssessed,
  passMark,
  preferenceClass,
} from './evaluation-requirements.ts';
import type { CandidateContext, CandidateFacts } from './events.ts';
import { whileLive } from './live-events.ts';
import { assessedCenti, compositeCenti } from './scoring.ts';

type Policies = CandidateFacts['policies'];

/** 综合得分 of the ballots and sheets so far; null until both streams have been held (R61). */
const compositeOf = (
  mass: number | null,
  sheets: CandidateContext['assessments'],
  { assessmentTrim, streamWeights }: Policies,
): number | null =>
  compositeCenti({ mass, assessment: assessedCenti(sheets, assessmentTrim) }, streamWeights);

const keepMassScore = on('mass-evaluation-closed', ({ context, event }) => ({
  massScoreCenti: event.scoreCenti,
  massStrataCenti: event.strataCenti,
  compositeCenti: compositeOf(event.scoreCenti, context.assessments, factOf(event, 'policies')),
}));

const withSheets = (
  { massScoreCenti }: CandidateContext,
  assessments: CandidateContext['assessments'],
  policies: Policies,
) => ({ assessments, compositeCenti: compositeOf(massScoreCenti, assessments, policies) });

const others = ({ assessments }: CandidateContext, sheetId: string) =>
  assessments.filter((sheet) => sheet.sheetId !== sheetId);

const keepSheet = on('record-assessment', ({ context, event }) => {
  const { sheetId, assessorId: by, round, pointsCenti } = event;
  const sheets = [...others(context, sheetId), { sheetId, by, round, pointsCenti }];
  return withSheets(context, sheets, factOf(event, 'policies'));
});

/** A sheet that was sent back or voided no longer counts. */
const dropSheet = on('retract-assessment', ({ context, event }) =>
  withSheets(context, others(context, event.sheetId), factOf(event, 'policies')),
);

const keepApplication = on('apply', ({ event }) => ({
  appliedAt: event.at,
  application: { number: 1, at: event.at },
  priorityClass: event.priorityClass ?? null,
}));

const storeApplication = sayOn('apply', 'store-record', ({ event }) => ({
  ledger: 'evidence',
  id: `application/${event.at}`,
  kind: 'application-form',
  clause: 'R62',
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
const freezeApplication = sayOn('apply', 'keep-application', ({ context, event }) => {
  const dueAt = context.windows?.evaluation.dueAt ?? null;
  const inTime = dueAt === null || isBefore(event.at, dueAt);
  return {
    number: 1,
    stage: 'evaluation',
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
    decided: decidedOf(context, event.facts.policies),
    criteria: event.facts.criteria ?? [],
    correction: null,
  };
});

const application = [
  appliedInTime,
  massEvaluated,
  organizationallyAssessed,
  everySheetIn,
  passMark,
  signed,
  signatureScanned,
  signatureIsOwn('R62'),
  everyCriterion,
  preferenceClass,
  priorityClassListed('R62'),
  filesExist('R62'),
] as const;

export const evaluation = candidateSetup.createStateConfig({
  initial: 'evaluating',
  on: whileLive,
  states: {
    evaluating: {
      entry: open(owed.application),
      exit: settle(owed.application),
      after: {
        applicationDueSoon: dueSoon(owed.application),
        applicationWindow: overdue(owed.application),
      },
      on: {
        'adopt-policy': adoptPolicyIn('evaluating'),
        // Only a valid closed round sends this; nobody types a score in.
        'mass-evaluation-closed': {
          guard: requires(evaluatedOnce),
          actions: [
            keepMassScore,
            sayOn('mass-evaluation-closed', 'store-record', ({ event }) => ({
              ledger: 'score',
              id: event.id,
              kind: 'mass-evaluation',
              clause: 'R61',
              body: {
                roundId: event.roundId,
                form: event.form,
                points: event.scoreCenti / 100,
                ...event.counts,
              },
            })),
          ],
        },
        'record-assessment': { actions: keepSheet },
        'retract-assessment': { actions: dropSheet },
        'admit-late-application': {
          guard: requires(admittedByReviewer),
          actions: [
            on('admit-late-application', ({ event }) => ({ lateApplicationFor: event.reason })),
            notify('late-application-admitted', ['responsible'], ({ context }) => ({
              reason: context.lateApplicationFor ?? null,
            })),
          ],
        },
        apply: [
          {
            // The county's step does not apply where the county itself is the candidate (Q3).
            guard: when(
              ({ route }: CandidateContext) => route.countyStep === 'not-applicable',
              ...application,
            ),
            target: '#candidate.cityVerification',
            actions: [
              keepApplication,
              storeApplication,
              freezeApplication,
              notify('county-step-not-applicable', ['county-office', 'city-centre']),
            ],
          },
          {
            guard: requires(...application),
            target: '#candidate.countyAcceptance',
            actions: [
              keepApplication,
              storeApplication,
              freezeApplication,
              notify('application-received', ['county-office']),
            ],
          },
        ],
      },
    },
  },
});
