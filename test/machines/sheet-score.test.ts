import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SheetItem } from '../../machines/assessment/sheet-score.ts';
import { measureSheet } from '../../machines/assessment/sheet-score.ts';

/** Items of nine of ten points, one of which need not apply. */
const tenth = (index: number): SheetItem => ({ id: `i${index}`, maximumCenti: 1000 });
const ten: SheetItem[] = [
  ...Array.from({ length: 9 }, (_, index) => tenth(index)),
  { ...tenth(9), mayNotApply: true },
];
const scheme = { items: ten, stepCenti: 1, bonusMaxCenti: 0 };

describe('what a sheet comes to (R61)', () => {
  test('C19: an item that does not apply is scaled away: 88 of 90 are 97.78', () => {
    const points = Object.fromEntries(
      ten.slice(0, 9).map(({ id }, at) => [id, at === 0 ? 800 : 1000]),
    );
    const notApplicable = { i9: '该河段无排污口' };
    expect(measureSheet(scheme, { points, notApplicable })).toEqual({
      blocks: [
        { block: null, fullCenti: 10_000, appliedCenti: 9000, givenCenti: 8800, centi: 9778 },
      ],
      bonusCenti: 0,
      totalCenti: 9778,
    });
  });

  test('each block is rounded by itself, and the total is their sum as printed', () => {
    const block = (name: string): SheetItem[] =>
      [1, 2, 3].map((at) => ({
        id: `${name}.${at}`,
        block: name,
        maximumCenti: at === 1 ? 1600 : 1700,
        ...(at === 3 ? { mayNotApply: true as const } : {}),
      }));
    const items = [...block('a'), ...block('b')];
    const points = { 'a.1': 1000, 'a.2': 1000, 'b.1': 1000, 'b.2': 1000 };
    const notApplicable = { 'a.3': '无', 'b.3': '无' };
    const { blocks, totalCenti } = measureSheet({ ...scheme, items }, { points, notApplicable });
    // 20 × 50 ÷ 33 = 30.30…: two blocks of 30.30 make 60.60, where one of 60.606 would make 60.61.
    expect(blocks.map(({ centi }) => centi)).toEqual([3030, 3030]);
    expect(totalCenti).toBe(6060);
  });

  test('bonus items add beyond the full points, together no more than their limit', () => {
    const bonus = (id: string): SheetItem => ({ id, maximumCenti: 400, bonus: true });
    const items = [...ten, bonus('b1'), bonus('b2')];
    const full = Object.fromEntries(ten.map(({ id }) => [id, 1000]));
    const total = (points: { [item: string]: number }) =>
      measureSheet({ items, stepCenti: 50, bonusMaxCenti: 500 }, { points, notApplicable: {} });
    expect(total({ ...full, b1: 350 })).toMatchObject({ bonusCenti: 350, totalCenti: 10_350 });
    expect(total({ ...full, b1: 350, b2: 400 })).toMatchObject({ totalCenti: 10_500 });
    expect(total(full)).toMatchObject({ bonusCenti: 0, totalCenti: 10_000 });
  });
});

type Drawn = { max: bigint; given: bigint; applies: boolean };

/** The hundredth nearest to the fraction, found by trying each; of two as near, the upper one. */
function nearest(numerator: bigint, denominator: bigint): bigint {
  let centi = 0n;
  while ((2n * centi + 1n) * denominator <= 2n * numerator) centi += 1n;
  return centi;
}

/** Written anew, with exact fractions and no rounding but the one that the rule names. */
function naive(blocks: readonly Drawn[][], bonus: readonly bigint[], bonusMax: bigint): bigint {
  let total = 0n;
  for (const items of blocks) {
    let [full, applied, given] = [0n, 0n, 0n];
    for (const item of items) {
      full += item.max;
      if (!item.applies) continue;
      applied += item.max;
      given += item.given;
    }
    total += nearest(given * full, applied);
  }
  let extra = 0n;
  for (const one of bonus) extra += one;
  return total + (extra < bonusMax ? extra : bonusMax);
}

test('C19: whatever applies and is given, the score is that of exact fractions, half up', () => {
  const item = fc.record({
    max: fc.integer({ min: 1, max: 40 }).map((halves) => BigInt(halves * 50)),
    part: fc.integer({ min: 0, max: 1000 }),
    applies: fc.boolean(),
  });
  const drawn = item.map(
    ({ max, part, applies }): Drawn => ({
      max,
      given: (max * BigInt(part)) / 1000n,
      applies,
    }),
  );
  // The first item of a block always applies, as the check of the plan demands.
  const block = fc
    .array(drawn, { minLength: 1, maxLength: 6 })
    .map((items) => items.map((one, at) => (at === 0 ? { ...one, applies: true } : one)));
  const halves = fc.integer({ min: 0, max: 20 }).map((value) => BigInt(value * 50));
  const bonuses = fc.array(halves, { maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 1, maxLength: 4 }),
      bonuses,
      halves,
      (blocks, bonus, bonusMax) => {
        const items: SheetItem[] = [];
        const points: { [id: string]: number } = {};
        const notApplicable: { [id: string]: string } = {};
        blocks.forEach((lines, at) => {
          lines.forEach(({ max, given, applies }, index) => {
            const id = `${at}.${index}`;
            items.push({ id, block: `${at}`, maximumCenti: Number(max), mayNotApply: true });
            if (applies) points[id] = Number(given);
            else notApplicable[id] = '不适用';
          });
        });
        bonus.forEach((given, index) => {
          items.push({ id: `bonus.${index}`, maximumCenti: 1000, bonus: true });
          points[`bonus.${index}`] = Number(given);
        });
        const scheme = { items, stepCenti: 1, bonusMaxCenti: Number(bonusMax) };
        const { totalCenti } = measureSheet(scheme, { points, notApplicable });
        expect(BigInt(totalCenti)).toBe(naive(blocks, bonus, bonusMax));
      },
    ),
    { numRuns: 500 },
  );
});
