// Stage 4, 考核评议 (R60–R62): the masses and the organisation judge, then a written application.

import { requires, when } from '../requirement.ts';
import { localDate } from '../time.ts';
import { candidateSetup, dueSoon, on, open, overdue, owed, settle, store, tell } from './chart.ts';
import { everyCriterion } from './criterion-requirements.ts';
import {
  appliedInTime,
  evaluatedOnce,
  massEvaluated,
  oneSheetPerAssessor,
  organizationallyAssessed,
  passMark,
  preferenceClass,
  signed,
} from './evaluation-requirements.ts';
import type { CandidateContext, CandidateFacts } from './events.ts';
import { whileLive } from './live.ts';
import { filesExist } from './record-requirements.ts';

type Policies = CandidateFacts['policies'];

/** Half up, in whole hundredths of a point. */
const divideCenti = (sum: number, count: number): number =>
  Math.floor((2 * sum + count) / (2 * count));

/** 综合得分: the two streams by their weights; null until both have been held (R61). */
export function compositeCenti(
  massCenti: number | null,
  sheets: CandidateContext['assessments'],
  policies: Policies,
): number | null {
  if (massCenti === null || sheets.length === 0) return null;
  const assessed = divideCenti(
    sheets.reduce((total, sheet) => total + sheet.pointsCenti, 0),
    sheets.length,
  );
  const weighted = massCenti * policies.massEvaluationWeight + assessed * policies.assessmentWeight;
  return divideCenti(weighted, policies.massEvaluationWeight + policies.assessmentWeight);
}

const policiesOf = (event: { facts: Partial<CandidateFacts> }): Policies => {
  if (event.facts.policies === undefined) throw new Error('fact policies was not loaded');
  return event.facts.policies;
};

const keepMassScore = on('mass-evaluation-closed', ({ context, event }) => ({
  massScoreCenti: event.scoreCenti,
  massStrataCenti: event.strataCenti,
  compositeCenti: compositeCenti(event.scoreCenti, context.assessments, policiesOf(event)),
}));

const keepSheet = on('record-assessment', ({ context, event }) => {
  const assessments = [
    ...context.assessments,
    { by: event.by.principalId, pointsCenti: Math.round(event.points * 100) },
  ];
  return {
    assessments,
    compositeCenti: compositeCenti(context.massScoreCenti, assessments, policiesOf(event)),
  };
});

const keepApplication = on('apply', ({ event }) => ({
  appliedAt: event.at,
  priorityClass: event.priorityClass ?? null,
}));

const storeApplication = store('apply', ({ event }) => ({
  ledger: 'evidence',
  id: `application/${event.at}`,
  kind: 'application-form',
  clause: 'R62',
  body: {
    occurredOn: localDate(event.at),
    summary: event.statement,
    detail: {
      signatory: event.signatory,
      signatureEvidence: event.signatureEvidence,
      attestations: event.attestations ?? [],
    },
    ...(event.fileIds === undefined ? {} : { fileIds: event.fileIds }),
  },
}));

const application = [
  appliedInTime,
  massEvaluated,
  organizationallyAssessed,
  passMark,
  signed,
  everyCriterion,
  preferenceClass,
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
        // Told by a round that has closed and is valid; nobody types a score in.
        'mass-evaluation-closed': {
          guard: requires(evaluatedOnce),
          actions: [
            keepMassScore,
            store('mass-evaluation-closed', ({ event }) => ({
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
        'record-assessment': {
          guard: requires(oneSheetPerAssessor),
          actions: [
            keepSheet,
            store('record-assessment', ({ event }) => ({
              ledger: 'score',
              id: event.id,
              kind: 'organizational-assessment',
              clause: 'R61',
              body: {
                points: event.points,
                assessor: event.by.principalId,
                remark: event.remark ?? null,
              },
            })),
          ],
        },
        apply: [
          {
            // The county is candidate and gatekeeper in one (Q3): its own step does not apply.
            guard: when(
              ({ route }: CandidateContext) => route.countyStep === 'not-applicable',
              ...application,
            ),
            target: '#candidate.cityVerification',
            actions: [
              keepApplication,
              storeApplication,
              tell('county-step-not-applicable', ['county-office', 'city-centre']),
            ],
          },
          {
            guard: requires(...application),
            target: '#candidate.countyAcceptance',
            actions: [
              keepApplication,
              storeApplication,
              tell('application-received', ['county-office']),
            ],
          },
        ],
      },
    },
  },
});
