// Can what is still missing change the result? The least and the most a candidate can come to, and
// whether that already says in or out.

import {
  assessedCenti,
  type CountedSheet,
  type Trim,
  weightedCenti,
} from '../../machines/candidate/scoring.ts';
import { SHEET_CENTI } from './score-sheets.ts';

/** In hundredths of a point, both included. */
export type Bounds = { minCenti: number; maxCenti: number };

export type Outcome = 'certain-in' | 'certain-out' | 'open';

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

/** The composite rises with each of its streams, so its ends are those of the streams. */
export const compositeBounds = (
  mass: Bounds,
  assessment: Bounds,
  weights: { massEvaluationWeight: number; assessmentWeight: number },
): Bounds => ({
  minCenti: weightedCenti(mass.minCenti, assessment.minCenti, weights) ?? 0,
  maxCenti: weightedCenti(mass.maxCenti, assessment.maxCenti, weights) ?? 0,
});

/**
 * In: the pass mark is reached and fewer than the quota stand at least as high. Out: it is not, or
 * as many as the quota stand higher. A tie across the line is decided by people, so it is open; so
 * is whatever depends on what is missing. Without a quota the pass mark alone decides.
 */
export function outcomes<Candidate extends Bounds & { id: string }>(
  candidates: readonly Candidate[],
  passMarkCenti: number,
  quota: number | null,
): Map<string, Outcome> {
  const places = quota ?? Number.POSITIVE_INFINITY;
  const told = candidates.map(({ id, minCenti, maxCenti }): [string, Outcome] => {
    const others = candidates.filter((other) => other.id !== id);
    if (maxCenti < passMarkCenti) return [id, 'certain-out'];
    const surelyAbove = others.filter((other) => other.minCenti > maxCenti).length;
    if (surelyAbove >= places) return [id, 'certain-out'];
    const perhapsLevel = others.filter((other) => other.maxCenti >= minCenti).length;
    const isIn = minCenti >= passMarkCenti && perhapsLevel < places;
    return [id, isIn ? 'certain-in' : 'open'];
  });
  return new Map(told);
}
