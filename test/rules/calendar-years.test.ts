import { expect, test } from 'vitest';
import calendar from '../../plans/calendar-cn.json' with { type: 'json' };
import { calendarYearFaults } from '../../src/rules/county/calendar-years.ts';

test.each(Object.entries(calendar.years))(
  'what was published for %s is taken as it is',
  (year, days) => {
    expect(calendarYearFaults(Number(year), days)).toEqual([]);
  },
);

test('a day of another year, a worked Monday and a worked day off are faults', () => {
  const days = {
    daysOff: ['2016-12-31', '2017-10-01'],
    makeUpWorkdays: ['2017-10-09', '2017-10-01', '2017-09-30'],
  };
  expect(calendarYearFaults(2017, days).map(({ path, message }) => [path, message.zh])).toEqual([
    ['/daysOff/0', '不在 2017 年'],
    ['/makeUpWorkdays/0', '不是周末，无须调休上班'],
    ['/makeUpWorkdays/1', '同时是放假日'],
  ]);
});
