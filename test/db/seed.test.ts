import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { createKeyAuthenticator } from '../../src/db/county/api-keys.ts';
import { listCalendarYears } from '../../src/db/county/calendars.ts';
import { renderXlsx } from '../../src/documents/xlsx.ts';
import { readDivisionsFile } from '../../src/seed/divisions-file.ts';
import { seed } from '../../src/seed.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { bringInYear, forgetCalendar } from '../support/directory.ts';
import { claimed } from '../support/people.ts';
import { unit, unitPath } from '../support/units.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const count = async (sql: string): Promise<number> =>
  (await database.pool.query<{ count: number }>(`select count(*)::int as count from ${sql}`))
    .rows[0]?.count ?? -1;

test('an empty database gets Tongchuan, its sites, the calendar, the plan and two officers', async () => {
  const { firstCodes } = await seed(database.pool);
  expect(
    await count(
      `organisation where path like '${unitPath('6102', '610222')}%' and kind = 'TOWNSHIP'`,
    ),
  ).toBe(8);
  expect(
    await count(
      `organisation where path like '${unitPath('6102', '610222')}%' and kind = 'VILLAGE'`,
    ),
  ).toBe(119);
  expect(await count(`site where path like '${unitPath('6102', '610222')}%'`)).toBe(119);
  expect(
    await count('site s join organisation o on o.id = s.organisation_id and o.path = s.path'),
  ).toBe(await count('site'));
  expect(await count('calendar_year where year between 2016 and 2026')).toBe(11);
  expect(await count(`plan where id = 'yijun-2017' and length(sha256) = 64`)).toBe(1);
  const { administer } = createPerformer(nouns, database.pool, createReferenceCache());
  for (const [code, role] of [
    [firstCodes?.administrator, 'administrator'],
    [firstCodes?.securityOfficer, 'security-officer'],
  ] as const) {
    const { key } = await administer((tx) => claimed(tx, code ?? ''));
    expect(await createKeyAuthenticator(database.pool)(key)).toMatchObject({
      grants: [{ role, organisationId: unit('6102'), reach: unitPath('6102') }],
    });
  }
});

test('seeding again changes nothing and tells no code', async () => {
  await seed(database.pool);
  const version = () => database.pool.query('select directory, calendar from reference_version');
  const before = (await version()).rows;
  expect(await seed(database.pool)).toEqual({ firstCodes: null });
  expect((await version()).rows).toEqual(before);
});

test('of two that seed at once, one makes the officers', async () => {
  const seeded = await Promise.all([seed(database.pool), seed(database.pool)]);
  expect(seeded.filter(({ firstCodes }) => firstCodes !== null)).toHaveLength(1);
  expect(await count('principal')).toBe(2);
});

test('a year the database lacks is added; one it has is kept as the county loaded it', async () => {
  await seed(database.pool);
  await forgetCalendar(database.pool, 2026);
  const own = { year: 2025, version: 'county', source: 'county', daysOff: [], makeUpWorkdays: [] };
  await bringInYear(database.pool, own);
  await seed(database.pool);
  expect(await count('calendar_year where year = 2026')).toBe(1);
  const years = await listCalendarYears(database.pool);
  expect(years.find(({ year }) => year === 2025)?.version).toBe('county');
});

test('a published plan that its file contradicts keeps the service from starting', async () => {
  await seed(database.pool);
  await database.pool.query(`update plan set sha256 = repeat('0', 64) where id = 'yijun-2017'`);
  await expect(seed(database.pool)).rejects.toThrow(/yijun-2017.*冻结/);
});

test('further plans come from the plan directory; a faulty one is told with every fault', async () => {
  const planDir = await mkdtemp(join(tmpdir(), 'chuangping-plans-'));
  try {
    const text = await readFile(join(import.meta.dirname, '../../plans/yijun-2017.yaml'), 'utf8');
    await writeFile(join(planDir, 'next.yaml'), text.replace('version: 1', 'version: 2'));
    await seed(database.pool, { planDir });
    expect(await count(`plan where id = 'yijun-2017'`)).toBe(2);
    await writeFile(join(planDir, 'next.yaml'), text.replace('Asia/Shanghai', 'UTC'));
    await expect(seed(database.pool, { planDir })).rejects.toThrow(
      /next\.yaml:\d+:1 \/timeZone must be/,
    );
  } finally {
    await rm(planDir, { recursive: true });
  }
});

