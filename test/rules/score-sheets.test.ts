import { describe, expect, test } from 'vitest';
import { SHEET_CENTI, sheetScheme } from '../../src/rules/assessment/score-sheets.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import { categoryOf, plan } from '../machines/yijun.ts';

describe('the score sheet of a category', () => {
  test.each(plan.categories.map((category) => [category.code, category] as const))(
    'R61: that of %s makes 100 points by exact hundredths',
    (_, category) => {
      const { items } = sheetScheme(category);
      expect(items.reduce((sum, { maximumCenti }) => sum + maximumCenti, 0)).toBe(SHEET_CENTI);
    },
  );

  test('R32, R33: a worker is judged on the three things only people can tell', () => {
    expect(
      sheetScheme(categoryOf('ADVANCED_WORKER')).items.map(({ id, clause, maximumCenti }) => [
        id,
        clause,
        maximumCenti,
      ]),
    ).toEqual([
      ['worker.duties', 'R32', 3334],
      ['worker.conduct', 'R33', 3333],
      ['worker.quality', 'R34', 3333],
    ]);
  });

  test('R24, R26: what a village and a base are judged on stands on their sheets', () => {
    const clauses = (code: string) =>
      sheetScheme(categoryOf(code)).items.map(({ clause }) => clause);
    expect(clauses('DEMONSTRATION_VILLAGE')).toEqual(['R24', 'R24']);
    expect(clauses('DEMONSTRATION_BASE')).toContain('R26');
  });

  test('Q19: R10 rests on opinions that are not held; the sheet says so and invents nothing', () => {
    const { items, provenance } = sheetScheme(categoryOf('ADVANCED_COUNTY'));
    expect(items).toMatchObject([{ clause: 'R10', external: 'external source, not loaded' }]);
    expect(provenance.kind).toBe('default');
  });

  test('R61: a county that holds a standard of its own states its items, which make 100', () => {
    const category = categoryOf('ADVANCED_WORKER');
    const item = { id: 'worker.own', clause: 'R61', text: '考评标准第一项', english: 'One' };
    const scoreSheet = (points: number) => ({
      provenance: { kind: 'county-decision' as const, note: '考评标准' },
      items: [
        { ...item, points: 60 },
        { ...item, id: 'worker.other', points },
      ],
    });
    expect(sheetScheme({ ...category, scoreSheet: scoreSheet(40) }).items).toMatchObject([
      { id: 'worker.own', maximumCenti: 6000 },
      { id: 'worker.other', maximumCenti: 4000 },
    ]);
    const index = plan.categories.indexOf(category);
    const withSheet = (points: number) => ({
      ...plan,
      categories: plan.categories.map((one) =>
        one === category ? { ...one, scoreSheet: scoreSheet(points) } : one,
      ),
    });
    expect(validatePlan(withSheet(40))).toHaveProperty('plan');
    expect(validatePlan(withSheet(41))).toEqual({
      faults: [
        { path: `/categories/${index}/scoreSheet/items`, message: 'make 101 points, not 100' },
      ],
    });
  });

  test('R61: a plan that leaves no sheet after dropping the extremes is told so', () => {
    const trim = { ...plan.policies.assessmentTrim, value: { drop: 2, from: 4 } };
    const changed = { ...plan, policies: { ...plan.policies, assessmentTrim: trim } };
    expect(validatePlan(changed)).toMatchObject({
      faults: [{ path: '/policies/assessmentTrim/value/from' }],
    });
  });
});
