// The streams of an evaluation (R61) are gathered: rounds of ballots, and sheets of assessors.

import { bringDeadlineFor, candidateSetup, on, sayOn } from '../../candidate/chart.ts';
import {
  evaluatedOnce,
  everySheetIn,
  gateOf,
  gatheredHere,
  roundHeld,
  sheetsEnough,
} from '../../candidate/evaluation-requirements.ts';
import type { CandidateContext, CandidateFacts } from '../../candidate/events.ts';
import type { ByStream, CountedSheet } from '../../candidate/scoring.ts';
import { assessedCenti, compositeCenti } from '../../candidate/scoring.ts';
import { factOf } from '../../kit/event.ts';
import { requires } from '../../kit/requirement.ts';
import type { Entry, Part, Place, Row } from '../part.ts';
import { bringing, stateIn } from '../part.ts';
import type { GatherStep, Procedure } from '../procedure.ts';

type Policies = CandidateFacts['policies'];

/** 综合得分 of the figures so far; null until every stream that weighs has one (R61). */
const withFigures = (figures: ByStream<number>, { streamWeights }: Policies) => ({
  figures,
  compositeCenti: compositeCenti(figures, streamWeights),
});

const keepScore = on('mass-evaluation-closed', ({ context, event }) => {
  const { stream, scoreCenti, strataCenti } = event;
  return {
    strata: { ...context.strata, [stream]: strataCenti },
    ...withFigures({ ...context.figures, [stream]: scoreCenti }, factOf(event, 'policies')),
  };
});

/** The figure of a stream of sheets is their mean; without a sheet there is none. */
function withSheets(
  { figures, sheets }: CandidateContext,
  stream: string,
  counted: readonly CountedSheet[],
  policies: Policies,
) {
  const { [stream]: _, ...others } = figures;
  const centi = assessedCenti(counted, policies.assessmentTrim);
  return {
    sheets: { ...sheets, [stream]: counted },
    ...withFigures(centi === null ? others : { ...others, [stream]: centi }, policies),
  };
}

const otherSheets = (
  { sheets }: CandidateContext,
  { stream, sheetId }: { stream: string; sheetId: string },
) => (sheets[stream] ?? []).filter((sheet) => sheet.sheetId !== sheetId);

const keepSheet = on('record-assessment', ({ context, event }) => {
  const { sheetId, stream, assessorId: by, round, pointsCenti } = event;
  const counted = [...otherSheets(context, event), { sheetId, by, round, pointsCenti }];
  return withSheets(context, stream, counted, factOf(event, 'policies'));
});

/** A sheet that was sent back or voided no longer counts. */
const dropSheet = on('retract-assessment', ({ context, event }) =>
  withSheets(context, event.stream, otherSheets(context, event), factOf(event, 'policies')),
);

/** A slip in a sheet was put right, wherever the candidate has come to since. */
export const correctSheet = on('correct-assessment', ({ context, event }) => {
  const { sheetId, stream, pointsCenti } = event;
  const counted = (context.sheets[stream] ?? []).map((sheet) =>
    sheet.sheetId === sheetId ? { ...sheet, pointsCenti } : sheet,
  );
  return withSheets(context, stream, counted, factOf(event, 'policies'));
});

/** The streams of these that are gathered by sheets, and those gathered by ballots. */
const byKind = ({ streams }: Procedure, codes: readonly string[]) => ({
  ofSheets: codes.filter((code) => streams[code]?.kind === 'sheets'),
  ofBallots: codes.filter((code) => streams[code]?.kind !== 'sheets'),
});

/** Handlers and rows of the streams that a state gathers. */
export function gathering(procedure: Procedure, streams: readonly string[]) {
  const { ofBallots, ofSheets } = byKind(procedure, streams);
  return {
    on: {
      ...(ofBallots.length > 0 ? rounds(ofBallots) : {}),
      ...(ofSheets.length > 0 ? sheetsIn(ofSheets) : {}),
    },
    rows: [
      ...(ofBallots.length > 0 ? [system('mass-evaluation-closed')] : []),
      ...(ofSheets.length > 0 ? [system('record-assessment'), system('retract-assessment')] : []),
    ],
  };
}

const system = (event: Row['event']): Row => ({ event, by: ['system'] });

// Only a valid closed round sends this; nobody types a score in.
const rounds = (streams: readonly string[]) => ({
  'mass-evaluation-closed': {
    guard: requires(gatheredHere(streams), evaluatedOnce),
    actions: [
      keepScore,
      sayOn('mass-evaluation-closed', 'store-record', ({ event }) => ({
        ledger: 'score',
        id: event.id,
        kind: 'mass-evaluation',
        clause: 'R61',
        body: {
          roundId: event.roundId,
          stream: event.stream,
          form: event.form,
          points: event.scoreCenti / 100,
          ...event.counts,
        },
      })),
    ],
  },
});

const sheetsIn = (streams: readonly string[]) => ({
  'record-assessment': { guard: requires(gatheredHere(streams)), actions: keepSheet },
  'retract-assessment': { guard: requires(gatheredHere(streams)), actions: dropSheet },
});

/** What must be in before anything rests on these streams. */
export function gathered(procedure: Procedure, streams: readonly string[], clause: string) {
  const { ofBallots, ofSheets } = byKind(procedure, streams);
  return [
    ...ofBallots.map((stream) => roundHeld(clause, stream)),
    ...ofSheets.map((stream) => sheetsEnough(clause, stream)),
    ...(ofSheets.length > 0 ? [everySheetIn] : []),
  ];
}

/** Of each of these streams enough points, where the plan says how many. */
export const gates = (streams: readonly string[], clause: string) =>
  streams.map((stream) => gateOf(clause, stream));

/** The streams are gathered in a state of their own, until the office concludes that. */
export function gather({ streams, by, clause }: GatherStep, place: Place, next: Entry): Part {
  const { procedure } = place;
  const { on: handlers, rows } = gathering(procedure, streams);
  return {
    enter: { target: stateIn(place, 'gathering') },
    states: {
      gathering: candidateSetup.createStateConfig({
        on: {
          ...handlers,
          'conclude-gathering': {
            guard: requires(...gathered(procedure, streams, clause), ...gates(streams, clause)),
            target: next.target,
            actions: bringDeadlineFor(next),
          },
        },
      }),
    },
    rows: [...rows, { event: 'conclude-gathering', by, ...bringing(next) }],
    standing: { step: 'gather', office: by[0] ?? null, gathers: streams },
  };
}
