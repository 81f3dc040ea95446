import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessedCenti, compositeCenti } from '../../machines/candidate/scoring.ts';
import {
  assessmentBounds,
  compositeBounds,
  sheetsMissing,
} from '../../src/rules/assessment/outcome-bounds.ts';

/** The most that one sheet can give. */
const FULL = 10_000;

const sheets = (...points: number[]) =>
  points.map((pointsCenti, index) => ({ sheetId: `s${index}`, by: '', round: 1, pointsCenti }));

test('R61: one sheet of 90 with one still owed can come to anything from 45 to 95', () => {
  expect(assessmentBounds(sheets(9000), 1, { drop: 0, from: 1 }, FULL)).toEqual({
    minCenti: 4500,
    maxCenti: 9500,
  });
});

test('R61: with the extremes left out a single missing sheet of five cannot sink a candidate', () => {
  expect(assessmentBounds(sheets(8800, 9000, 9000, 9200), 1, { drop: 1, from: 5 }, FULL)).toEqual({
    minCenti: 8933,
    maxCenti: 9067,
  });
});

test('R61: a missing sheet with bonus items can come to more than a hundred', () => {
  expect(assessmentBounds(sheets(9000), 1, { drop: 0, from: 1 }, 10_500)).toEqual({
    minCenti: 4500,
    maxCenti: 9750,
  });
});

test('R61: a second round that has begun leaves nothing of the first to count on', () => {
  const trim = { drop: 0, from: 1 };
  const given = sheets(9000, 9200);
  expect(sheetsMissing(given, [{ round: 2 }], 2, trim, FULL)).toEqual({
    owed: 1,
    unassigned: 1,
    bounds: { minCenti: 0, maxCenti: 10_000 },
  });
  expect(sheetsMissing(given, [], 2, trim, FULL)).toMatchObject({ owed: 0, unassigned: 0 });
});

test('R61: no ballot and no sheet leaves everything open', () => {
  const nothing = { minCenti: 0, maxCenti: 10_000 };
  const weights = { mass: 40, assessment: 60 };
  expect(
    compositeBounds(
      [
        { stream: 'mass', bounds: nothing },
        {
          stream: 'assessment',
          bounds: assessmentBounds([], 2, { drop: 0, from: 1 }, FULL),
        },
      ],
      weights,
    ),
  ).toEqual(nothing);
});

test('R61: whatever the missing sheets say, the mean lies within its bounds and can reach both', () => {
  const centi = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(
      fc.array(centi, { maxLength: 6 }),
      fc.array(centi, { minLength: 1, maxLength: 4 }),
      fc.constantFrom({ drop: 0, from: 1 }, { drop: 1, from: 3 }, { drop: 1, from: 5 }),
      (known, missing, trim) => {
        const bounds = assessmentBounds(sheets(...known), missing.length, trim, FULL);
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

test('R61: a composite is made of every stream that weighs, and of no other', () => {
  const weights = { mass: 20, assessment: 50, visits: 30, satisfaction: 0 };
  const figures = { mass: 9000, assessment: 8000, visits: 7001 };
  expect(compositeCenti(figures, weights)).toBe(7900);
  expect(compositeCenti({ ...figures, visits: null }, weights)).toBeNull();
  expect(compositeCenti({ mass: 9000, assessment: 8000 }, weights)).toBeNull();
  expect(compositeCenti(figures, {})).toBeNull();
  expect(compositeCenti(figures, { mass: 0, assessment: 0 })).toBeNull();
});

test('R61: half a hundredth is rounded up', () => {
  const halves = { mass: 50, assessment: 50 };
  expect(compositeCenti({ mass: 8001, assessment: 8000 }, halves)).toBe(8001);
  expect(assessedCenti(sheets(8000, 8001), { drop: 0, from: 1 })).toBe(8001);
});
