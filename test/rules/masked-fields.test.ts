import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Role } from '../../machines/kit/access.ts';
import { HELD_AT } from '../../src/rules/access/access.ts';
import type { MaskedFieldName } from '../../src/rules/access/masked-fields.ts';
import {
  MASKED_FIELDS,
  maskContact,
  maskName,
  maskYear,
  shown,
  sightOf,
  unmaskers,
} from '../../src/rules/access/masked-fields.ts';

const ROLES = Object.keys(HELD_AT) as Role[];
const FIELDS = Object.keys(MASKED_FIELDS) as MaskedFieldName[];

test.each([
  ['张伟', '张*'],
  ['张三丰', '张**'],
  ['欧阳娜娜', '欧***'],
  ['张', '张*'],
  ['𠮷田', '𠮷*'],
])('the name %s is shown as %s', (name, masked) => {
  expect(maskName(name)).toBe(masked);
});

test.each([
  ['13812348000', '138****8000'],
  ['+86 138-1234-8000', '138****8000'],
  ['zhang@example.org', 'z***@example.org'],
  ['0919-5280000', '****'],
  ['彭镇彭村三组', '****'],
])('the contact %s is shown as %s', (contact, masked) => {
  expect(maskContact(contact)).toBe(masked);
});

test('of a year of birth the decade is left', () => {
  expect(maskYear('1985')).toBe('198*');
});

test('whoever holds several roles sees what the most of them does, and a nobody nothing', () => {
  expect(sightOf('voter-name', ['auditor'])).toBe('masked');
  expect(sightOf('voter-name', ['auditor', 'township-office'])).toBe('plain');
  for (const field of FIELDS) expect(sightOf(field, [])).toBe('hidden');
  expect(shown('voter-name', ['auditor'], '张伟')).toBe('张*');
  expect(shown('objector-name', ['assessor'], '张伟')).toBeNull();
});

test('who makes accounts, keeps the machine or confirms rights sees no personal field', () => {
  const aside: Role[] = ['administrator', 'security-officer', 'operator', 'scheduler'];
  for (const field of FIELDS) {
    expect(sightOf(field, aside)).toBe('hidden');
    expect(unmaskers(field).filter((role) => aside.includes(role))).toEqual([]);
  }
});

test('whoever may have a field shown is not told it plain anyway', () => {
  for (const field of FIELDS) {
    for (const role of unmaskers(field)) expect(sightOf(field, [role]), role).not.toBe('plain');
  }
});

test('docs/security.md tells who sees which field as the rules have it', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/security.md'), 'utf8');
  const list = (roles: readonly Role[]): string => (roles.length === 0 ? '–' : roles.join(', '));
  for (const field of FIELDS) {
    const { zh, plain, masked, unmask, why } = MASKED_FIELDS[field];
    const row = `| \`${field}\` ${zh} | ${list(plain)} | ${list(masked)} | ${list(unmask)} | ${why} |`;
    expect(page).toContain(row);
  }
  expect(ROLES.length).toBeGreaterThan(10);
});
