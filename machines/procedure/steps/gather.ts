// The streams of an evaluation (R61) are gathered: ballots of the masses, sheets of the assessors.

import { candidateSetup, on, sayOn } from '../../candidate/chart.ts';
import {
  evaluatedOnce,
  everySheetIn,
  massEvaluated,
  organizationallyAssessed,
} from '../../candidate/evaluation-requirements.ts';
import type { CandidateContext, CandidateFacts } from '../../candidate/events.ts';
import { assessedCenti, compositeCenti } from '../../candidate/scoring.ts';
import { factOf } from '../../kit/event.ts';
import { requires } from '../../kit/requirement.ts';
import type { Entry, Part, Place, Row } from '../part.ts';
import { bringing, stateIn } from '../part.ts';
import type { GatherStep } from '../procedure.ts';

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

/** Handlers and rows of the streams that a state gathers. */
export const gathering = (streams: readonly string[]) => ({
  on: {
    ...(streams.includes('mass') ? ofBallots : {}),
    ...(streams.includes('assessment') ? ofSheets : {}),
  },
  rows: [
    ...(streams.includes('mass') ? [system('mass-evaluation-closed')] : []),
    ...(streams.includes('assessment')
      ? [system('record-assessment'), system('retract-assessment')]
      : []),
  ],
});

const system = (event: Row['event']): Row => ({ event, by: ['system'] });

// Only a valid closed round sends this; nobody types a score in.
const ofBallots = {
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
};

const ofSheets = {
  'record-assessment': { actions: keepSheet },
  'retract-assessment': { actions: dropSheet },
};

/** What must be in before anything rests on these streams. */
export const gathered = (streams: readonly string[]) => [
  ...(streams.includes('mass') ? [massEvaluated] : []),
  ...(streams.includes('assessment') ? [organizationallyAssessed, everySheetIn] : []),
];

/** The streams are gathered in a state of their own, until the office concludes that. */
export function gather({ streams, by }: GatherStep, place: Place, next: Entry): Part {
  const { on: handlers, rows } = gathering(streams);
  return {
    enter: { target: stateIn(place, 'gathering') },
    states: {
      gathering: candidateSetup.createStateConfig({
        on: {
          ...handlers,
          'conclude-gathering': { guard: requires(...gathered(streams)), target: next.target },
        },
      }),
    },
    rows: [...rows, { event: 'conclude-gathering', by, ...bringing(next) }],
    standing: { step: 'gather', office: by[0] ?? null },
  };
}
