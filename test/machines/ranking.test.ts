// Merit selection as a rule: the same candidates come to the same list, and people decide what the
// rule leaves open.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Seat, SeatRule } from '../../machines/selection/allocation.ts';
import { allocate } from '../../machines/selection/allocation.ts';
import type { Cap, Places } from '../../machines/selection/caps.ts';
import { type Share, seatsOf } from '../../machines/selection/quota.ts';
import type { RankingEntry, RankingInput, RankingRule } from '../../machines/selection/ranking.ts';
import { rank } from '../../machines/selection/ranking.ts';

const RULE: RankingRule = {
  passMarkCenti: 8000,
  streamWeights: { mass: 40, assessment: 60 },
  vetoFrom: null,
  tieChain: ['mass', 'assessment'],
  quota: 2,
  caps: [],
  classMinima: [],
  reserves: 1,
};

const NOWHERE: Places = { unit: null, village: null, township: null };
const inTownship = (township: string): Places => ({ ...NOWHERE, township });

const entry = (candidateId: string, change: Partial<RankingEntry> = {}): RankingEntry => ({
  candidateId,
  accepted: true,
  scoreCenti: 9000,
  figures: { mass: 9000, assessment: 9000 },
  priority: 4,
  priorityClass: null,
  places: NOWHERE,
  appliedAt: '2017-11-03T01:00:00Z',
  veto: null,
  ...change,
});

const ranked = (entries: RankingEntry[], rule: Partial<RankingRule> = {}, more = {}) => {
  const input: RankingInput = {
    category: 'DEMONSTRATION_VILLAGE',
    rule: { ...RULE, ...rule },
    counted: { registered: entries.length, applied: entries.length },
    entries,
    decision: null,
    held: [],
    ...more,
  };
  return rank(input);
};
const fates = ({ placed }: { placed: { candidateId: string; outcome: string }[] }) =>
  Object.fromEntries(placed.map(({ candidateId, outcome }) => [candidateId, outcome]));
const orderOf = ({ placed }: { placed: { candidateId: string; rank: number | null }[] }) =>
  placed.filter(({ rank }) => rank !== null).map(({ candidateId }) => candidateId);

describe('the order', () => {
  test('R63: the better score goes first, beyond the quota one is kept in reserve', () => {
    const ranking = ranked([
      entry('c', { scoreCenti: 8700 }),
      entry('a', { scoreCenti: 9100 }),
      entry('d', { scoreCenti: 8600 }),
      entry('b', { scoreCenti: 9000 }),
    ]);
    expect(orderOf(ranking)).toEqual(['a', 'b', 'c', 'd']);
    expect(fates(ranking)).toEqual({
      a: 'selected',
      b: 'selected',
      c: 'reserve',
      d: 'passed-over',
    });
    expect(ranking.placed[2]).toMatchObject({ reserve: 1, because: 'quota', separatedBy: 'score' });
  });

  test('Q20: whoever has not passed acceptance is never ranked, however high the score', () => {
    const ranking = ranked([entry('a', { accepted: false, scoreCenti: 9900 }), entry('b')]);
    expect(ranking.placed).toMatchObject([
      { candidateId: 'b', rank: 1, outcome: 'selected' },
      { candidateId: 'a', rank: null, outcome: 'ineligible', because: 'not-accepted' },
    ]);
  });

  test('R61: the pass mark itself is enough, a hundredth below is not', () => {
    const ranking = ranked([entry('a', { scoreCenti: 8000 }), entry('b', { scoreCenti: 7999 })]);
    expect(fates(ranking)).toEqual({ a: 'selected', b: 'ineligible' });
  });

  test('R27: preference breaks what the score leaves open, and never a difference', () => {
    const level = ranked([entry('other'), entry('cooperative', { priority: 0 })]);
    expect(orderOf(level)).toEqual(['cooperative', 'other']);
    expect(level.placed[1]?.separatedBy).toBe('priority-class');
    const apart = ranked([
      entry('other', { scoreCenti: 9001 }),
      entry('cooperative', { priority: 0 }),
    ]);
    expect(orderOf(apart)).toEqual(['other', 'cooperative']);
  });

  test('the tie chain is asked in the order of the plan', () => {
    const entries = [
      entry('a', { figures: { mass: 8900, assessment: 9100 } }),
      entry('b', { figures: { mass: 9100, assessment: 8900 } }),
    ];
    expect(orderOf(ranked(entries))).toEqual(['b', 'a']);
    expect(orderOf(ranked(entries, { tieChain: ['assessment'] }))).toEqual(['a', 'b']);
  });

  test('a veto within the look-back window bars, one before it does not', () => {
    const veto = (occurredOn: string) => ({ id: 'v', occurredOn, reason: '安全事故' });
    const entries = [
      entry('a', { veto: veto('2016-11-10') }),
      entry('b', { veto: veto('2016-11-09') }),
    ];
    expect(fates(ranked(entries, { vetoFrom: '2016-11-10' }))).toEqual({
      a: 'vetoed',
      b: 'selected',
    });
    expect(fates(ranked(entries))).toEqual({ a: 'selected', b: 'selected' });
  });
});

