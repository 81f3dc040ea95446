import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CriteriaData, measureCriteria } from '../../src/rules/candidate/criteria.ts';
import type { InForce, SupplementChange } from '../../src/rules/conformance/supplements.ts';
import { inForce, relaxations, withSupplement } from '../../src/rules/conformance/supplements.ts';
import type { Category, CriterionTest } from '../../src/rules/plan/plan-schema.ts';
import { categoryOf, plan } from '../machines/yijun.ts';

const village = categoryOf('DEMONSTRATION_VILLAGE') as Category;
const tighten = (criterion: string, required: CriterionTest): SupplementChange => ({
  action: 'tighten',
  criterion,
  required,
});
const faults = (...changes: SupplementChange[]) =>
  relaxations(plan, village, changes).map(({ criterion, clause }) => [criterion, clause]);

describe('R66: what the plan asks is a floor', () => {
  test('a larger screen is tighter, without the projector tighter still', () => {
    const larger = { fact: 'site.televisionInches', atLeast: 55 };
    expect(faults(tighten('village.screen', larger))).toEqual([]);
    const projector = { fact: 'site.projector', equals: true };
    expect(faults(tighten('village.screen', { anyOf: [larger, projector] }))).toEqual([]);
  });

  test.each([
    ['a smaller screen', 'village.screen', { fact: 'site.televisionInches', atLeast: 49 }, 'R19'],
    ['another mode', 'village.telecom-mode', { fact: 'site.mode', equals: 'OTHER' }, 'R18'],
    ['another fact', 'village.activity-room', { fact: 'site.projector', equals: true }, 'R18'],
    ['any posting', 'village.rules-posted', { evidence: 'wall-posting', atLeast: 1 }, 'R21'],
  ] as const)('%s is less than the plan asks', (_, criterion, required, clause) => {
    expect(faults(tighten(criterion, required as CriterionTest))).toEqual([[criterion, clause]]);
  });

  test('nothing is taken away, and nothing is made weaker (Q15)', () => {
    expect(faults({ action: 'remove', criterion: 'village.seats' })).toEqual([
      ['village.seats', 'R19'],
    ]);
    const required = { fact: 'site.televisionInches', atLeast: 60 };
    const weaker = { ...tighten('village.screen', required), modality: 'S' } as SupplementChange;
    expect(faults(weaker)).toEqual([['village.screen', 'R19']]);
  });

  test('whoever meets a change that is let in meets the plan', () => {
    const inches = {
      fact: fc.constant('site.televisionInches'),
      atLeast: fc.integer({ min: 1, max: 99 }),
    };
    const way = fc.oneof(
      fc.record(inches),
      fc.record({ fact: fc.constant('site.projector'), equals: fc.boolean() }),
    );
    const asked = fc.oneof(
      way,
      fc.record({ anyOf: fc.array(way, { minLength: 2, maxLength: 3 }) }),
    );
    const facts = fc.record(
      { televisionInches: fc.integer({ min: 0, max: 120 }), projector: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(asked, facts, (required, site) => {
        const change = tighten('village.screen', required as CriterionTest);
        if (relaxations(plan, village, [change]).length > 0) return;
        const data = { ...NOTHING, site };
        const met = (category: Category) =>
          measureCriteria(plan, category, data).find(({ id }) => id === 'village.screen')?.measured
            ?.met;
        if (met(withSupplement(village, [change]))) expect(met(village)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

const none = { total: 0, conforming: 0 };
const NOTHING: CriteriaData = {
  records: [],
  site: null,
  base: null,
  inspection: null,
  figures: {},
  strata: {},
  rollUp: { VILLAGE: none, COMMUNITY: none, BASE: none },
  sites: [],
};

test('R71: a candidate keeps the version it was measured by, and meets no later one', () => {
  const version = (number: number, approvedAt: string): InForce => ({
    organisationId: 't',
    path: '/c/t/',
    category: 'V',
    version: number,
    changes: [],
    approvedAt,
  });
  const all = [version(1, '2017-07-01T00:00:00Z'), version(2, '2017-10-20T00:00:00Z')];
  const found = (measuredAt: string | null, path = '/c/t/v/') =>
    inForce(all, { category: 'V', path, measuredAt }, '2017-11-01T00:00:00Z')?.version;
  expect([found(null), found('2017-10-10T00:00:00Z'), found('2017-06-01T00:00:00Z')]).toEqual([
    2,
    1,
    undefined,
  ]);
  expect(found(null, '/c/u/v/')).toBeUndefined();
});
