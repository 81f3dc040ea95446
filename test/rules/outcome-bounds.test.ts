import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessedCenti, weightedCenti } from '../../machines/candidate/scoring.ts';
import {
  assessmentBounds,
  compositeBounds,
  type Outcome,
  outcomes,
} from '../../src/rules/outcome-bounds.ts';

const sheets = (...points: number[]) =>
  points.map((pointsCenti, index) => ({ sheetId: `s${index}`, by: '', round: 1, pointsCenti }));

test('R61: one sheet of 90 with one still owed can come to anything from 45 to 95', () => {
  expect(assessmentBounds(sheets(9000), 1, { drop: 0, from: 1 })).toEqual({
    minCenti: 4500,
    maxCenti: 9500,
  });
});

test('R61: with the extremes left out a single missing sheet of five cannot sink a candidate', () => {
  expect(assessmentBounds(sheets(8800, 9000, 9000, 9200), 1, { drop: 1, from: 5 })).toEqual({
    minCenti: 8933,
    maxCenti: 9067,
  });
});

test('R61: no ballot and no sheet leaves everything open', () => {
  const nothing = { minCenti: 0, maxCenti: 10_000 };
  const weights = { massEvaluationWeight: 40, assessmentWeight: 60 };
  expect(compositeBounds(nothing, assessmentBounds([], 2, { drop: 0, from: 1 }), weights)).toEqual(
    nothing,
  );
});

const LEVELS = [0, 1, 2, 3, 4];
const bounded = fc
  .tuple(fc.constantFrom(...LEVELS), fc.constantFrom(...LEVELS))
  .map(([a, b]) => ({ minCenti: Math.min(a, b), maxCenti: Math.max(a, b) }));
const fields = fc
  .array(bounded, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((one, index) => ({ id: `c${index}`, ...one })));

/** Every way in which the missing can turn out. */
function* worlds(
  candidates: readonly { minCenti: number; maxCenti: number }[],
): Generator<number[]> {
  const [first, ...rest] = candidates;
  if (first === undefined) {
    yield [];
    return;
  }
  for (let score = first.minCenti; score <= first.maxCenti; score += 1) {
    for (const others of worlds(rest)) yield [score, ...others];
  }
}

function resultOf(scores: number[], index: number, pass: number, quota: number | null): string {
  const own = scores[index] ?? 0;
  if (own < pass) return 'out';
  const places = quota ?? Number.POSITIVE_INFINITY;
  const others = scores.filter((_, position) => position !== index);
  if (others.filter((score) => score > own).length >= places) return 'out';
  return others.filter((score) => score >= own).length < places ? 'in' : 'decided by people';
}

test('R61: the bounds say exactly what every possible outcome says', () => {
  fc.assert(
    fc.property(
      fields,
      fc.constantFrom(...LEVELS),
      fc.constantFrom<number | null>(1, 2, 3, null),
      (candidates, pass, quota) => {
        const told = outcomes(candidates, pass, quota);
        const all = [...worlds(candidates)];
        candidates.forEach(({ id }, index) => {
          const results = new Set(all.map((scores) => resultOf(scores, index, pass, quota)));
          const [only] = [...results];
          const expected: Outcome =
            results.size > 1 || only === 'decided by people'
              ? 'open'
              : only === 'in'
                ? 'certain-in'
                : 'certain-out';
          expect([id, told.get(id)]).toEqual([id, expected]);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test('R61: whatever the missing sheets say, the mean lies within its bounds and can reach both', () => {
  const centi = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(
      fc.array(centi, { maxLength: 6 }),
      fc.array(centi, { minLength: 1, maxLength: 4 }),
      fc.constantFrom({ drop: 0, from: 1 }, { drop: 1, from: 3 }, { drop: 1, from: 5 }),
      (known, missing, trim) => {
        const bounds = assessmentBounds(sheets(...known), missing.length, trim);
        const come = assessedCenti(sheets(...known, ...missing), trim) ?? -1;
        expect(come).toBeGreaterThanOrEqual(bounds.minCenti);
        expect(come).toBeLessThanOrEqual(bounds.maxCenti);
        const at = (points: number) =>
          assessedCenti(sheets(...known, ...missing.map(() => points)), trim);
        expect([at(0), at(10_000)]).toEqual([bounds.minCenti, bounds.maxCenti]);
      },
    ),
  );
});

test('R61: half a hundredth is rounded up', () => {
  expect(weightedCenti(8001, 8000, { massEvaluationWeight: 50, assessmentWeight: 50 })).toBe(8001);
  expect(assessedCenti(sheets(8000, 8001), { drop: 0, from: 1 })).toBe(8001);
});
