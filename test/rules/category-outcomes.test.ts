// What is said of a category while ballots and sheets are missing, held against every ranking that
// can come of it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cap, Places } from '../../machines/selection/caps.ts';
import type { Ranking, RankingEntry, RankingRule } from '../../machines/selection/ranking.ts';
import { rank } from '../../machines/selection/ranking.ts';
import type { BoundedRule, Contender } from '../../src/rules/assessment/category-outcomes.ts';
import { categoryOutcomes } from '../../src/rules/assessment/category-outcomes.ts';

const RULE: BoundedRule = {
  passMarkCenti: 0,
  streamWeights: { mass: 40, assessment: 60 },
  vetoFrom: null,
  tieChain: [],
  quota: 1,
  caps: [],
  classMinima: [],
  reserves: 0,
};

const NOWHERE: Places = { unit: null, village: null, township: null };
const COUNTED = { registered: 0, applied: 0 };

const entry = (candidateId: string, more: Partial<RankingEntry> = {}): RankingEntry => ({
  candidateId,
  accepted: false,
  scoreCenti: 0,
  figures: { mass: null, assessment: null },
  priority: 9,
  priorityClass: null,
  places: NOWHERE,
  appliedAt: '',
  veto: null,
  ...more,
});

const contender = (
  candidateId: string,
  [minCenti, maxCenti]: readonly [number, number],
  more: Partial<RankingEntry> = {},
): Contender => ({
  minCenti,
  maxCenti,
  applied: false,
  missing: minCenti < maxCenti,
  entry: entry(candidateId, more),
});

const say = (rule: Partial<BoundedRule>, all: readonly Contender[]) =>
  Object.fromEntries(
    [...categoryOutcomes({ ...RULE, ...rule }, all)].map(([id, { outcome, because }]) => [
      id,
      `${outcome}: ${because}`,
    ]),
  );

test('R61: with one place, 90 for certain beats whoever reaches 85 at most, and nobody else', () => {
  const all = [contender('a', [9000, 9200]), contender('b', [4000, 8500])];
  expect(say({}, all)).toEqual({ a: 'certain-in: quota', b: 'certain-out: quota' });
  const touching = [contender('a', [9000, 9200]), contender('b', [4000, 9000])];
  expect(say({}, touching)).toEqual({ a: 'open: quota', b: 'open: quota' });
});

test('R61: what is missing of somebody who is out for certain changes nothing', () => {
  const all = [contender('a', [9000, 9000]), contender('b', [4000, 8500])];
  const told = categoryOutcomes(RULE, all);
  expect([...told.values()].some(({ restsOnMissing }) => restsOnMissing)).toBe(false);
});

test('R63: a veto is out, and takes no place of others', () => {
  const veto = { id: 'v', occurredOn: '2017-08-01', reason: '违纪' };
  const all = [contender('a', [9500, 9500], { veto }), contender('b', [6000, 9000])];
  expect(say({ vetoFrom: '2017-01-01' }, all)).toEqual({
    a: 'certain-out: veto',
    b: 'certain-in: quota',
  });
});

test('R63: of three of one township two are the most, so the third place is somebody else’s', () => {
  const inA = { places: { ...NOWHERE, township: 'A' } };
  const all = [
    contender('a', [9500, 9600], inA),
    contender('b', [9300, 9400], inA),
    contender('c', [9100, 9200], inA),
    contender('d', [6000, 9000], { places: { ...NOWHERE, township: 'B' } }),
  ];
  expect(say({ quota: 3, caps: [{ per: 'township', max: 2 }] }, all)).toEqual({
    a: 'certain-in: quota',
    b: 'certain-in: quota',
    c: 'certain-out: township-full',
    d: 'certain-in: quota',
  });
});

test('R27: a seat that may be kept for a class is nobody else’s for certain', () => {
  const all = [contender('a', [9500, 9600]), contender('b', [9000, 9100])];
  const minima = [{ priorityClass: 'ELDERLY', min: 1 }];
  expect(say({ quota: 2, classMinima: minima }, all)).toMatchObject({
    a: 'certain-in: quota',
    b: 'open: quota',
  });
});

