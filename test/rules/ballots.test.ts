import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StratumCount } from '../../machines/ballot/result.ts';
import {
  type BallotPolicy,
  ballotPolicyOf,
  groupStrata,
  resultOf,
  scoreOf,
  voidReasonOf,
} from '../../src/rules/ballot/ballots.ts';
import { planFor } from '../../src/rules/plan/category-policies.ts';
import { plan } from '../machines/yijun.ts';

const GRADES = ['好', '较好', '一般', '差'] as const;
const policy: BallotPolicy = ballotPolicyOf(planFor(plan, 'DEMONSTRATION_VILLAGE'), 'mass');
const openForm: BallotPolicy = { ...policy, form: 'open' };
const weighted: BallotPolicy = {
  ...policy,
  combine: 'weighted',
  strata: [
    { code: 'members', name: '党员', weight: 30 },
    { code: 'masses', name: '群众', weight: 70 },
  ],
};

const counted = (
  stratum: string,
  grades: StratumCount['grades'],
  change: Partial<StratumCount> = {},
): StratumCount => {
  const votes = Object.values(grades).reduce((sum, count) => sum + count, 0);
  const { invalid = 0, abstained = 0 } = change;
  const returned = votes + invalid + abstained;
  return { stratum, issued: returned, returned, invalid, abstained, grades, ...change };
};

const number = fc.integer({ min: 0, max: 9 });
const stratumCount = (stratum: string) =>
  fc
    .record({
      grades: fc.tuple(number, number, number, number),
      invalid: number,
      abstained: number,
    })
    .map(({ grades, ...rest }) =>
      counted(
        stratum,
        Object.fromEntries(GRADES.map((grade, at) => [grade, grades[at] ?? 0])),
        rest,
      ),
    );
const rounds = fc.tuple(stratumCount('members'), stratumCount('masses'));
const policies = fc.constantFrom(policy, weighted, openForm, {
  ...weighted,
  form: 'open' as const,
});

describe('what a round comes to', () => {
  test('R61: 评议得分 is the mean of the grades by the plan’s points, half up in hundredths', () => {
    const result = resultOf(policy, [
      counted('members', { 好: 1, 较好: 1, 一般: 1 }),
      counted('masses', { 好: 4 }),
    ]);
    expect(result).toMatchObject({
      scoreCenti: 9_143,
      strataCenti: { members: 8_000, masses: 10_000 },
    });
    expect(scoreOf(policy, [{ strata: ['members'], grades: { 好: 1, 较好: 0, 一般: 2 } }])).toBe(
      7_333,
    );
  });

  test('R39: the two electorates are scored apart, whatever the other says', () => {
    const { strataCenti } = resultOf(policy, [
      counted('members', { 好: 5 }),
      counted('masses', { 差: 50 }),
    ]);
    expect(strataCenti).toEqual({ members: 10_000, masses: 0 });
  });

  test('weights combine the means of the electorates, however many voted in each', () => {
    const counts = [counted('members', { 好: 4 }), counted('masses', { 一般: 400 })];
    expect(resultOf(weighted, counts).scoreCenti).toBe(7_200);
    expect(resultOf(policy, counts).scoreCenti).toBe(6_040);
  });

  test('abstentions and invalid ballots give no points and take none', () => {
    const plain = [counted('members', { 好: 3 }), counted('masses', { 较好: 3 })];
    const more = plain.map((count) =>
      counted(count.stratum, count.grades, { invalid: 1, abstained: 2 }),
    );
    expect(resultOf(policy, more).scoreCenti).toBe(resultOf(policy, plain).scoreCenti);
    expect(resultOf(policy, more)).toMatchObject({
      returned: 12,
      valid: 10,
      invalid: 2,
      abstained: 4,
    });
  });

  test('the parts add up to the whole, told together or apart', () => {
    fc.assert(
      fc.property(policies, rounds, (by, counts) => {
        const result = resultOf(by, counts);
        const sum = (part: 'issued' | 'returned') =>
          counts.reduce((total, count) => total + count[part], 0);
        expect([result.issued, result.returned]).toEqual([sum('issued'), sum('returned')]);
        for (const group of result.groups) {
          const grades = Object.values(group.grades).reduce((total, count) => total + count, 0);
          expect(grades + group.abstained + group.invalid).toBe(group.returned);
          expect(group.valid + group.invalid).toBe(group.returned);
        }
        if (result.void !== null) return;
        expect((result.valid ?? 0) + (result.invalid ?? 0)).toBe(result.returned);
        expect(result.groups.flatMap(({ strata }) => strata).sort()).toEqual(['masses', 'members']);
      }),
    );
  });

  test('a better ballot never lowers the score, of the round or of an electorate', () => {
    fc.assert(
      fc.property(policies, rounds, fc.nat(1), fc.nat(3), fc.nat(3), (by, counts, which, a, b) => {
        const [better, worse] = [GRADES[Math.min(a, b)], GRADES[Math.max(a, b)]] as [
          string,
          string,
        ];
        const changed = counts.map((count, index) =>
          index === which && (count.grades[worse] ?? 0) > 0
            ? {
                ...count,
                grades: {
                  ...count.grades,
                  [worse]: (count.grades[worse] ?? 0) - 1,
                  [better]: (count.grades[better] ?? 0) + (better === worse ? 0 : 1),
                  ...(better === worse ? { [worse]: count.grades[worse] ?? 0 } : {}),
                },
              }
            : count,
        );
        const [before, after] = [resultOf(by, counts), resultOf(by, changed)];
        expect(after.void).toBe(before.void);
        expect(after.scoreCenti ?? 0).toBeGreaterThanOrEqual(before.scoreCenti ?? 0);
        for (const [stratum, centi] of Object.entries(before.strataCenti)) {
          expect(after.strataCenti[stratum]).toBeGreaterThanOrEqual(centi);
        }
      }),
    );
  });
});