describe('ties', () => {
  const four = ['a', 'b', 'c', 'd'].map((id) => entry(id));

  test('R63: a tie across the quota line is nobody’s but people’s to decide', () => {
    expect(ranked(four).undecided).toEqual([['a', 'b', 'c', 'd']]);
    const decision = {
      tied: [['d', 'c', 'b', 'a']],
      prefer: ['c', 'a', 'd'],
      reason: '会议研究',
      proposedBy: 'zhang',
      confirmedBy: 'li',
    };
    const ranking = ranked(four, {}, { decision });
    expect(ranking.undecided).toEqual([]);
    expect(orderOf(ranking)).toEqual(['c', 'a', 'd', 'b']);
    expect(ranking.placed[1]?.separatedBy).toBe('decision');
  });

  test('C21: eight who stay tied from the twelfth place are all twelfth, and the next is twentieth', () => {
    const ahead = Array.from({ length: 11 }, (_, i) =>
      entry(`p${String(i).padStart(2, '0')}`, { scoreCenti: 9500 - i }),
    );
    const tied = Array.from({ length: 8 }, (_, i) => entry(`t${i}`));
    const after = entry('z', { scoreCenti: 8900 });
    const { placed } = ranked([...tied, after, ...ahead], { quota: 20 });
    const places = placed.map(({ rank: place }) => place);
    expect(places.slice(0, 11)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(places.slice(11)).toEqual([12, 12, 12, 12, 12, 12, 12, 12, 20]);
  });

  test('C21: whom a rule or a decision of people separates, each has a place of its own', () => {
    const [a, b, c] = [entry('a', { priority: 0 }), entry('b'), entry('c')];
    const decision = {
      tied: [['b', 'c']],
      prefer: ['c'],
      reason: '会议研究',
      proposedBy: 'zhang',
      confirmedBy: 'li',
    };
    const places = ranked([a, b, c], {}, { decision }).placed.map(
      ({ candidateId, rank: place }) => [candidateId, place],
    );
    expect(places).toEqual([
      ['a', 1],
      ['c', 2],
      ['b', 3],
    ]);
  });

  test('a decision of another tie decides nothing of this one', () => {
    const decision = {
      tied: [['a', 'b']],
      prefer: ['a'],
      reason: 'x',
      proposedBy: '',
      confirmedBy: '',
    };
    expect(ranked(four, {}, { decision }).undecided).toHaveLength(1);
  });

  test('a tie that changes nothing needs nobody', () => {
    expect(ranked([entry('a'), entry('b')]).undecided).toEqual([]);
    expect(ranked(four, { quota: null }).undecided).toEqual([]);
    expect(ranked(four, { quota: 4 }).undecided).toEqual([]);
  });

  test('the order of the reserves is decided by people too', () => {
    const entries = [
      entry('a', { scoreCenti: 9200 }),
      entry('b', { scoreCenti: 9100 }),
      entry('c'),
      entry('d'),
    ];
    expect(ranked(entries, { reserves: 1 }).undecided).toEqual([['c', 'd']]);
    expect(ranked(entries, { reserves: 0 }).undecided).toEqual([]);
  });
});

test('a vacancy is filled by the next in rank; who is in stays in', () => {
  const entries = [
    entry('a', { scoreCenti: 9300 }),
    entry('c', { scoreCenti: 9000 }),
    entry('d', { scoreCenti: 8900 }),
  ];
  expect(fates(ranked(entries, {}, { held: ['d'] }))).toEqual({
    a: 'selected',
    c: 'reserve',
    d: 'selected',
  });
});

describe('caps and minima', () => {
  test('at most one of a township: the next of another township moves up', () => {
    const ranking = ranked(
      [
        entry('a', { scoreCenti: 9300, places: inTownship('peng') }),
        entry('b', { scoreCenti: 9200, places: inTownship('peng') }),
        entry('c', { scoreCenti: 9100, places: inTownship('wuli') }),
      ],
      { caps: [{ per: 'township', max: 1 }] },
    );
    expect(fates(ranking)).toEqual({ a: 'selected', b: 'reserve', c: 'selected' });
    expect(ranking.placed[1]?.because).toBe('township-full');
  });

  test('at least one of a class: its seat is kept, and said when nobody can fill it', () => {
    const entries = [
      entry('a', { scoreCenti: 9300 }),
      entry('b', { scoreCenti: 9200 }),
      entry('c', { scoreCenti: 9100, priorityClass: 'COOPERATIVE' }),
    ];
    const classMinima = [{ priorityClass: 'COOPERATIVE', min: 1 }];
    const ranking = ranked(entries, { classMinima });
    expect(fates(ranking)).toEqual({ a: 'selected', b: 'reserve', c: 'selected' });
    expect(ranking.placed[1]?.because).toBe('kept-for-class');
    const none = ranked(entries, { classMinima: [{ priorityClass: 'INDUSTRIAL_BASE', min: 1 }] });
    expect(fates(none)).toEqual({ a: 'selected', b: 'selected', c: 'reserve' });
    expect(none.derivation.find(({ step }) => step === 'quota')).toMatchObject({
      shortfalls: [{ priorityClass: 'INDUSTRIAL_BASE', min: 1, reached: 0 }],
    });
  });

  test('at most one of a unit and two of its village: the narrower place is full first', () => {
    const of = (unit: string, village: string): Places => ({ unit, village, township: 'peng' });
    const ranking = ranked(
      [
        entry('a', { scoreCenti: 9500, places: of('u1', 'v1') }),
        entry('b', { scoreCenti: 9400, places: of('u1', 'v1') }),
        entry('c', { scoreCenti: 9300, places: of('u2', 'v1') }),
        entry('d', { scoreCenti: 9200, places: of('u3', 'v1') }),
        entry('e', { scoreCenti: 9100, places: of('u4', 'v2') }),
      ],
      {
        quota: 5,
        caps: [
          { per: 'village', max: 2 },
          { per: 'unit', max: 1 },
        ],
      },
    );
    expect(ranking.placed.map(({ because }) => because)).toEqual([
      'within-quota',
      'unit-full',
      'within-quota',
      'village-full',
      'within-quota',
    ]);
  });

  test('at most one of a class: the next of another class moves up', () => {
    const ranking = ranked(
      [
        entry('a', { scoreCenti: 9300, priorityClass: 'COOPERATIVE' }),
        entry('b', { scoreCenti: 9200, priorityClass: 'COOPERATIVE' }),
        entry('c', { scoreCenti: 9100 }),
      ],
      { caps: [{ priorityClass: 'COOPERATIVE', max: 1 }] },
    );
    expect(fates(ranking)).toEqual({ a: 'selected', b: 'reserve', c: 'selected' });
    expect(ranking.placed[1]?.because).toBe('class-full');
  });

  // Places lie in each other: two villages in township x, one in y, and two units in the first village.
  const UNITS: readonly Places[] = [
    { unit: 'u1', village: 'v1', township: 'x' },
    { unit: 'u2', village: 'v1', township: 'x' },
    { unit: 'u3', village: 'v2', township: 'x' },
    { unit: 'u4', village: 'v3', township: 'y' },
    NOWHERE,
  ];
  const Seats = fc
    .array(fc.tuple(fc.constantFrom(...UNITS), fc.constantFrom('A', 'B', null)), { maxLength: 7 })
    .map((list) =>
      list.map(
        ([places, priorityClass], index): Seat => ({
          candidateId: String(index),
          places,
          priorityClass,
        }),
      ),
    );
  const Caps = fc
    .record({
      township: fc.constantFrom(null, 1, 2),
      village: fc.constantFrom(null, null, 1, 2),
      unit: fc.constantFrom(null, null, 1),
      A: fc.constantFrom(null, null, 1, 2),
    })
    .map(({ A, ...places }): Cap[] => [
      ...(['township', 'village', 'unit'] as const).flatMap((per) => {
        const max = places[per];
        return max === null ? [] : [{ per, max }];
      }),
      ...(A === null ? [] : [{ priorityClass: 'A', max: A }]),
    ]);
  const Rule: fc.Arbitrary<SeatRule> = fc.record({
    seats: fc.constantFrom(null, 0, 1, 2, 3, 4),
    caps: Caps,
    classMinima: fc.constantFrom(
      [],
      [{ priorityClass: 'A', min: 1 }],
      // Somebody may suppose more of a class at least than at most.
      [{ priorityClass: 'A', min: 2 }],
      [{ priorityClass: 'B', min: 2 }],
      [
        { priorityClass: 'A', min: 1 },
        { priorityClass: 'B', min: 1 },
      ],
    ),
  });

  /** True when a set keeps the limits and reaches of each minimum what the shortfalls leave of it. */
  function keeps(list: readonly Seat[], rule: SeatRule, reached: (name: string) => number) {
    const largest = (keyOf: (seat: Seat) => string | null): number => {
      const groups = Map.groupBy(list, keyOf);
      groups.delete(null);
      return Math.max(0, ...[...groups.values()].map(({ length }) => length));
    };
    const ofClass = (name: string) => list.filter((seat) => seat.priorityClass === name).length;
    return (
      list.length <= (rule.seats ?? list.length) &&
      rule.caps.every((cap) =>
        'per' in cap
          ? largest(({ places }) => places[cap.per]) <= cap.max
          : ofClass(cap.priorityClass) <= cap.max,
      ) &&
      rule.classMinima.every(
        ({ priorityClass }) => ofClass(priorityClass) >= reached(priorityClass),
      )
    );
  }

  /** Of the sets that keep the rules the best in the order of rank: the first difference decides. */
  function bestByTrial(seats: Seat[], rule: SeatRule, reached: (name: string) => number): string[] {
    const [best = ''] = Array.from({ length: 2 ** seats.length }, (_, bits) =>
      seats.filter((_seat, index) => bits & (1 << index)),
    )
      .filter((list) => keeps(list, rule, reached))
      .map((list) => seats.map((seat) => (list.includes(seat) ? '0' : '1')).join(''))
      .sort();
    return seats.filter((_, index) => best[index] === '0').map((seat) => seat.candidateId);
  }

  test('no other set of candidates keeps the rules and is better in rank', () => {
    let short = 0;
    fc.assert(
      fc.property(Seats, Rule, (seats, rule) => {
        const { seats: seating, shortfalls } = allocate(seats, rule);
        const seated = [...seating].filter(([, { seated }]) => seated).map(([id]) => id);
        const reached = (name: string) =>
          shortfalls.find(({ priorityClass }) => priorityClass === name)?.reached ??
          rule.classMinima.find(({ priorityClass }) => priorityClass === name)?.min ??
          0;
        if (shortfalls.length > 0) short += 1;
        expect(seated).toEqual(bestByTrial(seats, rule, reached));
      }),
      { numRuns: 2000, seed: 63 },
    );
    expect(short).toBeGreaterThan(100);
  });

  test('a minimum falls short only where no set of candidates reaches more of it', () => {
    fc.assert(
      fc.property(Seats, Rule, (seats, rule) => {
        const { shortfalls } = allocate(seats, rule);
        for (const { priorityClass, reached } of shortfalls) {
          // What the plan names before is served before, and is left as it was reached.
          const at = rule.classMinima.findIndex((one) => one.priorityClass === priorityClass);
          const before = new Map(
            rule.classMinima.slice(0, at).map((one) => [one.priorityClass, one.min]),
          );
          for (const one of shortfalls)
            if (before.has(one.priorityClass)) before.set(one.priorityClass, one.reached);
          const more = (name: string) =>
            name === priorityClass ? reached + 1 : (before.get(name) ?? 0);
          expect(bestByTrial(seats, rule, more)).toEqual([]);
        }
      }),
      { numRuns: 1000, seed: 63 },
    );
  });
});

describe('a share as a quota', () => {
  const seats = (share: number, rounding: Share['rounding'], registered: number) =>
    seatsOf({ share, of: 'registered', rounding }, { registered, applied: 0 });

  test('thirty percent of so many, with a part of a place down, up, or half up', () => {
    const of = (registered: number) =>
      (['down', 'half-up', 'up'] as const).map((rounding) => seats(30, rounding, registered));
    expect(of(10)).toEqual([3, 3, 3]);
    expect(of(11)).toEqual([3, 3, 4]);
    expect(of(15)).toEqual([4, 5, 5]);
    expect(of(1)).toEqual([0, 0, 1]);
    expect(of(0)).toEqual([0, 0, 0]);
  });

  test('of those who have applied, where the plan says so', () => {
    const quota = { share: 50, of: 'applied', rounding: 'down' } as const;
    expect(seatsOf(quota, { registered: 40, applied: 6 })).toBe(3);
  });

  test('the places are the nearest whole number on their side, and all for a hundred percent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(100_000), (share, registered) => {
        const [down, half, up] = (['down', 'half-up', 'up'] as const).map(
          (rounding) => seats(share, rounding, registered) ?? -1,
        ) as [number, number, number];
        const hundredths = share * registered;
        expect(100 * down).toBeLessThanOrEqual(hundredths);
        expect(100 * (down + 1)).toBeGreaterThan(hundredths);
        expect(100 * up).toBeGreaterThanOrEqual(hundredths);
        expect(100 * (up - 1)).toBeLessThan(hundredths);
        expect(half).toBe(hundredths - 100 * down >= 50 ? up : down);
        expect(seats(100, 'down', registered)).toBe(registered);
      }),
    );
  });

  test('the ranking keeps what was counted and says how many places that makes', () => {
    const entries = ['a', 'b', 'c', 'd'].map((id, index) =>
      entry(id, { scoreCenti: 9400 - index * 100 }),
    );
    const quota = { share: 30, of: 'registered', rounding: 'half-up' } as const;
    const counted = { registered: 5, applied: 4 };
    const ranking = ranked(entries, { quota, reserves: 0 }, { counted });
    expect(fates(ranking)).toMatchObject({ b: 'selected', c: 'passed-over' });
    expect(ranking.derivation.find(({ step }) => step === 'quota')).toMatchObject({
      quota,
      counted,
      seats: 2,
    });
  });
});

