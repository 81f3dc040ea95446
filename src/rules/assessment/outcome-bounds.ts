// The least and the most that a candidate's score can become; category-outcomes.ts draws the
// conclusions for a whole category.

import {
  assessedCenti,
  type ByStream,
  type CountedSheet,
  compositeCenti,
  type Trim,
} from '../../../machines/candidate/scoring.ts';
import type { Streams } from '../../../machines/procedure/procedure.ts';
import { ballotPolicyOf } from '../ballot/ballots.ts';
import { planFor } from '../plan/category-policies.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { sheetMaxCenti } from './score-sheets.ts';

/** An interval in hundredths of a point, both ends included. */
export type Bounds = { minCenti: number; maxCenti: number };

/** Every missing sheet may give no points or `sheetMaxCenti`, the most that one can. */
export function assessmentBounds(
  sheets: readonly CountedSheet[],
  missing: number,
  trim: Trim,
  sheetMaxCenti: number,
): Bounds {
  const round = sheets.reduce((last, sheet) => Math.max(last, sheet.round), 1);
  const complete = (pointsCenti: number): number => {
    const still = Array.from({ length: missing }, (_, index) => ({
      sheetId: `missing-${index}`,
      by: '',
      round,
      pointsCenti,
    }));
    return assessedCenti([...sheets, ...still], trim) ?? pointsCenti;
  };
  return { minCenti: complete(0), maxCenti: complete(sheetMaxCenti) };
}

/**
 * The number of missing sheets about a candidate: those `owed`, and those still unassigned that
 * `needed` demands. Only the last round counts, even when none of its sheets has come in.
 */
export function sheetsMissing(
  given: readonly CountedSheet[],
  owed: readonly { round: number }[],
  needed: number,
  trim: Trim,
  sheetMaxCenti: number,
): { owed: number; unassigned: number; bounds: Bounds } {
  const round = Math.max(1, ...[...owed, ...given].map((sheet) => sheet.round));
  const counted = given.filter((sheet) => sheet.round === round);
  const assigned = owed.filter((sheet) => sheet.round === round).length;
  const unassigned = Math.max(0, needed - counted.length - assigned);
  return {
    owed: assigned,
    unassigned,
    bounds: assessmentBounds(counted, assigned + unassigned, trim, sheetMaxCenti),
  };
}

/** A mean of grades lies between the worst and the best grade; nobody looks into an open urn. */
export function massBounds(gradePoints: { readonly [grade: string]: number }): Bounds {
  const points = Object.values(gradePoints);
  return { minCenti: Math.min(...points) * 100, maxCenti: Math.max(...points) * 100 };
}

/** What is known and missing of the streams of a candidate, and how they are counted. */
export type Gathered = {
  streams: Streams;
  figures: ByStream<number>;
  sheets: ByStream<readonly CountedSheet[]>;
  /** The sheets that assessors still owe. */
  owed: readonly { stream: string; round: number }[];
};

/** What of a stream is missing, and the ends of its figure. */
export type StreamBounds = {
  stream: string;
  bounds: Bounds;
  missingRound: boolean;
  owed: number;
  unassigned: number;
};

/** The bounds of each stream; a round that is valid and sheets that are in can change no more. */
export function streamBounds(
  plan: Plan,
  category: string,
  { streams, figures, sheets, owed }: Gathered,
): StreamBounds[] {
  const { policies } = planFor(plan, category);
  return Object.entries(streams).map(([stream, { kind }]): StreamBounds => {
    if (kind === 'sheets') {
      const found = sheetsMissing(
        sheets[stream] ?? [],
        owed.filter((sheet) => sheet.stream === stream),
        policies.assessmentSheetsMin.value,
        policies.assessmentTrim.value,
        sheetMaxCenti(plan, category, stream),
      );
      return { stream, missingRound: false, ...found };
    }
    const held = figures[stream];
    const { gradePoints } = ballotPolicyOf(planFor(plan, category), stream);
    const bounds =
      held === undefined ? massBounds(gradePoints) : { minCenti: held, maxCenti: held };
    return { stream, bounds, missingRound: held === undefined, owed: 0, unassigned: 0 };
  });
}

/** The composite rises with each of its streams, so its ends come from theirs. */
export function compositeBounds(
  streams: readonly Pick<StreamBounds, 'stream' | 'bounds'>[],
  weights: ByStream<number>,
): Bounds {
  const end = (side: keyof Bounds): number => {
    const ends = streams.map(({ stream, bounds }) => [stream, bounds[side]]);
    return compositeCenti(Object.fromEntries(ends), weights) ?? 0;
  };
  return { minCenti: end('minCenti'), maxCenti: end('maxCenti') };
}