test('R63: when all have applied the ranking itself is told, with the ties that people decide', () => {
  const both = { applied: true, missing: false };
  const at = (id: string, scoreCenti: number, appliedAt: string) => ({
    ...contender(id, [scoreCenti, scoreCenti], { scoreCenti, appliedAt }),
    ...both,
  });
  const all = [at('a', 9000, '1'), at('b', 9000, '2'), at('c', 8000, '3')];
  expect(say({}, all)).toEqual({ a: 'open: tie', b: 'open: tie', c: 'certain-out: quota' });
  expect(say({ tieChain: ['earlier-application'] }, all)).toEqual({
    a: 'certain-in: quota',
    b: 'certain-out: quota',
    c: 'certain-out: quota',
  });
});

const CLASSES = [null, 'YOUNG', 'WOMAN'] as const;
const LEVEL_MAX = 4;
const level = fc.integer({ min: 0, max: LEVEL_MAX });
const drawn = fc.record({
  ends: fc.tuple(level, level),
  applied: fc.boolean(),
  places: fc.constantFrom(
    { unit: 'u1', village: 'v1', township: 'A' },
    { unit: 'u2', village: 'v1', township: 'A' },
    { unit: 'u3', village: 'v2', township: 'A' },
    { unit: 'u4', village: 'v3', township: 'B' },
    NOWHERE,
  ),
  klass: fc.constantFrom(0, 1, 2),
  appliedAt: fc.constantFrom('1', '2', '3'),
  vetoed: fc.boolean(),
});
const rules = fc.record({
  passMarkCenti: fc.constantFrom(0, 0, 1, 2),
  quota: fc.constantFrom<number | null>(0, 1, 2, 3, null),
  caps: fc.constantFrom<Cap[]>(
    [],
    [],
    [{ per: 'township', max: 1 }],
    [{ per: 'township', max: 2 }],
    [
      { per: 'township', max: 2 },
      { per: 'village', max: 1 },
    ],
    [
      { per: 'village', max: 2 },
      { per: 'unit', max: 1 },
    ],
    [{ priorityClass: 'YOUNG', max: 1 }],
    [
      { priorityClass: 'YOUNG', max: 1 },
      { priorityClass: 'WOMAN', max: 2 },
    ],
    [
      { per: 'township', max: 1 },
      { priorityClass: 'YOUNG', max: 1 },
    ],
  ),
  classMinima: fc.constantFrom(
    [],
    [],
    [{ priorityClass: 'YOUNG', min: 1 }],
    [
      { priorityClass: 'YOUNG', min: 1 },
      { priorityClass: 'WOMAN', min: 1 },
    ],
  ),
  tieChain: fc.constantFrom<RankingRule['tieChain']>([], ['earlier-application']),
});
/** One way in which the missing turns out: a score between the ends, a class, an application. */
const turns = fc.array(
  fc.record({
    part: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
    klass: fc.constantFrom(0, 1, 2),
    appliedAt: fc.constantFrom('4', '5'),
  }),
  { minLength: 5, maxLength: 5 },
);

/**
 * The ranking, or, where somebody of whom something certain is said stands in a tie, the ranking
 * after each decision that people may take.
 */
function everyDecision(
  rule: RankingRule,
  entries: readonly RankingEntry[],
  isCertain: (candidateId: string) => boolean,
): Ranking[] {
  const asked = { category: '', rule, counted: COUNTED, entries, held: [] };
  const first = rank({ ...asked, decision: null });
  const tied = first.undecided.flat();
  if (!tied.some(isCertain)) return [first];
  const said = { tied: first.undecided, reason: '票决', proposedBy: 'a', confirmedBy: 'b' };
  return orders(tied).map((prefer) => {
    const decided = rank({ ...asked, decision: { ...said, prefer } });
    expect(decided.undecided).toEqual([]);
    return decided;
  });
}

const orders = <Item>(items: readonly Item[]): Item[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
      );