const Entries = fc.array(
  fc.record({
    scoreCenti: fc.constantFrom(7900, 8500, 9000),
    priority: fc.constantFrom(0, 4),
    figures: fc.constantFrom(8000, 9000).map((mass) => ({ mass, assessment: 9000 })),
    places: fc.constantFrom(inTownship('x'), inTownship('y'), NOWHERE),
    priorityClass: fc.constantFrom('A', null),
    accepted: fc.boolean(),
  }),
  { maxLength: 8 },
);

test('R63: no silent choice — with nothing undecided, who applied first changes nobody’s fate', () => {
  const rule = {
    caps: [{ per: 'township' as const, max: 1 }],
    classMinima: [{ priorityClass: 'A', min: 1 }],
    reserves: 2,
  };
  let decided = 0;
  fc.assert(
    fc.property(Entries, fc.infiniteStream(fc.nat(99)), (list, minutes) => {
      const entries = list.map((one, index) => entry(`c${index}`, one));
      const first = ranked(entries, rule);
      if (first.undecided.length > 0) return;
      decided += 1;
      const shuffled = entries.map((one) => ({
        ...one,
        appliedAt: `2017-11-03T01:00:${String(minutes.next().value % 60).padStart(2, '0')}Z`,
      }));
      const again = ranked(shuffled, rule);
      expect(fates(again)).toEqual(fates(first));
    }),
    { numRuns: 2000, seed: 63 },
  );
  expect(decided).toBeGreaterThan(200);
});
