import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Tag } from '../scripts/traceability.ts';
import {
  clauses,
  codeTags,
  dataTags,
  proofs,
  provedBy,
  TRACEABILITY,
  tagsIn,
  traceability,
} from '../scripts/traceability.ts';

const known = new Set(clauses.map(({ id }) => id));
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

test('every quirk has a test', () => {
  const proved = ids(proofs());
  const unproved = clauses.filter(({ id }) => id.startsWith('Q') && !proved.has(id));
  expect(unproved.map(({ id, words }) => `${id} ${words}`)).toEqual([]);
});

test('every sentence and every quirk lives somewhere', () => {
  const living = ids([...codeTags(), ...dataTags()]);
  const homeless = clauses.filter(({ id }) => !living.has(id));
  expect(homeless.map(({ id, words }) => `${id} ${words}`)).toEqual([]);
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
});
