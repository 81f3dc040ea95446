// Writes plans/calendar-cn.json from the year files of chinese-days: run it when a release of that
// package brings the next year, with LAST_YEAR raised. Its functions are not used, only its data:
// they answer for years without data, and call 2027-10-01 a working day (1.5.7).
import { readFile, writeFile } from 'node:fs/promises';
import type { Calendar } from '../src/rules/time/calendar.ts';

const FIRST_YEAR = 2016;
const LAST_YEAR = 2026;
const PACKAGE = 'chinese-days';

type YearFile = { holidays: Record<string, string>; workdays: Record<string, string> };
type Named = { day: string; holiday: string; list: 'daysOff' | 'makeUpWorkdays' };

const { version, license } = await json<{ version: string; license: string }>('package.json');
const named: Named[] = [];
for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) named.push(...(await readYear(year)));

const years: Calendar['years'] = {};
for (const [year, days] of Map.groupBy(named, yearOfDocument)) {
  if (year > LAST_YEAR) continue;
  const listed = (list: Named['list']) =>
    days.flatMap((one) => (one.list === list ? [one.day] : [])).sort();
  years[year] = {
    version: `国务院办公厅关于${year}年部分节假日安排的通知`,
    daysOff: listed('daysOff'),
    makeUpWorkdays: listed('makeUpWorkdays'),
  };
}

const calendar = { source: { package: PACKAGE, version, license }, years } satisfies Calendar & {
  source: unknown;
};
const target = new URL('../plans/calendar-cn.json', import.meta.url);
await writeFile(target, `${JSON.stringify(calendar, null, 2)}\n`);
console.log(`${PACKAGE} ${version}: ${Object.keys(years).length} years`);

/** A New Year's holiday that begins in December is in the document of the year that it begins. */
function yearOfDocument({ day, holiday }: Named): number {
  const { year, month } = Temporal.PlainDate.from(day);
  return month === 12 && holiday.includes('元旦') ? year + 1 : year;
}

async function readYear(year: number): Promise<Named[]> {
  const { holidays, workdays } = await json<YearFile>(`dist/years/${year}.json`);
  const daysOff = Object.keys(holidays);
  const makeUpWorkdays = Object.keys(workdays);
  const wrong = [...daysOff, ...makeUpWorkdays].filter((day) => !day.startsWith(`${year}-`));
  if (wrong.length > 0) throw new Error(`${year} has days of other years: ${wrong.join(', ')}`);
  for (const day of [`${year}-01-01`, `${year}-05-01`, `${year}-10-01`]) {
    if (!daysOff.includes(day)) throw new Error(`${year} is not published: ${day} is no day off`);
  }
  for (const day of makeUpWorkdays) {
    if (Temporal.PlainDate.from(day).dayOfWeek < 6) throw new Error(`${day} is no weekend day`);
    if (daysOff.includes(day)) throw new Error(`${day} is both a day off and a working day`);
  }
  return [
    ...Object.entries(holidays).map(([day, holiday]) => ({
      day,
      holiday,
      list: 'daysOff' as const,
    })),
    ...Object.entries(workdays).map(([day, holiday]) => ({
      ...{ day, holiday },
      list: 'makeUpWorkdays' as const,
    })),
  ];
}

async function json<T>(path: string): Promise<T> {
  const file = new URL(import.meta.resolve(`${PACKAGE}/${path}`));
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
