import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import calendar from '../../plans/calendar-cn.json' with { type: 'json' };
import {
  addCalendarDays,
  addWorkingDays,
  endOfDay,
  isWorkingDay,
  localDate,
  workingDaysBetween,
} from '../../src/rules/time/calendar.ts';

const ZONE = 'Asia/Shanghai';
const day = (from: string, to: string) => {
  const first = Temporal.PlainDate.from(from);
  const span = first.until(Temporal.PlainDate.from(to)).days;
  return fc.integer({ min: 0, max: span }).map((days) => first.add({ days }).toString());
};
const anyDay = day('2016-01-01', '2028-12-31');
// Fifteen days after the last of these, no day of late December 2026 is touched.
const coveredDay = day('2016-01-01', '2026-12-07');

describe('the days off of 2017', () => {
  test.each(['2017-05-28', '2017-05-29', '2017-05-30', '2017-10-01', '2017-10-05', '2017-10-08'])(
    '%s is a day off',
    (date) => {
      expect(isWorkingDay(calendar, date)).toEqual({ working: false, provisional: false });
    },
  );
  test.each(['2017-05-27', '2017-09-30'])(
    '%s is a Saturday on which work is made up (Q10)',
    (date) => {
      expect(isWorkingDay(calendar, date)).toEqual({ working: true, provisional: false });
    },
  );
  test('the plan was issued on 2017-05-20, a Saturday without work (R3)', () => {
    expect(isWorkingDay(calendar, '2017-05-20').working).toBe(false);
  });
  test.each([
    ['July to September', '2017-07-01', '2017-09-30', 66],
    ['October', '2017-10-01', '2017-10-31', 17],
    ['November', '2017-11-01', '2017-11-30', 22],
  ])('%s has its working days, both ends counted', (_, from, to, count) => {
    expect(workingDaysBetween(calendar, from, to)).toBe(count);
  });
  test('between a day and one before it there is no working day', () => {
    expect(workingDaysBetween(calendar, '2017-10-31', '2017-10-01')).toBe(0);
  });
});

describe('deadlines', () => {
  test.each([
    ['2017-09-28', 5, '2017-10-11'],
    ['2017-10-20', 5, '2017-10-27'],
    ['2017-09-29', 1, '2017-09-30'],
    ['2017-10-11', -3, '2017-09-30'],
    ['2017-10-01', 0, '2017-10-01'],
  ])('%s and %i working days make %s', (from, days, date) => {
    expect(addWorkingDays(calendar, from, days)).toMatchObject({ date, provisional: false });
  });
  test.each([
    ['2017-10-10', 15, '2017-10-25'],
    ['2017-09-16', 15, '2017-10-09'],
    ['2017-09-15', 15, '2017-09-30'],
    ['2017-10-06', 15, '2017-10-23'],
  ])('%s and %i calendar days end on a working day, %s', (from, days, date) => {
    expect(addCalendarDays(calendar, from, days)).toMatchObject({ date, provisional: false });
  });
  test('a day ends at 24:00 local time, and that instant belongs to the next day', () => {
    const end = endOfDay('2017-06-30', ZONE);
    expect(end.toString()).toBe('2017-06-30T16:00:00Z');
    expect(localDate(end, ZONE)).toBe('2017-07-01');
    expect(localDate(end.subtract({ nanoseconds: 1 }), ZONE)).toBe('2017-06-30');
  });
  test('a day of 23 hours ends at its own midnight', () => {
    expect(endOfDay('2017-03-26', 'Europe/Berlin').toString()).toBe('2017-03-26T22:00:00Z');
  });
  test.each([1.5, Number.NaN, 1e9])('%d days are no deadline', (days) => {
    expect(() => addWorkingDays(calendar, '2017-10-20', days)).toThrow(RangeError);
    expect(() => addCalendarDays(calendar, '2017-10-20', days)).toThrow(RangeError);
  });
  test('a day that does not exist is refused', () => {
    expect(() => isWorkingDay(calendar, '2017-02-30')).toThrow(RangeError);
  });
});

describe('beyond the published calendar', () => {
  test('the calendar covers 2016 to 2026, each with its National Day off', () => {
    const years = Object.keys(calendar.years);
    expect(years).toEqual(Array.from({ length: 11 }, (_, index) => `${2016 + index}`));
    for (const year of years) expect(isWorkingDay(calendar, `${year}-10-01`).working).toBe(false);
  });
  test('2027-10-01, a Friday, is counted as a working day only provisionally', () => {
    expect(isWorkingDay(calendar, '2027-10-01')).toEqual({ working: true, provisional: true });
    expect(isWorkingDay(calendar, '2027-10-02')).toEqual({ working: false, provisional: true });
  });
  test('a deadline that crosses into 2027 is provisional, one that ends before is not', () => {
    expect(addWorkingDays(calendar, '2026-12-14', 5).provisional).toBe(false);
    expect(addWorkingDays(calendar, '2026-12-29', 5)).toMatchObject({
      date: '2027-01-05',
      provisional: true,
    });
    expect(addCalendarDays(calendar, '2026-12-29', 5)).toMatchObject({
      date: '2027-01-04',
      provisional: true,
    });
  });
});

