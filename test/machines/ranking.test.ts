// Merit selection as a rule: the same candidates come to the same list, and people decide what the
// rule leaves open.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Seat, SeatRule } from '../../machines/selection/allocation.ts';
import { allocate } from '../../machines/selection/allocation.ts';
import type { RankingEntry, RankingInput, RankingRule } from '../../machines/selection/ranking.ts';
import { rank } from '../../machines/selection/ranking.ts';

const RULE: RankingRule = {
  passMarkCenti: 8000,
  streamWeights: { mass: 40, assessment: 60 },
  vetoFrom: null,
  tieChain: ['mass', 'assessment'],
  quota: 2,
  perTownshipMax: null,
  classMinima: [],
  reserves: 1,
};

const entry = (candidateId: string, change: Partial<RankingEntry> = {}): RankingEntry => ({
  candidateId,
  accepted: true,
  scoreCenti: 9000,
  figures: { mass: 9000, assessment: 9000 },
  priority: 4,
  priorityClass: null,
  townshipId: null,
  appliedAt: '2017-11-03T01:00:00Z',
  veto: null,
  ...change,
});

const ranked = (entries: RankingEntry[], rule: Partial<RankingRule> = {}, more = {}) => {
  const input: RankingInput = {
    category: 'DEMONSTRATION_VILLAGE',
    rule: { ...RULE, ...rule },
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

describe('sub-quotas', () => {
  test('at most one of a township: the next of another township moves up', () => {
    const ranking = ranked(
      [
        entry('a', { scoreCenti: 9300, townshipId: 'peng' }),
        entry('b', { scoreCenti: 9200, townshipId: 'peng' }),
        entry('c', { scoreCenti: 9100, townshipId: 'wuli' }),
      ],
      { perTownshipMax: 1 },
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

  const Seats = fc
    .array(fc.tuple(fc.constantFrom('x', 'y', null), fc.constantFrom('A', 'B', null)), {
      maxLength: 7,
    })
    .map((list) =>
      list.map(
        ([townshipId, priorityClass], index): Seat => ({
          candidateId: String(index),
          townshipId,
          priorityClass,
        }),
      ),
    );
  const Rule: fc.Arbitrary<SeatRule> = fc.record({
    quota: fc.constantFrom(null, 0, 1, 2, 3, 4),
    perTownshipMax: fc.constantFrom(null, 1, 2),
    classMinima: fc.constantFrom(
      [],
      [{ priorityClass: 'A', min: 1 }],
      [{ priorityClass: 'B', min: 2 }],
      [
        { priorityClass: 'A', min: 1 },
        { priorityClass: 'B', min: 1 },
      ],
    ),
  });

  /** Every set that keeps the limits, and reaches of each minimum what the shortfalls leave of it. */
  function bestByTrial(seats: Seat[], rule: SeatRule, reached: (name: string) => number): string[] {
    const quota = rule.quota ?? seats.length;
    const count = (list: Seat[], is: (seat: Seat) => boolean) => list.filter(is).length;
    const holds = (list: Seat[]) =>
      list.length <= quota &&
      ['x', 'y'].every(
        (place) =>
          rule.perTownshipMax === null ||
          count(list, ({ townshipId }) => townshipId === place) <= rule.perTownshipMax,
      ) &&
      rule.classMinima.every(
        ({ priorityClass }) =>
          count(list, (seat) => seat.priorityClass === priorityClass) >= reached(priorityClass),
      );
    const subsets = Array.from({ length: 2 ** seats.length }, (_, bits) =>
      seats.filter((_seat, index) => bits & (1 << index)),
    ).filter(holds);
    const most = Math.max(...subsets.map(({ length }) => length));
    // Of the largest, the one that is best in the order of rank: the first difference decides.
    const keyed = subsets
      .filter(({ length }) => length === most)
      .map((list) => seats.map((seat) => (list.includes(seat) ? '0' : '1')).join(''))
      .sort();
    return seats.filter((_, index) => keyed[0]?.[index] === '0').map((seat) => seat.candidateId);
  }

  test('no other set of candidates keeps the rules and is better in rank', () => {
    fc.assert(
      fc.property(Seats, Rule, (seats, rule) => {
        const { seats: seating, shortfalls } = allocate(seats, rule);
        const seated = [...seating].filter(([, { seated }]) => seated).map(([id]) => id);
        const reached = (name: string) =>
          shortfalls.find(({ priorityClass }) => priorityClass === name)?.reached ??
          rule.classMinima.find(({ priorityClass }) => priorityClass === name)?.min ??
          0;
        expect(seated).toEqual(bestByTrial(seats, rule, reached));
      }),
      { numRuns: 600, seed: 63 },
    );
  });
});

const Entries = fc.array(
  fc.record({
    scoreCenti: fc.constantFrom(7900, 8500, 9000),
    priority: fc.constantFrom(0, 4),
    figures: fc.constantFrom(8000, 9000).map((mass) => ({ mass, assessment: 9000 })),
    townshipId: fc.constantFrom('x', 'y', null),
    priorityClass: fc.constantFrom('A', null),
    accepted: fc.boolean(),
  }),
  { maxLength: 8 },
);

test('R63: no silent choice — with nothing undecided, who applied first changes nobody’s fate', () => {
  const rule = { perTownshipMax: 1, classMinima: [{ priorityClass: 'A', min: 1 }], reserves: 2 };
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
