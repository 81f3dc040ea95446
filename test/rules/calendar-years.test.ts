import { expect, test } from 'vitest';
import calendar from '../../plans/calendar-cn.json' with { type: 'json' };
import { calendarYearFaults } from '../../src/rules/county/calendar-years.ts';

test.each(Object.entries(calendar.years))(
  'what was published for %s is taken as it is',
  (year, days) => {
    expect(calendarYearFaults(Number(year), days)).toEqual([]);
  },
);

test('C04b: a document may change days of the years next to its own, and work a Monday there', () => {
  const days = { daysOff: ['2018-12-30', '2020-01-02'], makeUpWorkdays: ['2018-12-31'] };
  expect(calendarYearFaults(2019, days)).toEqual([]);
});

test('a day of a far year, a worked Monday and a worked day off are faults', () => {
  const days = {
    daysOff: ['2015-12-31', '2017-10-01'],
    makeUpWorkdays: ['2017-10-09', '2017-10-01', '2017-09-30'],
  };
  expect(calendarYearFaults(2017, days).map(({ path, message }) => [path, message.zh])).toEqual([
    ['/daysOff/0', '不在2017年，也不在其前后各一年'],
    ['/makeUpWorkdays/0', '不是周末，无须调休上班'],
    ['/makeUpWorkdays/1', '同时是放假日'],
  ]);
});
