import { expect, test } from 'vitest';
import { conflictOf } from '../../src/rules/access/conflict-of-interest.ts';
import { unit, unitPath } from '../support/units.ts';

const COUNTY = unitPath('6102', '610222');
const PENG = unitPath('6102', '610222', '610222101');
const at = (organisationId: string, path: string, unitPath = path) => ({
  organisationId,
  path,
  unitPath,
  judgedAt: COUNTY,
});
const pengcun = at(unit('610222101203'), unitPath('6102', '610222', '610222101', '610222101203'));
const officer = { organisationId: unit('610222-YCB'), reach: COUNTY };
const peng = { organisationId: unit('610222101-ZF'), reach: PENG };

test('R61: who works for the county may assess its townships and villages', () => {
  expect(conflictOf({ held: [officer], declared: [] }, pengcun)).toBeNull();
});

test('Q3: nobody of the county assesses the county itself, or their own colleagues', () => {
  const own = { kind: 'own-unit', organisationId: unit('610222-YCB') };
  expect(conflictOf({ held: [officer], declared: [] }, at(unit('610222'), COUNTY))).toEqual(own);
  const colleague = at(unit('610222-ZZB'), unitPath('6102', '610222', '610222-ZZB'), COUNTY);
  expect(conflictOf({ held: [officer], declared: [] }, colleague)).toEqual(own);
  expect(
    conflictOf(
      { held: [{ organisationId: unit('6102-YCJY'), reach: unitPath('6102') }], declared: [] },
      at(unit('610222'), COUNTY),
    ),
  ).toBeNull();
});

test('R61: who also serves a township stays away from it and from all below it', () => {
  const held = [officer, peng];
  expect(conflictOf({ held, declared: [] }, at(unit('610222101'), PENG))).toEqual({
    kind: 'own-unit',
    organisationId: unit('610222101-ZF'),
  });
  expect(conflictOf({ held, declared: [] }, pengcun)).toEqual({
    kind: 'own-subtree',
    organisationId: unit('610222101-ZF'),
  });
  expect(
    conflictOf(
      { held, declared: [] },
      at(unit('610222102'), unitPath('6102', '610222', '610222102')),
    ),
  ).toBeNull();
});

test('R61: what was declared of an organisation holds for everything below it', () => {
  const declared = [{ organisationId: unit('610222101'), path: PENG }];
  expect(conflictOf({ held: [officer], declared }, pengcun)).toEqual({
    kind: 'declared',
    organisationId: unit('610222101'),
  });
});

test('R61: where the township judges, its officers do so for its villages, but not for itself', () => {
  const village = { organisationId: unit('610222101203-DZB'), reach: pengcun.path };
  const judged = { ...pengcun, judgedAt: PENG };
  expect(conflictOf({ held: [peng], declared: [] }, judged)).toBeNull();
  expect(conflictOf({ held: [officer], declared: [] }, judged)).toBeNull();
  expect(conflictOf({ held: [village], declared: [] }, judged)?.kind).toBe('own-unit');
  const below = { ...judged, path: `${pengcun.path}base/`, unitPath: `${pengcun.path}base/` };
  expect(conflictOf({ held: [village], declared: [] }, below)?.kind).toBe('own-subtree');
  const itself = { ...at(unit('610222101'), PENG), judgedAt: PENG };
  expect(conflictOf({ held: [peng], declared: [] }, itself)?.kind).toBe('own-unit');
});
