import { describe, expect, test } from 'vitest';
import { SHEET_CENTI, sheetForm } from '../../src/rules/assessment/score-sheets.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import { categoryOf, plan } from '../machines/yijun.ts';

describe('the score sheet of a category', () => {
  test.each(plan.categories.map((category) => [category.code, category] as const))(
    'R61: that of %s makes 100 points by exact hundredths',
    (_, category) => {
      const { items } = sheetForm(category, 'assessment');
      expect(items.reduce((sum, { maximumCenti }) => sum + maximumCenti, 0)).toBe(SHEET_CENTI);
    },
  );

  test('R32, R33: a worker is judged on the three things only people can tell', () => {
    expect(
      sheetForm(categoryOf('ADVANCED_WORKER'), 'assessment').items.map(
        ({ id, clause, maximumCenti }) => [id, clause, maximumCenti],
      ),
    ).toEqual([
      ['worker.duties', 'R32', 3334],
      ['worker.conduct', 'R33', 3333],
      ['worker.quality', 'R34', 3333],
    ]);
  });

  test('R24, R26: what a village and a base are judged on stands on their sheets', () => {
    const clauses = (code: string) =>
      sheetForm(categoryOf(code), 'assessment').items.map(({ clause }) => clause);
    expect(clauses('DEMONSTRATION_VILLAGE')).toEqual(['R24', 'R24']);
    expect(clauses('DEMONSTRATION_BASE')).toContain('R26');
  });

  test('Q19: R10 rests on opinions that are not held; the sheet says so and invents nothing', () => {
    const { items, provenance } = sheetForm(categoryOf('ADVANCED_COUNTY'), 'assessment');
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
    expect(
      sheetForm({ ...category, scoreSheets: { assessment: scoreSheet(40) } }, 'assessment').items,
    ).toMatchObject([
      { id: 'worker.own', maximumCenti: 6000 },
      { id: 'worker.other', maximumCenti: 4000 },
    ]);
    const index = plan.categories.indexOf(category);
    const withSheet = (points: number) => ({
      ...plan,
      categories: plan.categories.map((one) =>
        one === category ? { ...one, scoreSheets: { assessment: scoreSheet(points) } } : one,
      ),
    });
    expect(validatePlan(withSheet(40))).toHaveProperty('plan');
    expect(validatePlan(withSheet(41))).toEqual({
      faults: [
        {
          path: `/categories/${index}/scoreSheets/assessment/items`,
          message: { zh: '合计 101 分，应为 100 分', en: 'make 101 points, not 100' },
        },
      ],
    });
  });

  const part = (id: string, points: number, more: object = {}) => ({
    id: `worker.${id}`,
    clause: 'R61',
    text: id,
    english: id,
    points,
    ...more,
  });
  const block = (id: string, points: number, items: object[]) => ({ id, name: id, points, items });
  const halves = [block('a', 60, [part('a', 60)]), block('b', 40, [part('b', 40)])];
  const ofWorkers = plan.categories.findIndex(({ code }) => code === 'ADVANCED_WORKER');

  test.each([
    ['blocks that do not make 100', { blocks: [halves[0]] }, '/blocks', 'make 60 points, not 100'],
    [
      'a block whose items do not make its points',
      { blocks: [halves[0], block('b', 40, [part('b', 39.5)])] },
      '/blocks/1/items',
      'make 39.5 points, not 40',
    ],
    [
      'a block named twice',
      { blocks: [halves[0], { ...block('a', 40, [part('b', 40)]) }] },
      '/blocks/1/id',
      'is named twice',
    ],
    [
      'an item named twice in two blocks',
      { blocks: [halves[0], block('b', 40, [part('a', 40)])] },
      '/blocks/1/items/0/id',
      'is named twice',
    ],
    [
      'a block of an unknown sentence',
      { blocks: [{ ...halves[0], clause: 'R999' }, halves[1]] },
      '/blocks/0/clause',
      'the plan has no clause R999',
    ],
    [
      'both items and blocks',
      { items: [part('c', 100)], blocks: halves },
      '',
      'has either items or blocks',
    ],
    ['neither', {}, '', 'has either items or blocks'],
    [
      'points between the steps',
      { step: 1, items: [part('a', 59.5), part('b', 40.5)] },
      '/items/0/points',
      'is no multiple of the step of 1',
    ],
    [
      'a bonus without its limit',
      { items: [part('a', 100), part('b', 5, { bonus: true })] },
      '/items/1/bonus',
      'a sheet with bonus items states bonusMax',
    ],
    [
      'a limit without a bonus',
      { bonusMax: 5, items: [part('a', 100)] },
      '/bonusMax',
      'the sheet has no bonus item',
    ],
    [
      'a bonus item that may not apply',
      { bonusMax: 5, items: [part('a', 100), part('b', 5, { bonus: true, mayNotApply: true })] },
      '/items/1/mayNotApply',
      'a bonus item is never missed: leave it without points',
    ],
    [
      'a block of which nothing need apply',
      { blocks: [halves[0], block('b', 40, [part('b', 40, { mayNotApply: true })])] },
      '/blocks/1/items',
      'at least one item always applies',
    ],
  ])('R61: %s is told at its place', (_, sheet, path, message) => {
    const assessment = { provenance: { kind: 'county-decision', note: '考评标准' }, ...sheet };
    const categories = plan.categories.map((one, index) =>
      index === ofWorkers ? { ...one, scoreSheets: { assessment } } : one,
    );
    const told = validatePlan({ ...plan, categories });
    expect(told).toMatchObject({
      faults: expect.arrayContaining([
        {
          path: `/categories/${ofWorkers}/scoreSheets/assessment${path}`,
          message: { zh: expect.any(String), en: expect.stringContaining(message) },
        },
      ]),
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