describe('rounds that do not count', () => {
  test.each([
    ['more came back than went out', openForm, 4, 5, 'more-returned-than-issued'],
    ['just the quorum, which is not more than the quorum', openForm, 10, 5, 'no-quorum'],
    ['one more than the quorum', openForm, 9, 5, null],
    ['too few for a secret', policy, 3, 2, 'too-few'],
    ['as few in the open', openForm, 3, 2, null],
  ] as const)('R61: %s', (_, by, issued, returned, reason) => {
    const counts = [counted('masses', { 好: returned }, { issued })];
    expect(voidReasonOf(by, counts)).toBe(reason);
    expect(resultOf(by, counts).void).toBe(reason);
  });

  test('R61: too many in one electorate are not made up for by too few in another', () => {
    const counts = [
      counted('members', { 好: 5 }, { issued: 4 }),
      counted('masses', { 好: 4 }, { issued: 9 }),
    ];
    expect(voidReasonOf(openForm, counts)).toBe('more-returned-than-issued');
  });

  test('without a single grade there is no score, and of a void round no choice is told', () => {
    const counts = [
      counted('members', {}, { abstained: 6 }),
      counted('masses', {}, { abstained: 6 }),
    ];
    expect(resultOf(policy, counts)).toEqual({
      issued: 12,
      returned: 12,
      valid: null,
      invalid: null,
      abstained: null,
      void: 'no-grade',
      scoreCenti: null,
      strataCenti: {},
      groups: [],
    });
  });
});

describe('who could be known by the result', () => {
  test('an electorate of two is told only together with the other, and measured by both', () => {
    const result = resultOf(policy, [counted('members', { 差: 2 }), counted('masses', { 好: 8 })]);
    expect(result.groups.map(({ strata }) => strata)).toEqual([['members', 'masses']]);
    expect(result.strataCenti).toEqual({ members: 8_000, masses: 8_000 });
  });

  test('no group of a secret round is so small that somebody in it is known', () => {
    const many = fc.array(number, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(many, (sizes) => {
        const counts = sizes.map((size, index) => counted(`stratum-${index}`, { 好: size }));
        const groups = groupStrata(policy, counts);
        const whole = sizes.reduce((total, size) => total + size, 0);
        for (const group of groups) {
          const told = group.reduce((total, { returned }) => total + returned, 0);
          expect(told === 0 || told >= policy.stratumMin || told === whole).toBe(true);
        }
        expect(groups.flat()).toHaveLength(sizes.length);
      }),
    );
  });

  test('the result is that of the groups as they are told: nothing untold enters it', () => {
    fc.assert(
      fc.property(policies, rounds, (by, counts) => {
        const result = resultOf(by, counts);
        if (result.void === null) expect(scoreOf(by, result.groups)).toBe(result.scoreCenti);
      }),
    );
  });
});

test('an open round is told stratum by stratum, however small', () => {
  const groups = groupStrata(openForm, [
    counted('members', { 好: 1 }),
    counted('masses', { 好: 9 }),
  ]);
  expect(groups).toHaveLength(2);
});