/** As a Chinese spreadsheet saves CSV; Node.js decodes this encoding and does not write it. */
function gb18030(text: string): Buffer {
  const bytes = new Map<string, number[]>();
  for (let high = 0x81; high <= 0xfe; high += 1)
    for (let low = 0x40; low <= 0xfe; low += 1)
      bytes.set(new TextDecoder('gb18030').decode(Uint8Array.of(high, low)), [high, low]);
  return Buffer.from(
    [...text].flatMap((letter) => bytes.get(letter) ?? [letter.codePointAt(0) ?? 0]),
  );
}

describe('P1: a county anywhere', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chuangping-divisions-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const BUREAU = [
    '统计用区划代码,城乡分类代码,名称',
    '419021101200,220,河湾村村民委员会',
    '419021101000,,清河镇',
    '410000000000,,河南省',
    '419000000000,,省直辖县级行政区划',
    '419021000000,,清河县',
  ].join('\n');
  const written = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const shipped = (id: string) =>
    readFile(join(import.meta.dirname, `../../plans/${id}.yaml`), 'utf8');
  const codes = async () =>
    (
      await database.pool.query<{ path: string }>(
        `select code_path as path from organisation where kind in ('PROVINCE', 'COUNTY', 'TOWNSHIP', 'VILLAGE') order by code_path`,
      )
    ).rows.map(({ path }) => path);

  test('begins with a file in the bureau’s form: its province, and of the shipped plans none', async () => {
    const path = await written('divisions.csv', BUREAU);
    const { firstCodes } = await seed(database.pool, { divisions: { path, root: null } });
    expect(await codes()).toEqual([
      '/41/',
      '/41/419021/',
      '/41/419021/419021101/',
      '/41/419021/419021101/419021101200/',
    ]);
    expect(await count('site')).toBe(1);
    expect(await count('plan')).toBe(0);
    const { administer } = createPerformer(nouns, database.pool, createReferenceCache());
    const { key } = await administer((tx) => claimed(tx, firstCodes?.administrator ?? ''));
    expect(await createKeyAuthenticator(database.pool)(key)).toMatchObject({
      grants: [{ role: 'administrator', organisationId: unit('41'), reach: unitPath('41') }],
    });
    expect(
      await count(
        `organisation o where not exists (select from administrative_event e where e.kind = 'organisation-founded' and e.subject_id = o.id)`,
      ),
    ).toBe(0);
  });

  test('the file may be a workbook, or CSV as a spreadsheet saves it here, in GB 18030', async () => {
    const rows = BUREAU.split('\n').map((line) => line.split(','));
    const [header = [], ...body] = rows;
    const workbook = await renderXlsx({
      name: '区划',
      columns: header.map((title) => ({ title, width: 20 })),
      rows: body,
    });
    const byName = { xlsx: workbook, gbk: gb18030(BUREAU) };
    for (const [name, content] of Object.entries(byName)) {
      const path = await written(name, content);
      const { divisions } = await readDivisionsFile({ path, root: null });
      expect(divisions.map((one) => one.name)).toEqual([
        '河南省',
        '清河县',
        '清河镇',
        '河湾村村民委员会',
      ]);
    }
  });

  test('a file with faults is told row by row, in both languages', async () => {
    const path = await written('divisions.csv', `${BUREAU}\n419021102200,220,远村`);
    await expect(seed(database.pool, { divisions: { path, root: null } })).rejects.toThrow(
      /divisions\.csv:7 统计用区划代码 没有上级 419021102\nThe file[\s\S]*divisions\.csv:7 统计用区划代码 there is no parent/,
    );
    expect(await count('organisation')).toBe(0);
  });

  test('a plan of the folder for a county that is not there is told at its line', async () => {
    const path = await written('divisions.csv', BUREAU);
    const text = await shipped('yintai-2019');
    await written('mine.yaml', text.replace('id: yintai-2019', 'id: mine'));
    const options = { divisions: { path, root: '419021' }, planDir: folder };
    await expect(seed(database.pool, options)).rejects.toThrow(
      /mine\.yaml:14:1 \/divisionCode 单位目录（清河县）中没有区划代码为 610203 的县/,
    );
    await written('mine.yaml', text.replace("'610203'", "'419021000000'"));
    await seed(database.pool, options);
    expect(await codes()).toContain('/419021/419021101/');
    expect(await count(`plan where body ->> 'divisionCode' = '419021000000'`)).toBe(1);
  });

  test('a database that has another tree is not mixed with the file', async () => {
    await seed(database.pool);
    const path = await written('divisions.csv', BUREAU);
    await expect(seed(database.pool, { divisions: { path, root: null } })).rejects.toThrow(
      /数据库中已是铜川市（6102）的单位目录，而区划文件 .* 的最高一级是河南省（41）/,
    );
  });
});