test('R61: completing what is missing never contradicts what was said before', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(drawn, { minLength: 1, maxLength: 5 }),
      rules,
      fc.array(turns, { minLength: 12, maxLength: 12 }),
      (people, chosen, worlds) => {
        const rule: BoundedRule = { ...RULE, ...chosen, vetoFrom: '2017-01-01' };
        const asEntry = (index: number, scoreCenti: number, klass: number, appliedAt: string) => {
          const { places, vetoed } = people[index] as (typeof people)[number];
          return entry(`c${index}`, {
            accepted: true,
            scoreCenti,
            places,
            priority: klass === 0 ? 9 : klass,
            priorityClass: CLASSES[klass] ?? null,
            appliedAt,
            veto: vetoed ? { id: 'v', occurredOn: '2017-08-01', reason: '违纪' } : null,
          });
        };
        const contenders = people.map(({ ends, applied, klass, appliedAt }, index): Contender => {
          const minCenti = Math.min(...ends);
          const maxCenti = applied ? minCenti : Math.max(...ends);
          const known = applied
            ? asEntry(index, minCenti, klass, appliedAt)
            : asEntry(index, 0, 0, '');
          return { minCenti, maxCenti, applied, missing: minCenti < maxCenti, entry: known };
        });
        const said = categoryOutcomes(rule, contenders);
        for (const world of worlds) {
          const entries = contenders.map((own, index) => {
            const turn = world[index] as (typeof world)[number];
            const { minCenti, maxCenti } = own;
            const score = Math.round(minCenti + turn.part * (maxCenti - minCenti));
            return own.applied ? own.entry : asEntry(index, score, turn.klass, turn.appliedAt);
          });
          const isCertain = (id: string) => said.get(id)?.outcome !== 'open';
          for (const { placed } of everyDecision(rule, entries, isCertain)) {
            for (const { candidateId, outcome } of placed) {
              const told = said.get(candidateId)?.outcome ?? 'nothing';
              seen.set(told, (seen.get(told) ?? 0) + 1);
              const isSelected = outcome === 'selected';
              if (told === 'certain-in')
                expect([candidateId, isSelected]).toEqual([candidateId, true]);
              if (told === 'certain-out')
                expect([candidateId, isSelected]).toEqual([candidateId, false]);
            }
          }
        }
      },
    ),
    { numRuns: 4000 },
  );
  // It says something: neither everything nor nothing is open.
  for (const outcome of ['certain-in', 'certain-out', 'open']) {
    expect(seen.get(outcome) ?? 0).toBeGreaterThan(1000);
  }
});

test('R61: without limits of townships and minima it is open only where it can turn out both ways', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom(0, 1, 2),
      fc.constantFrom<number | null>(1, 2, 3, null),
      (people, passMarkCenti, quota) => {
        const rule = { ...RULE, passMarkCenti, quota };
        const all = people.map(([a, b], index) =>
          contender(`c${index}`, [Math.min(a, b), Math.max(a, b)]),
        );
        const results = all.map(() => new Set<string>());
        for (const scores of everyWorld(all)) {
          const entries = scores.map((scoreCenti, index) =>
            entry(`c${index}`, { accepted: true, scoreCenti }),
          );
          const { placed, undecided } = rank({
            category: '',
            rule,
            counted: COUNTED,
            entries,
            decision: null,
            held: [],
          });
          const tied = new Set(undecided.flat());
          for (const { candidateId, outcome } of placed) {
            const index = Number(candidateId.slice(1));
            const told = tied.has(candidateId) ? 'tied' : outcome === 'selected' ? 'in' : 'out';
            results[index]?.add(told);
          }
        }
        const said = categoryOutcomes(rule, all);
        results.forEach((found, index) => {
          const [only] = [...found];
          const isCertain = found.size === 1 && only !== 'tied';
          const expected = isCertain ? `certain-${only}` : 'open';
          expect([index, said.get(`c${index}`)?.outcome]).toEqual([index, expected]);
        });
      },
    ),
    { numRuns: 200 },
  );
});

/** Every way in which the missing can turn out. */
function* everyWorld(all: readonly Contender[]): Generator<number[]> {
  const [first, ...rest] = all;
  if (first === undefined) {
    yield [];
    return;
  }
  for (let score = first.minCenti; score <= first.maxCenti; score += 1) {
    for (const others of everyWorld(rest)) yield [score, ...others];
  }
}
