import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Tag } from '../scripts/traceability.ts';
import {
  clauses,
  codeTags,
  dataTags,
  findings,
  proofs,
  proofsIn,
  provedBy,
  TRACEABILITY,
  tagsIn,
  traceability,
} from '../scripts/traceability.ts';

const known = new Set([...clauses, ...findings].map(({ id }) => id));
const ids = (tags: readonly Tag[]) => new Set(tags.map(({ id }) => id));

test('the plan has 74 sentences and 20 quirks', () => {
  expect(clauses.map(({ id }) => id)).toEqual([
    ...Array.from({ length: 74 }, (_, index) => `R${index + 1}`),
    ...Array.from({ length: 20 }, (_, index) => `Q${index + 1}`),
  ]);
});

test('no tag in the code, the plan or a title of a test names a clause that is none', () => {
  const strange = [...codeTags(), ...dataTags(), ...proofs()].filter(({ id }) => !known.has(id));
  expect(strange).toEqual([]);
});

test('every sentence that must be obeyed or makes eligible has a test', () => {
  const proved = ids(proofs());
  const unproved = clauses
    .filter(({ modality }) => modality === 'M' || modality === 'E')
    .filter(({ id }) => !proved.has(id));
  expect(unproved.map(({ id, words }) => `${id} ${words}`)).toEqual([]);
});

test('every sentence that may refuse has a test that looks at somebody being refused', () => {
  const refused = ids(proofs().filter(({ isRefusal }) => isRefusal));
  const unproved = clauses
    .filter(({ modality }) => modality === 'M' || modality === 'E')
    .filter(({ id }) => !refused.has(id));
  expect(unproved.map(({ id, words }) => `${id} ${words}`)).toEqual([]);
});

test('every quirk has a test', () => {
  const proved = ids(proofs());
  const unproved = clauses.filter(({ id }) => id.startsWith('Q') && !proved.has(id));
  expect(unproved.map(({ id, words }) => `${id} ${words}`)).toEqual([]);
});

test('every sentence and every quirk lives somewhere, but those that only say why', () => {
  const living = ids([...codeTags(), ...dataTags()]);
  const homeless = clauses.filter(({ id }) => !living.has(id));
  expect(homeless.map(({ id, modality }) => `${id} ${modality}`)).toEqual([
    'R4 I',
    'R6 I',
    'R7 S',
    'R9 S',
  ]);
});

test('the document is what the tags say', () => {
  expect(readFileSync(TRACEABILITY, 'utf8')).toBe(traceability());
});

test.each([
  ['R17: three cases', ['R17']],
  ['by R47–R50 and Q3', ['R47', 'R48', 'R49', 'R50', 'Q3']],
  ['R2D2, PR17 and R0 are none', []],
])('%s', (text, tags) => {
  expect(tagsIn(text)).toEqual(tags);
});

test('a title that names a range proves none of it', () => {
  expect(provedBy('R10–R45 are measured, R12 by whole things')).toEqual(['R12']);
  expect(provedBy('a village rests on R18 to R25')).toEqual([]);
});

describe('a test proves what its title says, if it is run and expects something', () => {
  const proved = (text: string) => proofsIn('x.test.ts', text).map(({ id, title }) => [id, title]);

  test('as it stands', () => {
    const text = `test('R17: three cases', () => { expect(unmet(life)).toEqual(['R17']); });`;
    expect(proofsIn('x.test.ts', text)).toEqual([
      { id: 'R17', file: 'x.test.ts', title: 'R17: three cases', isRefusal: true },
    ]);
  });

  test('row by row of its table, wherever the table stands', () => {
    const rows = `[['R10', 'county'], ['R11', 'village']]`;
    const call = `('%s, as %s', () => { expect(1).toBe(1); });`;
    const expected = [
      ['R10', 'R10, as county'],
      ['R11', 'R11, as village'],
    ];
    expect(proved(`test.each(${rows} as const)${call}`)).toEqual(expected);
    expect(proved(`const ROWS = ${rows} as const; test.each(ROWS)${call}`)).toEqual(expected);
  });

  test.each([
    [
      'named in a comment only',
      `// R17\ntest('three cases', () => { /* R17 */ expect(1).toBe(1); });`,
    ],
    ['commented out', `// test('R17: three cases', () => { expect(1).toBe(1); });`],
    ['skipped', `test.skip('R17: three cases', () => { expect(1).toBe(1); });`],
    ['yet to be written', `test.todo('R17: three cases');`],
    ['without an expectation', `test('R17: three cases', () => { life(); });`],
    ['with one in a comment', `test('R17: three cases', () => { life(); // expect(1)\n });`],
    ['a group with nothing in it', `describe('R17: cases', () => {});`],
    [
      'in a cell of its table',
      `test.each([['x', 'R17']])('%s is %s', () => { expect(1).toBe(1); });`,
    ],
    ['a text of the test', `test('three cases', () => { expect('R17').toBe('R17'); });`],
  ])('%s it proves nothing', (_, text) => {
    expect(proved(text)).toEqual([]);
  });
});
