import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignSheets, replacementFor } from '../../src/rules/assessment/assignment.ts';

const everybody = () => true;
const pool = (...ids: string[]) => ids.map((id) => ({ id, load: 0 }));
const candidates = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `c${String(index).padStart(2, '0')}`,
    taken: [],
  }));

test('R61: the sheets of twelve candidates are spread evenly over five assessors', () => {
  const { assigned, short } = assignSheets({
    candidates: candidates(12),
    pool: pool('a', 'b', 'c', 'd', 'e'),
    perCandidate: 2,
    mayAssess: everybody,
  });
  expect(short).toEqual([]);
  const loads = Object.values(Object.groupBy(assigned, ({ assessorId }) => assessorId));
  expect(loads.map((sheets) => sheets?.length).sort()).toEqual([4, 5, 5, 5, 5]);
});

test('R61: a candidate nobody else may assess comes first, and who is missing is told', () => {
  const { assigned, short } = assignSheets({
    candidates: candidates(3),
    pool: pool('a', 'b'),
    perCandidate: 2,
    mayAssess: (assessor, candidate) => candidate !== 'c02' || assessor === 'a',
  });
  expect(assigned[0]).toEqual({ candidateId: 'c02', assessorId: 'a' });
  expect(short).toEqual([{ candidateId: 'c02', missing: 1 }]);
});

test('R61: who takes a sheet over is the least burdened who may, then the first by name', () => {
  const people = [
    { id: 'a', load: 3 },
    { id: 'b', load: 1 },
    { id: 'c', load: 1 },
  ];
  expect(replacementFor(people, everybody)).toBe('b');
  expect(replacementFor(people, (id) => id !== 'b')).toBe('c');
  expect(replacementFor(people, () => false)).toBeNull();
});

const asks = fc
  .record({
    candidates: fc.integer({ min: 0, max: 12 }),
    assessors: fc.integer({ min: 1, max: 8 }),
    perCandidate: fc.integer({ min: 1, max: 4 }),
    barred: fc.array(fc.tuple(fc.nat(7), fc.nat(11)), { maxLength: 20 }),
  })
  .map(({ candidates: many, assessors, perCandidate, barred }) => {
    const no = new Set(barred.map(([a, c]) => `a${a} c${String(c).padStart(2, '0')}`));
    return {
      candidates: candidates(many),
      pool: Array.from({ length: assessors }, (_, index) => ({ id: `a${index}`, load: 0 })),
      perCandidate,
      mayAssess: (assessor: string, candidate: string) => !no.has(`${assessor} ${candidate}`),
    };
  });

test('R61: nobody is given whom they may not assess, nor one twice; each gets what there is', () => {
  fc.assert(
    fc.property(asks, (ask) => {
      const { assigned, short } = assignSheets(ask);
      const missing = new Map(short.map((one) => [one.candidateId, one.missing]));
      expect(new Set(assigned.map((one) => `${one.candidateId} ${one.assessorId}`)).size).toBe(
        assigned.length,
      );
      for (const { id } of ask.candidates) {
        const chosen = assigned.filter(({ candidateId }) => candidateId === id);
        const eligible = ask.pool.filter((one) => ask.mayAssess(one.id, id));
        expect(chosen.every((one) => ask.mayAssess(one.assessorId, id))).toBe(true);
        expect(chosen.length).toBe(Math.min(ask.perCandidate, eligible.length));
        expect(chosen.length + (missing.get(id) ?? 0)).toBe(ask.perCandidate);
      }
    }),
  );
});

test('R61: the order in which candidates and assessors are named changes nothing', () => {
  fc.assert(
    fc.property(asks, (ask) => {
      const turned = {
        ...ask,
        candidates: ask.candidates.toReversed(),
        pool: ask.pool.toReversed(),
      };
      expect(assignSheets(turned)).toEqual(assignSheets(ask));
    }),
  );
});

test('R61: where everybody may assess everybody, no two loads differ by more than one', () => {
  fc.assert(
    fc.property(asks, (ask) => {
      const { assigned } = assignSheets({ ...ask, mayAssess: everybody });
      const loads = ask.pool.map(
        ({ id }) => assigned.filter(({ assessorId }) => assessorId === id).length,
      );
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    }),
  );
});
