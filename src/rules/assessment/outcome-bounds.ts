// Can what is still missing change the result? The least and the most a candidate can come to; what
// that says of a whole category stands in category-outcomes.ts.

import {
  assessedCenti,
  type CountedSheet,
  type Trim,
  weightedCenti,
} from '../../../machines/candidate/scoring.ts';
import { SHEET_CENTI } from './score-sheets.ts';

/** Both ends are included, in hundredths of a point. */
export type Bounds = { minCenti: number; maxCenti: number };

/** Every sheet that may still come can say nothing or everything. */
export function assessmentBounds(
  sheets: readonly CountedSheet[],
  missing: number,
  trim: Trim,
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
  return { minCenti: complete(0), maxCenti: complete(SHEET_CENTI) };
}

/**
 * What is missing of a candidate's sheets: those `owed`, and so many more that nobody has been given
 * yet as it takes to reach `needed`. Only the last round counts, also when none of it has come in.
 */
export function sheetsMissing(
  given: readonly CountedSheet[],
  owed: readonly { round: number }[],
  needed: number,
  trim: Trim,
): { owed: number; unassigned: number; bounds: Bounds } {
  const round = Math.max(1, ...[...owed, ...given].map((sheet) => sheet.round));
  const counted = given.filter((sheet) => sheet.round === round);
  const assigned = owed.filter((sheet) => sheet.round === round).length;
  const unassigned = Math.max(0, needed - counted.length - assigned);
  return {
    owed: assigned,
    unassigned,
    bounds: assessmentBounds(counted, assigned + unassigned, trim),
  };
}

/** A mean of grades lies between the worst and the best; an open urn is never looked into. */
export function massBounds(gradePoints: { readonly [grade: string]: number }): Bounds {
  const points = Object.values(gradePoints);
  return { minCenti: Math.min(...points) * 100, maxCenti: Math.max(...points) * 100 };
}

/** The composite rises with each of its streams, so its ends are those of the streams. */
export const compositeBounds = (
  mass: Bounds,
  assessment: Bounds,
  weights: { massEvaluationWeight: number; assessmentWeight: number },
): Bounds => ({
  minCenti: weightedCenti(mass.minCenti, assessment.minCenti, weights) ?? 0,
  maxCenti: weightedCenti(mass.maxCenti, assessment.maxCenti, weights) ?? 0,
});
