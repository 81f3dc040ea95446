import { afterAll, beforeAll, expect, test } from 'vitest';
import { openService, type Person, type RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let administrator: Person;
let officer: Person;
beforeAll(async () => {
  service = await openService();
  administrator = await service.person('administrator');
  officer = await service.person(['security-officer', unit('6102')]);
});
afterAll(() => service.close());

const YEAR = {
  version: '国办发明电〔2026〕1号',
  source: '国务院办公厅关于2027年部分节假日安排的通知',
  daysOff: ['2027-10-04', '2027-10-01'],
  makeUpWorkdays: ['2027-10-09'],
};
const VERSIONS = '/v1/calendars/2027/versions';
const confirm = (person: Person, revision: number) =>
  person.post(`${VERSIONS}/${revision}/events`, { type: 'confirm' });
type Version = { year: number; revision: number; daysOff: string[]; confirmedBy: string | null };
const inForce = async (): Promise<Version | undefined> =>
  (await officer.get('/v1/calendars')).body.items.find(({ year }: Version) => year === 2027);

test('F8: a year takes two persons: one proposes it, another puts it in force', async () => {
  const before = (await officer.get('/v1/calendars')).body.items;
  expect(before.map(({ year }: Version) => year)).toEqual([
    2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026,
  ]);
  const proposed = await administrator.post(VERSIONS, YEAR);
  expect([proposed.status, proposed.body]).toMatchObject([
    201,
    { year: 2027, revision: 1, daysOff: ['2027-10-01', '2027-10-04'], confirmedBy: null },
  ]);
  expect(await inForce()).toBeUndefined();
  const alone = await confirm(administrator, 1);
  expect([alone.status, alone.body.detail]).toEqual([403, '须由提出者以外的人确认。']);
  const confirmed = await confirm(officer, 1);
  expect([confirmed.status, confirmed.body]).toMatchObject([
    200,
    { revision: 1, confirmedBy: expect.stringContaining('security-officer'), recalculated: 0 },
  ]);
  expect(await inForce()).toMatchObject({ revision: 1 });
  expect((await confirm(await service.person('administrator'), 1)).status).toBe(409);
});

test('F8: a year that is corrected keeps its history, and counts as it was until confirmed', async () => {
  await administrator.post(VERSIONS, { ...YEAR, daysOff: ['2027-01-04'] });
  await administrator.post(VERSIONS, { ...YEAR, daysOff: [] });
  expect(await inForce()).toMatchObject({ revision: 1 });
  expect((await confirm(officer, 2)).body.detail).toBe('该年另有更新的一版。');
  const other = await service.person('administrator');
  expect((await confirm(other, 3)).status).toBe(200);
  expect(await inForce()).toMatchObject({ revision: 3, daysOff: [] });
  const { items } = (await officer.get(VERSIONS)).body;
  expect(
    items.map(({ revision, confirmedBy }: Version) => [revision, confirmedBy !== null]),
  ).toEqual([
    [3, true],
    [2, false],
    [1, true],
  ]);
  await expect(
    service.pool.query(`update calendar_year set version = 'x' where year = 2027`),
  ).rejects.toThrow(/never changed/);
  await expect(service.pool.query('delete from calendar_year where year = 2027')).rejects.toThrow(
    /never changed/,
  );
});

test('F8: who proposed a year, and who put it in force, is in the log of administration', async () => {
  const auditor = await service.person(['auditor', unit('6102')]);
  const { items } = (await auditor.get('/v1/audit/administrative-events?subjectKind=calendar_year'))
    .body;
  const first = items.filter(({ subjectId }: { subjectId: string }) => subjectId === '2027/1');
  expect(
    first.map(({ kind, by }: { kind: string; by: { principalId: string } }) => [
      kind,
      by.principalId,
    ]),
  ).toEqual(
    expect.arrayContaining([
      ['calendar-proposed', administrator.id],
      ['calendar-confirmed', officer.id],
    ]),
  );
});

test('a day of a far year is told at its place', async () => {
  const { status, body } = await administrator.post('/v1/calendars/2029/versions', YEAR);
  expect([status, body.errors[0].path]).toEqual([422, '/body/daysOff/0']);
});

test('F8: no county’s administrator, no township’s and no business role touches the calendar', async () => {
  const proposed = (await administrator.post('/v1/calendars/2030/versions', {
    ...YEAR,
    daysOff: [],
    makeUpWorkdays: [],
  })) as { body: Version };
  const url = `/v1/calendars/2030/versions/${proposed.body.revision}/events`;
  for (const person of [
    await service.person(['administrator', unit('610222')]),
    await service.person(['administrator', unit('610222101')]),
    await service.person(['security-officer', unit('610222')]),
    await service.person('county-office'),
    await service.person('city-centre'),
  ]) {
    expect((await person.post('/v1/calendars/2029/versions', YEAR)).status).toBe(403);
    expect((await person.post(url, { type: 'confirm' })).status).toBe(403);
  }
});
