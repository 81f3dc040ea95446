import { expect, test } from 'vitest';
import { likeness } from '../../src/rules/candidate/identity.ts';

const D = 'a'.repeat(64);
const E = 'b'.repeat(64);

test.each([
  [
    'the same digest is one person, whatever the name',
    ['王军', 1980, D],
    ['王君', null, D],
    'same',
  ],
  [
    'two digests are two persons of one name and year',
    ['王军', 1980, D],
    ['王军', 1980, E],
    'different',
  ],
  ['name and year of birth', ['王军', 1980, null], ['王军', 1980, D], 'same'],
  ['another year', ['王军', 1980, null], ['王军', 1981, null], 'different'],
  ['a name alone', ['王军', null, null], ['王军', 1981, null], 'alike'],
  ['another name', ['王军', 1980, null], ['李军', 1980, null], 'different'],
] as const)('R63: %s', (_, [name, birthYear, digest], [otherName, otherYear, other], found) => {
  const a = { name, birthYear, digest };
  const b = { name: otherName, birthYear: otherYear, digest: other };
  expect([likeness(a, b), likeness(b, a)]).toEqual([found, found]);
});
