import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deniedCriteria } from '../../src/rules/candidate/criteria.ts';
import {
  added,
  allConform,
  assess,
  countedKinds,
  NO_SITES,
  type Standing,
  sumOf,
} from '../../src/rules/conformance/conformance.ts';
import type { Category } from '../../src/rules/plan/plan-schema.ts';
import { categoryOf, plan } from '../machines/yijun.ts';

test('R12: an empty roster never passes, and one site short is not all (Q5)', () => {
  expect(allConform({ total: 0, conforming: 0 })).toBe(false);
  expect(allConform({ total: 118, conforming: 117 })).toBe(false);
  expect(allConform({ total: 118, conforming: 118 })).toBe(true);
});

test('Q6: bases count at the county by the plan’s policy, and never at the township', () => {
  const counts = added(NO_SITES, 'BASE', { total: 1, conforming: 0 });
  const total = (level: 'county' | 'township', includes = true) => {
    const countyRosterIncludesBases = {
      ...plan.policies.countyRosterIncludesBases,
      value: includes,
    };
    return sumOf(counts, countedKinds({ ...plan.policies, countyRosterIncludesBases }, level))
      .total;
  };
  expect([total('county'), total('county', false), total('township')]).toEqual([1, 0, 0]);
});

test('Q7: the turns of a site add up to how it stands, whatever is assessed in whatever order', () => {
  const assessment = fc.record({
    conforms: fc.boolean(),
    assessedOn: fc.constantFrom('2017-10-01', '2017-10-02', '2017-10-03'),
  });
  fc.assert(
    fc.property(fc.array(assessment, { maxLength: 12 }), (all) => {
      let standing: Standing | null = null;
      let conforming = 0;
      for (const [index, one] of all.entries()) {
        const step = assess(standing, one, `2017-10-0${(index % 9) + 1}T00:00:00Z`);
        if (step.turn === 'lost') conforming -= 1;
        if (step.turn === 'reached' || step.turn === 'regained') conforming += 1;
        expect(step.stands).toBe(standing === null || one.assessedOn >= standing.assessedOn);
        expect(step.standing.revision).toBe(index + 1);
        standing = step.standing;
        expect(conforming).toBe(standing.conforms ? 1 : 0);
      }
    }),
  );
});

test.each([
  ['R18', { mode: 'SATELLITE' }, ['village.telecom-mode']],
  ['R19', { televisionInches: 49, projector: false }, ['village.screen']],
  ['R19', { televisionInches: 49, projector: true }, []],
  ['R20', { networkWorks: false }, ['village.network']],
  ['R21', { managementRulesPosted: false }, ['village.rules-posted']],
  ['R22', { discussionBookKept: false }, ['village.discussion-book']],
  ['R20', {}, []],
])(
  '%s: the records deny what they say is not so, and nothing they do not speak of',
  (_, facts, ids) => {
    const village = categoryOf('DEMONSTRATION_VILLAGE') as Category;
    expect(deniedCriteria(plan, village, facts).map(({ id }) => id)).toEqual(ids);
  },
);
