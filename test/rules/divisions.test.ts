import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bareCode,
  organisationsFromDivisions,
  sitesFromDivisions,
} from '../../src/rules/county/divisions.ts';
import { type Known, readDivisions } from '../../src/rules/list/divisions.ts';
import { LISTS } from '../../src/rules/list/lists.ts';
import { readCsv } from '../../src/rules/list/records.ts';
import { readTable, tableOf } from '../../src/rules/list/table.ts';

function treeOf(csv: string, root: string | null = null, known: Known = null) {
  const read = readCsv(csv, LISTS.divisions.rowsMax);
  if ('row' in read) throw new Error(read.text.en);
  const tree = readDivisions(tableOf(readTable(read.records, LISTS.divisions)), { root, known });
  const faults = tree.faults.map(({ cell, message }) => [cell, message.zh]);
  return { ...tree, faults };
}

const file = readFileSync(new URL('../../data/tongchuan-divisions.csv', import.meta.url), 'utf8');
const { divisions, above } = treeOf(file);
const organisations = organisationsFromDivisions(divisions, above);
const sites = sitesFromDivisions(divisions);
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
  test('P1: the order of the rows does not matter', () => {
    const [header = '', ...lines] = file.trim().split(/\r?\n/);
    const shuffled = fc.sample(fc.shuffledSubarray(lines, { minLength: lines.length }), {
      numRuns: 3,
      seed: 1,
    });
    const byCode = (made: typeof organisations) =>
      made.toSorted((one, other) => (one.code < other.code ? -1 : 1));
    for (const order of shuffled) {
      const tree = treeOf([header, ...order].join('\n'));
      expect(byCode(organisationsFromDivisions(tree.divisions, null))).toEqual(
        byCode(organisations),
      );
    }
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

/** The bureau's form: twelve digits, the class code of villages, the name. */
const bureau = (...rows: string[]) => ['统计用区划代码,城乡分类代码,名称', ...rows].join('\n');
const made = (csv: string, root: string | null = null) => {
  const tree = treeOf(csv, root);
  expect(tree.faults).toEqual([]);
  return organisationsFromDivisions(tree.divisions, tree.above).map(
    ({ code, parentCode, kind, name }) => `${parentCode ?? '-'} ${code} ${kind} ${name}`,
  );
};

describe('P1: the form that the statistics bureau publishes', () => {
  test('parents follow from the code, whatever the order; the province is a level', () => {
    const csv = bureau(
      '420526101200,220,高岚村村民委员会',
      '420526101000,,水月寺镇',
      '420000000000,,湖北省',
      '420526000000,,兴山县',
      '420500000000,,宜昌市',
      '420501000000,,市辖区',
    );
    expect(made(csv)).toEqual([
      '- 42 PROVINCE 湖北省',
      '42 42-ZZB CITY_ORGANIZATION_DEPARTMENT 湖北省委组织部',
      '42 42-YCJY CITY_CENTRE 湖北省远程教育中心',
      '42 4205 CITY 宜昌市',
      '4205 4205-ZZB CITY_ORGANIZATION_DEPARTMENT 宜昌市委组织部',
      '4205 4205-YCJY CITY_CENTRE 宜昌市远程教育中心',
      '4205 420526 COUNTY 兴山县',
      '420526 420526-ZZB COUNTY_ORGANIZATION_DEPARTMENT 兴山县委组织部',
      '420526 420526-YCB COUNTY_OFFICE 兴山县远程办',
      '420526 420526101 TOWNSHIP 水月寺镇',
      '420526101 420526101-DW TOWNSHIP_PARTY_COMMITTEE 水月寺镇党委',
      '420526101 420526101-ZF TOWNSHIP_OFFICE 水月寺镇人民政府',
      '420526101 420526101200 VILLAGE 高岚村村民委员会',
      '420526101200 420526101200-DZB VILLAGE_PARTY_ORGANIZATION 高岚村党支部',
    ]);
  });

  test('a city without counties holds the bodies of a county: 东莞, and 嘉峪关 behind its 市辖区', () => {
    const dongguan = made(
      bureau('440000000000,,广东省', '441900000000,,东莞市', '441900003000,,东城街道'),
    );
    expect(dongguan).toContain('44 4419 COUNTY 东莞市');
    expect(dongguan).toContain('4419 4419-YCB COUNTY_OFFICE 东莞市远程办');
    expect(dongguan).toContain('4419 441900003 TOWNSHIP 东城街道');
    const jiayuguan = made(
      bureau(
        '620000000000,,甘肃省',
        '620200000000,,嘉峪关市',
        '620201000000,,市辖区',
        '620201100000,,新城镇',
      ),
    );
    expect(jiayuguan).toContain('62 6202 COUNTY 嘉峪关市');
    expect(jiayuguan).toContain('6202 620201100 TOWNSHIP 新城镇');
  });

  test('a county right below its province, and the districts of a municipality', () => {
    const jiyuan = ['410000000000,,河南省', '419001000000,,济源市', '419001101000,,克井镇'];
    for (const gathering of [[], ['419000000000,,省直辖县级行政区划']]) {
      expect(made(bureau(...jiyuan, ...gathering))).toContain('41 419001 COUNTY 济源市');
    }
    expect(
      made(bureau('110000000000,,北京市', '110100000000,,市辖区', '110101000000,,东城区')),
    ).toContain('11 110101 COUNTY 东城区');
  });

  test('a county of its own has the bodies of the level above at itself, with their name where it is told', () => {
    const county = ['420526000000,,兴山县', '420526101000,,水月寺镇'];
    expect(made(bureau(...county))).toEqual(
      expect.arrayContaining([
        '- 420526 COUNTY 兴山县',
        '420526 420526-SJYCJY CITY_CENTRE 兴山县上级远程教育中心',
      ]),
    );
    const whole = bureau('420500000000,,宜昌市', '420502000000,,西陵区', ...county);
    const taken = made(whole, '420526');
    expect(taken).toContain('420526 420526-SJYCJY CITY_CENTRE 宜昌市远程教育中心');
    expect(taken.filter((one) => one.includes('420502') || one.includes(' 4205 '))).toEqual([]);
  });

  test('codes are bare: 12 digits and the 6 of GB/T 2260 name the same division', () => {
    expect(['420000', '420500000000', '420526', '441900', '420526101000'].map(bareCode)).toEqual([
      '42',
      '4205',
      '420526',
      '4419',
      '420526101',
    ]);
  });

  test('a province of 50,000 rows is read whole, whatever their order', () => {
    const settlements = Array.from({ length: 49_500 }, (_, index) => {
      const [township, village] = [Math.floor(index / 100), index % 100];
      const code = `4205${String(21 + (township % 5))}${String(100 + Math.floor(township / 5))}`;
      return `${code}${200 + village},220,第${index}村村民委员会`;
    });
    const townships = [...new Set(settlements.map((row) => row.slice(0, 9)))];
    const counties = [...new Set(townships.map((code) => code.slice(0, 6)))];
    const { faults, divisions: read } = treeOf(
      bureau(
        ...settlements,
        ...townships.map((code) => `${code}000,,第${code}镇`),
        ...counties.map((code) => `${code}000000,,第${code}县`),
        '420500000000,,宜昌市',
        '420000000000,,湖北省',
      ),
    );
    expect(faults).toEqual([]);
    expect(read).toHaveLength(49_500 + 495 + 5 + 2);
    expect(sitesFromDivisions(read)).toHaveLength(49_500);
  });

  test.each([
    ['街道办事处', '东城街道党工委', '东城街道办事处', '东城街道办事处'],
    ['地区办事处', '首都机场地区党工委', '首都机场地区办事处', '首都机场地区办事处'],
    ['苏木', '达来苏木党委', '达来苏木人民政府', '达来苏木'],
    ['开发区', '经济开发区党工委', '经济开发区管委会', '经济开发区管委会'],
  ])('a township that is a %s has %s and %s', (_, committee, office, name) => {
    const names = made(bureau('420526000000,,兴山县', `420526101000,,${name}`));
    expect(names).toContain(`420526101 420526101-DW TOWNSHIP_PARTY_COMMITTEE ${committee}`);
    expect(names).toContain(`420526101 420526101-ZF TOWNSHIP_OFFICE ${office}`);
  });

  test('the committee of a prefecture, and of an autonomous region', () => {
    const names = made(bureau('540000000000,,西藏自治区', '542500000000,,阿里地区'));
    expect(names).toContain('54 54-ZZB CITY_ORGANIZATION_DEPARTMENT 西藏自治区党委组织部');
    expect(names).toContain('5425 5425-ZZB CITY_ORGANIZATION_DEPARTMENT 阿里地委组织部');
  });

  test('a settlement whose name does not say it is told by its number', () => {
    const { divisions: read } = treeOf(
      bureau(
        '420526000000,,兴山县',
        '420526101000,,水月寺镇',
        '420526101001,121,集镇居民委员会',
        '420526101401,123,林场生活区',
        '420526101501,220,农场五队',
      ),
    );
    expect(sitesFromDivisions(read).map(({ kind }) => kind)).toEqual([
      'COMMUNITY',
      'COMMUNITY',
      'VILLAGE',
    ]);
  });
});

describe('P1: a list of divisions that cannot be right tells every row', () => {
  const county = '420526000000,,兴山县';
  test.each([
    ['a parent that is missing', [county, '420526101200,220,高岚村'], ['A3', '没有上级 420526101']],
    ['a code that is there already', [county, '420526,,兴山县'], ['A3', '与第 2 行重复']],
    ['a code of another form', [county, '42052,,某地'], ['A3', expect.stringContaining('12 位')]],
    [
      'a code made a number',
      [county, '4.20526E+11,,某地'],
      ['A3', expect.stringContaining('科学记数')],
    ],
    ['a class code', [county, '420526101000,22,某镇'], ['B3', '城乡分类代码应为三位数字']],
    ['no name', [county, '420526101000,,'], ['C3', '名称必填']],
    ['a topmost township', ['420526101000,,某镇'], ['A2', '最高一级应为省、市或县']],
  ])('%s', (_, rows, fault) => {
    expect(treeOf(bureau(...rows)).faults).toEqual([fault]);
  });
  test('several topmost rows, unless ROOT takes one', () => {
    const csv = bureau(county, '420527000000,,秭归县', '420527101000,,某镇');
    const told = expect.stringContaining('最高一级有 2 行（第 2、3 行）');
    expect(treeOf(csv).faults).toEqual([
      ['A2', told],
      ['A3', told],
    ]);
    expect(treeOf(csv, '420527').divisions.map(({ code }) => code)).toEqual([
      '420527',
      '420527101',
    ]);
    expect(treeOf(csv, '420528').faults).toEqual([['A1', '没有代码为 420528 的行']]);
  });
  test('ROOT passes over the rest of a list, but not a village below it without its township', () => {
    const csv = bureau(county, '420527101200,,远村', '420526101200,,近村');
    expect(treeOf(csv, '420526000000').faults).toEqual([['A4', '没有上级 420526101']]);
  });
  test('a township below a city that has counties', () => {
    const csv =
      'code,parent_code,level,name\n4205,,city,宜昌市\n420526,4205,county,兴山县\nA1,4205,township,某镇';
    expect(treeOf(csv).faults).toEqual([['B4', '乡镇应设在县之下，而 4205 是市']]);
  });
  test('gathering rows that name one another', () => {
    const csv =
      'code,parent_code,level,name\nA,B,city,市辖区\nB,A,city,市辖区\nC,A,county,某县\nD,,city,某市';
    expect(treeOf(csv).faults).toEqual([['A4', '没有上级 A']]);
  });
});

describe('the project’s own form', () => {
  test('parents and levels are written, in either language, and codes may be of any form', () => {
    const csv =
      '代码,上级代码,级别,名称\nX,,市,某市\nX1,X,县,甲县\nX1a,X1,乡镇,甲镇\nX1a1,X1a,村,甲村';
    expect(made(csv).filter((one) => !one.includes('-') || one.startsWith('- '))).toEqual([
      '- X CITY 某市',
      'X X1 COUNTY 甲县',
      'X1 X1a TOWNSHIP 甲镇',
      'X1a X1a1 VILLAGE 甲村',
    ]);
  });
});
