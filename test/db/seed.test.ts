import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { createKeyAuthenticator } from '../../src/db/county/api-keys.ts';
import { listCalendarYears } from '../../src/db/county/calendars.ts';
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
