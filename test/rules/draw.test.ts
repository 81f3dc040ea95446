// The draw against the vectors of docs/draw.md, against the script that shares no code with it, and
// against what must hold of every draw.

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from '../../scripts/verify-draw.ts';
import type { DrawRule, DrawSnapshot } from '../../src/rules/draw/draw.ts';
import {
  ALGORITHM,
  combineSeed,
  createStream,
  drawUnits,
  isOwn,
  resultHash,
  ruleHash,
  shuffle,
  snapshotHash,
  unitsWithoutInspectors,
} from '../../src/rules/draw/draw.ts';
import type { PublishedDraw } from '../../src/rules/draw/draw-verification.ts';
import { verifyDraw } from '../../src/rules/draw/draw-verification.ts';
import { unitPath } from '../support/units.ts';

const sha256 = (text: string): string => hash('sha256', text, 'hex');
const DOCUMENT = readFileSync(new URL('../../docs/draw.md', import.meta.url), 'utf8');

/** A block of JSON of the document, by its name. */
function vectorOf<Vector>(name: string): Vector {
  const block = new RegExp(`\`\`\`json ${name}\\n([\\s\\S]*?)\`\`\``).exec(DOCUMENT)?.[1];
  if (block === undefined) throw new Error(`docs/draw.md has no vector ${name}`);
  return JSON.parse(block) as Vector;
}

const vector = (): PublishedDraw => vectorOf<PublishedDraw>('draw');

describe('the vectors of docs/draw.md', () => {
  test('give the numbers of the stream', () => {
    const { streamSeed, streamLabel, numbers } = vectorOf<{
      streamSeed: string;
      streamLabel: string;
      numbers: { bound: number; value: number }[];
    }>('numbers');
    const below = createStream(sha256, streamSeed, streamLabel);
    expect(numbers.map(({ bound }) => below(bound))).toEqual(numbers.map(({ value }) => value));
  });

  test('R58: give the same units and inspectors again, by the service and by the script', () => {
    const draw = vector();
    const steps = verifyDraw(sha256, draw);
    expect(steps.map(({ step, equal }) => [step, equal])).toEqual(
      [
        'snapshot',
        'rule',
        'commitment:auditor',
        'commitment:service',
        'seed',
        'units',
        'result',
        'published-result',
      ].map((step) => [step, true]),
    );
    expect(check(draw).every(([, holds]) => holds)).toBe(true);
  });

  test('show both reasons to stand back, and name places by the ids of organisations, as a draw does', () => {
    const { snapshot, units } = vector();
    const reasons = units?.flatMap(({ recused }) => recused.map(({ reason }) => reason));
    expect(new Set(reasons)).toEqual(new Set(['declared', 'own-subtree']));
    const [yaosheng, kuquan] = ['610222102', '610222103'].map((code) =>
      unitPath('6102', '610222', code),
    );
    expect(snapshot.units.map(({ path, id }) => path.replace(`${id}/`, ''))).toEqual([
      ...Array(3).fill(yaosheng),
      ...Array(4).fill(kuquan),
    ]);
    const office = unitPath('6102', '610222', '610222-YCB');
    expect(snapshot.inspectors.map(({ home }) => home)).toEqual([office, office, office, yaosheng]);
  });

  test('of a draw that is not revealed only what is published is checked', () => {
    const sealed = { ...vector(), serviceSeed: null, seed: null, units: null, resultHash: null };
    expect(verifyDraw(sha256, sealed).map(({ step }) => step)).toEqual([
      'snapshot',
      'rule',
      'commitment:auditor',
    ]);
    expect(check(sealed).every(([, holds]) => holds)).toBe(true);
  });

  test.each<[string, (draw: PublishedDraw) => PublishedDraw]>([
    [
      'a site struck from the population',
      (draw) => ({
        ...draw,
        snapshot: { ...draw.snapshot, units: draw.snapshot.units.slice(1) },
      }),
    ],
    [
      'a larger share of one stratum',
      (draw) => ({
        ...draw,
        rule: { ...draw.rule, strata: draw.rule.strata.map((one) => ({ ...one, take: 2 })) },
      }),
    ],
    ['another secret', (draw) => ({ ...draw, serviceSeed: 'd'.repeat(64) })],
    [
      'a contribution that was not committed',
      (draw) => ({
        ...draw,
        contributions: draw.contributions.map((one) => ({ ...one, value: 'e'.repeat(64) })),
      }),
    ],
    [
      'a unit exchanged in the result',
      (draw) => ({
        ...draw,
        units: (draw.units ?? []).map((one, index) =>
          index === 0 ? { ...one, unitId: 'S05' } : one,
        ),
      }),
    ],
    ['a recusal left out', (draw) => ({ ...draw, recusals: draw.recusals.slice(1) })],
  ])('R58: %s is found, by the service and by the script', (_, tamper) => {
    const tampered = tamper(vector());
    expect(verifyDraw(sha256, tampered).every(({ equal }) => equal)).toBe(false);
    expect(check(tampered).every(([, holds]) => holds)).toBe(false);
  });
});

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const scene = fc
  .record({
    townships: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
    officers: fc.integer({ min: 2, max: 6 }),
    take: fc.integer({ min: 1, max: 5 }),
    seed: hex,
  })
  .map(({ townships, officers, take, seed }) => {
    const units = townships.flatMap((sites, township) =>
      Array.from({ length: sites }, (_, site) => ({
        id: `S${township}-${site}`,
        name: `站点 ${site}`,
        stratum: `乡镇 ${township}`,
        path: `/C/T${township}/S${site}/`,
      })),
    );
    const inspectors = [
      ...Array.from({ length: officers }, (_, index) => ({
        id: `O${index}`,
        name: `检查人 ${index}`,
        home: '/C/YCB/',
      })),
      { id: 'L', name: '乡镇检查人', home: '/C/T0/' },
    ];
    const snapshot: DrawSnapshot = { takenAt: '2017-10-09T01:00:00Z', units, inspectors };
    const rule: DrawRule = {
      algorithm: ALGORITHM,
      population: 'sites',
      filter: {},
      strata: townships.map((size, township) => ({ name: `乡镇 ${township}`, size, take })),
      inspectorsPerUnit: 2,
    };
    return { snapshot, rule, seed };
  });

