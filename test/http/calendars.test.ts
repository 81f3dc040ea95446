import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, openDesk } from '../support/administration.ts';
import { unit } from '../support/units.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const YEAR = {
  version: '国办发明电〔2026〕1号',
  source: '国务院办公厅关于2027年部分节假日安排的通知',
  daysOff: ['2027-10-04', '2027-10-01'],
  makeUpWorkdays: ['2027-10-09'],
};

test('ten years are there, and the eleventh is loaded by the administrator', async () => {
  const before = (await desk.administrator('GET', '/v1/calendars')).body.items;
  expect(before.map(({ year }: { year: number }) => year)).toEqual([
    2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026,
  ]);
  const loaded = await desk.administrator('PUT', '/v1/calendars/2027', YEAR);
  expect(loaded.status).toBe(200);
  expect(loaded.body).toMatchObject({
    year: 2027,
    daysOff: ['2027-10-01', '2027-10-04'],
    recalculated: 0,
  });
  const again = await desk.administrator('PUT', '/v1/calendars/2027', { ...YEAR, daysOff: [] });
  expect(again.body.daysOff).toEqual([]);
});

test('a day of another year is told at its place', async () => {
  const { status, body } = await desk.administrator('PUT', '/v1/calendars/2028', YEAR);
  expect([status, body.errors[0].path]).toEqual([422, '/body/daysOff/0']);
});

test('nobody else loads a year', async () => {
  const office = await desk.enter('county-office', unit('610222-YCB'));
  expect((await office('PUT', '/v1/calendars/2027', YEAR)).status).toBe(403);
});
