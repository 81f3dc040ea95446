import { expect, test } from 'vitest';
import { conflictOf } from '../../src/rules/access/conflict-of-interest.ts';

const COUNTY = '/6102/610222/';
const PENG = `${COUNTY}610222101/`;
const at = (organisationId: string, path: string, unitPath = path) => ({
  organisationId,
  path,
  unitPath,
  judgedAt: COUNTY,
});
const pengcun = at('610222101203', `${PENG}610222101203/`);
const officer = { organisationId: '610222-YCB', reach: COUNTY };
const peng = { organisationId: '610222101-ZF', reach: PENG };

test('R61: who works for the county may assess its townships and villages', () => {
  expect(conflictOf({ held: [officer], declared: [] }, pengcun)).toBeNull();
});

test('Q3: nobody of the county assesses the county itself, or their own colleagues', () => {
  const own = { kind: 'own-unit', organisationId: '610222-YCB' };
  expect(conflictOf({ held: [officer], declared: [] }, at('610222', COUNTY))).toEqual(own);
  const colleague = at('610222-ZZB', `${COUNTY}610222-ZZB/`, COUNTY);
  expect(conflictOf({ held: [officer], declared: [] }, colleague)).toEqual(own);
  expect(
    conflictOf(
      { held: [{ organisationId: '6102-YCJY', reach: '/6102/' }], declared: [] },
      at('610222', COUNTY),
    ),
  ).toBeNull();
});

test('R61: who also serves a township stays away from it and from all below it', () => {
  const held = [officer, peng];
  expect(conflictOf({ held, declared: [] }, at('610222101', PENG))).toEqual({
    kind: 'own-unit',
    organisationId: '610222101-ZF',
  });
  expect(conflictOf({ held, declared: [] }, pengcun)).toEqual({
    kind: 'own-subtree',
    organisationId: '610222101-ZF',
  });
  expect(conflictOf({ held, declared: [] }, at('610222102', `${COUNTY}610222102/`))).toBeNull();
});

test('R61: what was declared of an organisation holds for everything below it', () => {
  const declared = [{ organisationId: '610222101', path: PENG }];
  expect(conflictOf({ held: [officer], declared }, pengcun)).toEqual({
    kind: 'declared',
    organisationId: '610222101',
  });
});

test('R61: where the township judges, its officers do so for its villages, but not for itself', () => {
  const village = { organisationId: '610222101203-DZB', reach: pengcun.path };
  const judged = { ...pengcun, judgedAt: PENG };
  expect(conflictOf({ held: [peng], declared: [] }, judged)).toBeNull();
  expect(conflictOf({ held: [officer], declared: [] }, judged)).toBeNull();
  expect(conflictOf({ held: [village], declared: [] }, judged)?.kind).toBe('own-unit');
  const below = { ...judged, path: `${pengcun.path}base/`, unitPath: `${pengcun.path}base/` };
  expect(conflictOf({ held: [village], declared: [] }, below)?.kind).toBe('own-subtree');
  const itself = { ...at('610222101', PENG), judgedAt: PENG };
  expect(conflictOf({ held: [peng], declared: [] }, itself)?.kind).toBe('own-unit');
});
