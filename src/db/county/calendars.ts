// The working-day calendar, one row for each year.

import type pg from 'pg';
import type { Calendar } from '../../rules/time/calendar.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type CalendarYear = {
  year: number;
  version: string;
  daysOff: string[];
  makeUpWorkdays: string[];
  source: string;
};

const LIST_CALENDAR_YEARS = statement(
  'list-calendar-years',
  `
    select year, version, days_off as "daysOff", make_up_workdays as "makeUpWorkdays", source,
           loaded_at as "loadedAt"
      from calendar_year order by year`,
);

export const listCalendarYears = (
  db: pg.ClientBase | pg.Pool,
): Promise<(CalendarYear & { loadedAt: string })[]> => run(db, LIST_CALENDAR_YEARS, []);

/** Every year on record, in the form that the rules count by. */
export async function findCalendar(db: pg.ClientBase | pg.Pool): Promise<Calendar> {
  const years = await listCalendarYears(db);
  return {
    version: years.at(-1)?.version ?? 'none',
    years: Object.fromEntries(
      years.map(({ year, daysOff, makeUpWorkdays }) => [String(year), { daysOff, makeUpWorkdays }]),
    ),
  };
}

const values = ({ year, version, daysOff, makeUpWorkdays, source }: CalendarYear) => [
  year,
  version,
  JSON.stringify(daysOff),
  JSON.stringify(makeUpWorkdays),
  source,
];

const INSERT_CALENDAR_YEAR = statement(
  'insert-calendar-year',
  `
    insert into calendar_year (year, version, days_off, make_up_workdays, source, loaded_at)
    values ($1, $2, $3, $4, $5, now_instant())
        on conflict do nothing returning year`,
);

/** True when the database lacked the year; an existing year is left as it is. */
export async function insertCalendarYear(tx: Tx, year: CalendarYear): Promise<boolean> {
  return (await run(tx, INSERT_CALENDAR_YEAR, values(year))).length > 0;
}

const REPLACE_CALENDAR_YEAR = statement(
  'replace-calendar-year',
  `
    insert into calendar_year (year, version, days_off, make_up_workdays, source, loaded_at)
    values ($1, $2, $3, $4, $5, now_instant())
        on conflict (year) do update
       set version = excluded.version, days_off = excluded.days_off,
           make_up_workdays = excluded.make_up_workdays, source = excluded.source,
           loaded_at = excluded.loaded_at`,
);

export const updateCalendarYear = (tx: Tx, year: CalendarYear): Promise<unknown> =>
  run(tx, REPLACE_CALENDAR_YEAR, values(year));
