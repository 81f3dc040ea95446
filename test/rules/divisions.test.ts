import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import {
  type Division,
  organisationsFromDivisions,
  sitesFromDivisions,
} from '../../src/rules/county/divisions.ts';

const file = readFileSync(new URL('../../data/tongchuan-divisions.csv', import.meta.url), 'utf8');
const rows = parse<Record<string, string>>(file, { columns: true }).map(
  ({ code, parent_code: parentCode, level, name }) => ({ code, parentCode, level, name }),
) as Division[];
const organisations = organisationsFromDivisions(rows);
const sites = sitesFromDivisions(rows);
const ofKind = (kind: string, under = '') =>
  organisations.filter((one) => one.kind === kind && one.code.startsWith(under));
const named = (code: string) => organisations.find((one) => one.code === code)?.name;
const YIJUN = '610222';

describe('the organisations of Tongchuan', () => {
  test('one city, four counties, 38 townships and 435 villages and communities', () => {
    const count = ['CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE'].map((kind) => ofKind(kind).length);
    expect(count).toEqual([1, 4, 38, 435]);
  });
  test('Yijun has 8 townships and 119 villages and communities', () => {
    expect(ofKind('TOWNSHIP', YIJUN)).toHaveLength(8);
    expect(ofKind('VILLAGE', YIJUN)).toHaveLength(119);
    expect(ofKind('VILLAGE_PARTY_ORGANIZATION', YIJUN)).toHaveLength(119);
  });
  test.each([
    ['6102-ZZB', '铜川市委组织部'],
    ['6102-YCJY', '铜川市远程教育中心'],
    ['610222-ZZB', '宜君县委组织部'],
    ['610222-YCB', '宜君县远程办'],
    ['610202-ZZB', '王益区委组织部'],
    ['610222101-DW', '彭镇党委'],
    ['610222101-ZF', '彭镇人民政府'],
    ['610222201-ZF', '云梦乡人民政府'],
    ['610222001-DW', '宜阳街道党工委'],
    ['610222001-ZF', '宜阳街道办事处'],
    ['610222101203-DZB', '彭村党支部'],
    ['610222101200-DZB', '偏桥村党支部'],
    ['610222001001-DZB', '宜园社区党支部'],
  ])('%s is %s', (code, name) => {
    expect(named(code)).toBe(name);
  });
  test('no village keeps its committee in the name of its party organisation', () => {
    const names = [...ofKind('VILLAGE_PARTY_ORGANIZATION'), ...sites].map(({ name }) => name);
    expect(names.filter((name) => /委会|委员会|村村/.test(name))).toEqual([]);
  });
  test('a body stands under its division, and only the city under nothing', () => {
    const party = organisations.find((one) => one.code === '610222101203-DZB');
    expect(party?.parentCode).toBe('610222101203');
    const topmost = organisations.filter(({ parentCode }) => parentCode === null);
    expect(topmost.map(({ code }) => code)).toEqual(['6102']);
  });
  test('parents come before children and no code comes twice', () => {
    const seen = new Set<string | null>([null]);
    for (const one of organisations) {
      expect(seen.has(one.parentCode)).toBe(true);
      seen.add(one.code);
    }
    expect(seen.size - 1).toBe(organisations.length);
  });
  test('the order of the rows does not matter', () => {
    expect(new Set(organisationsFromDivisions(rows.toReversed()))).toEqual(new Set(organisations));
  });
});

describe('the sites', () => {
  test('every village and community has one', () => {
    expect(sites).toHaveLength(435);
    expect(sites.filter((site) => site.organisationCode.startsWith('610222'))).toHaveLength(119);
  });
  test('a community is told from a village by its name', () => {
    expect(sites.find((site) => site.code === '610222101203-S1')).toEqual({
      code: '610222101203-S1',
      organisationCode: '610222101203',
      kind: 'VILLAGE',
      name: '彭村远程教育站点',
    });
    expect(sites.find((site) => site.organisationCode === '610222001001')?.kind).toBe('COMMUNITY');
  });
});

describe('a divisions file that cannot be right', () => {
  const city: Division = { code: '6102', parentCode: '', level: 'city', name: '铜川市' };
  test('a parent that is missing or not one level above', () => {
    const town: Division = {
      code: '610222101',
      parentCode: '6102',
      level: 'township',
      name: '彭镇',
    };
    expect(() => organisationsFromDivisions([city, town])).toThrow('there is no county 6102');
  });
  test('a code that appears twice', () => {
    expect(() => organisationsFromDivisions([city, city])).toThrow('twice');
  });
});