describe('every draw', () => {
  test('R58: draws from each stratum what the rule says, no unit twice, no inspector of its own place', () => {
    fc.assert(
      fc.property(scene, ({ snapshot, rule, seed }) => {
        const drawn = drawUnits(sha256, snapshot, rule, seed, []);
        expect(new Set(drawn.map(({ unitId }) => unitId)).size).toBe(drawn.length);
        for (const { name, size, take } of rule.strata) {
          expect(drawn.filter(({ stratum }) => stratum === name)).toHaveLength(
            Math.min(size, take),
          );
        }
        for (const { unitId, inspectors } of drawn) {
          const unit = snapshot.units.find(({ id }) => id === unitId);
          expect(new Set(inspectors).size).toBe(2);
          for (const id of inspectors) {
            const inspector = snapshot.inspectors.find((one) => one.id === id);
            expect(unit && inspector && isOwn(inspector, unit)).toBe(false);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('does not depend on the order in which the population was written down', () => {
    fc.assert(
      fc.property(scene, ({ snapshot, rule, seed }) => {
        const turned = {
          ...snapshot,
          units: snapshot.units.toReversed(),
          inspectors: snapshot.inspectors.toReversed(),
        };
        expect(drawUnits(sha256, turned, rule, seed, [])).toEqual(
          drawUnits(sha256, snapshot, rule, seed, []),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('R58: a recusal changes nobody but the one who stands back: the next in the drawn order comes in', () => {
    fc.assert(
      fc.property(scene, fc.nat(), ({ snapshot, rule, seed }, which) => {
        const before = drawUnits(sha256, snapshot, rule, seed, []);
        const one = before[which % before.length];
        if (one === undefined || snapshot.inspectors.length < 4) return;
        const [first = '', second = ''] = one.inspectors;
        const recusal = { unitId: one.unitId, inspectorId: first };
        const after = drawUnits(sha256, snapshot, rule, seed, [recusal]);
        for (const unit of before) {
          const now = after.find(({ unitId }) => unitId === unit.unitId);
          if (unit !== one) expect(now).toEqual(unit);
        }
        const now = after.find(({ unitId }) => unitId === one.unitId);
        expect(now?.inspectors[0]).toBe(second);
        expect(now?.inspectors).not.toContain(first);
        expect(now?.recused).toContainEqual({ inspectorId: first, reason: 'declared' });
      }),
      { numRuns: 100 },
    );
  });

  test('is verified by the service and, the same, by the script', () => {
    fc.assert(
      fc.property(scene, hex, ({ snapshot, rule, seed: serviceSeed }, value) => {
        const hashes = {
          snapshotHash: snapshotHash(sha256, snapshot),
          ruleHash: ruleHash(sha256, rule),
        };
        const seed = combineSeed(sha256, serviceSeed, hashes, [{ party: 'auditor', value }]);
        const units = drawUnits(sha256, snapshot, rule, seed, []);
        const draw: PublishedDraw = {
          snapshot,
          rule,
          ...hashes,
          serviceCommitment: sha256(serviceSeed),
          serviceSeed,
          contributions: [{ party: 'auditor', commitment: sha256(value), value }],
          recusals: [],
          seed,
          units,
          resultHash: resultHash(sha256, units),
        };
        expect(verifyDraw(sha256, draw).every(({ equal }) => equal)).toBe(true);
        expect(check(draw).every(([, holds]) => holds)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('names the units that too few may inspect', () => {
    const { snapshot, rule } = vector();
    expect(unitsWithoutInspectors(snapshot, rule, [])).toEqual([]);
    const recusals = ['I1', 'I2'].map((inspectorId) => ({ inspectorId, unitId: 'S01' }));
    expect(unitsWithoutInspectors(snapshot, rule, recusals)).toEqual(['S01']);
  });
});

describe('the stream', () => {
  test('takes no number whose remainder would be likelier than others', () => {
    // A hash whose first block lies beyond the last whole multiple of three.
    const blocks = ['f'.repeat(64), `${'0'.repeat(11)}5${'0'.repeat(52)}`];
    let asked = 0;
    const below = createStream(() => blocks[asked++] ?? '', 'seed', 'label');
    expect(below(2 ** 20 + 1)).toBe(5);
    expect(asked).toBe(2);
  });

  test('is even: each order of four comes up as often as any other, within what chance allows', () => {
    const counts = new Map<string, number>();
    const DRAWS = 12_000;
    for (let index = 0; index < DRAWS; index += 1) {
      const order = shuffle(['a', 'b', 'c', 'd'], createStream(sha256, sha256(`${index}`), 'x'));
      counts.set(order.join(''), (counts.get(order.join('')) ?? 0) + 1);
    }
    const expected = DRAWS / 24;
    const chi2 = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: above 49.7 one time in a thousand; the seeds are fixed, so never by luck.
    expect(chi2).toBeLessThan(49.7);
  });

  test.each([0, -1, 1.5, 2 ** 33])('draws nothing below %d', (bound) => {
    expect(() => createStream(sha256, 'seed', 'label')(bound)).toThrow(RangeError);
  });
});