describe('documents of two years', () => {
  // As published on 2017-11-30, and on 2018-12-06 with three days of the year before.
  const of2018 = {
    version: '2018年通知',
    daysOff: ['2018-01-01', '2018-10-01'],
    makeUpWorkdays: [],
  };
  const of2019 = {
    version: '2019年通知',
    daysOff: ['2018-12-30', '2018-12-31', '2019-01-01'],
    makeUpWorkdays: ['2018-12-29'],
  };
  test('C04b: the last week of December is provisional until the next year is loaded', () => {
    const before = { years: { 2018: of2018 } };
    expect(isWorkingDay(before, '2018-12-22')).toEqual({ working: false, provisional: false });
    expect(isWorkingDay(before, '2018-12-23')).toEqual({ working: false, provisional: true });
    expect(addWorkingDays(before, '2018-12-26', 3)).toEqual({
      ...{ date: '2018-12-31', provisional: true },
      documents: ['2018年通知'],
    });
  });
  test('C04b: the document of 2019 works Saturday the 29th of December 2018, and takes Monday off', () => {
    const after = { years: { 2018: of2018, 2019: of2019 } };
    expect(addWorkingDays(after, '2018-12-26', 3)).toEqual({
      ...{ date: '2018-12-29', provisional: false },
      documents: ['2018年通知', '2019年通知'],
    });
    expect(isWorkingDay(after, '2018-12-31')).toEqual({ working: false, provisional: false });
  });
  test('C04b: of two documents that name a day, the one of the later year counts', () => {
    const off = { ...of2018, daysOff: ['2018-12-31'] };
    const worked = { version: '2019年通知', daysOff: [], makeUpWorkdays: ['2018-12-31'] };
    const both = { years: { 2018: off, 2019: worked } };
    expect(isWorkingDay(both, '2018-12-31')).toEqual({ working: true, provisional: false });
  });
  test('C04b: a year’s document that names a January settles that day until its own year is loaded', () => {
    const early = { ...of2018, daysOff: ['2019-01-02'] };
    const alone = { years: { 2018: early } };
    expect(isWorkingDay(alone, '2019-01-02')).toEqual({ working: false, provisional: true });
    const both = { years: { 2018: early, 2019: of2019 } };
    expect(isWorkingDay(both, '2019-01-02')).toEqual({ working: true, provisional: false });
  });
  test('C04b: what is shipped for 2018 and 2022 has the December of the next year’s documents', () => {
    expect(addWorkingDays(calendar, '2018-12-26', 3)).toEqual({
      ...{ date: '2018-12-29', provisional: false },
      documents: [2018, 2019].map((year) => `国务院办公厅关于${year}年部分节假日安排的通知`),
    });
    const { 2022: own, 2023: next } = calendar.years;
    expect([own.daysOff, next.daysOff].map((days) => days.includes('2022-12-31'))).toEqual([
      false,
      true,
    ]);
  });
  test('C04c: a day names the document of its year, whatever years are loaded beside it', () => {
    expect(addWorkingDays(calendar, '2017-10-20', 5).documents).toEqual([
      '国务院办公厅关于2017年部分节假日安排的通知',
    ]);
    expect(addWorkingDays(calendar, '2028-10-20', 5).documents).toEqual([]);
  });
});

describe('counting', () => {
  const days = fc.integer({ min: 1, max: 90 });
  test('what is added is what lies between, the day of issue not counted', () => {
    fc.assert(
      fc.property(anyDay, days, (from, count) => {
        const { date } = addWorkingDays(calendar, from, count);
        const next = Temporal.PlainDate.from(from).add({ days: 1 }).toString();
        expect(workingDaysBetween(calendar, next, date)).toBe(count);
        expect(isWorkingDay(calendar, date).working).toBe(true);
      }),
    );
  });
  test('what is taken away is what lies between', () => {
    fc.assert(
      fc.property(anyDay, days, (from, count) => {
        const { date } = addWorkingDays(calendar, from, -count);
        const before = Temporal.PlainDate.from(from).subtract({ days: 1 }).toString();
        expect(workingDaysBetween(calendar, date, before)).toBe(count);
      }),
    );
  });
  test('a later issue and a longer limit never end earlier', () => {
    fc.assert(
      fc.property(anyDay, anyDay, days, days, (one, other, few, many) => {
        const [early, late] = [one, other].sort() as [string, string];
        const [short, long] = [few, many].sort((a, b) => a - b) as [number, number];
        for (const add of [addWorkingDays, addCalendarDays]) {
          const shortest = add(calendar, early, short).date;
          expect(shortest <= add(calendar, late, short).date).toBe(true);
          expect(shortest <= add(calendar, early, long).date).toBe(true);
        }
      }),
    );
  });
  test('a covered year is never provisional and a calendar deadline ends on a working day', () => {
    fc.assert(
      fc.property(coveredDay, (date) => {
        expect(isWorkingDay(calendar, date).provisional).toBe(false);
        const end = addCalendarDays(calendar, date, 15).date;
        expect(isWorkingDay(calendar, end).working).toBe(true);
      }),
    );
  });
});
