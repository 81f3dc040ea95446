// Writes plans/calendar-cn.json from the year files of chinese-days: run it when a release of that
// package brings the next year, with LAST_YEAR raised. Its functions are not used, only its data:
// they answer for years without data, and call 2027-10-01 a working day (1.5.7).
import { readFile, writeFile } from 'node:fs/promises';
import type { Calendar } from '../src/rules/time/calendar.ts';

const FIRST_YEAR = 2016;
const LAST_YEAR = 2026;
const PACKAGE = 'chinese-days';

type YearFile = { holidays: Record<string, string>; workdays: Record<string, string> };

const { version, license } = await json<{ version: string; license: string }>('package.json');
const years: Calendar['years'] = {};
for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) years[year] = await readYear(year);

const calendar = {
  version: `cn-${FIRST_YEAR}-${LAST_YEAR}.${PACKAGE}-${version}`,
  source: { package: PACKAGE, version, license, authority: '国务院办公厅关于部分节假日安排的通知' },
  years,
} satisfies Calendar & { source: unknown };
const target = new URL('../plans/calendar-cn.json', import.meta.url);
await writeFile(target, `${JSON.stringify(calendar, null, 2)}\n`);
console.log(`${calendar.version}: ${Object.keys(years).length} years`);

async function readYear(year: number): Promise<Calendar['years'][string]> {
  const { holidays, workdays } = await json<YearFile>(`dist/years/${year}.json`);
  const daysOff = Object.keys(holidays).sort();
  const makeUpWorkdays = Object.keys(workdays).sort();
  const wrong = [...daysOff, ...makeUpWorkdays].filter((day) => !day.startsWith(`${year}-`));
  if (wrong.length > 0) throw new Error(`${year} has days of other years: ${wrong.join(', ')}`);
  for (const day of [`${year}-01-01`, `${year}-05-01`, `${year}-10-01`]) {
    if (!daysOff.includes(day)) throw new Error(`${year} is not published: ${day} is no day off`);
  }
  for (const day of makeUpWorkdays) {
    if (Temporal.PlainDate.from(day).dayOfWeek < 6) throw new Error(`${day} is no weekend day`);
    if (daysOff.includes(day)) throw new Error(`${day} is both a day off and a working day`);
  }
  return { daysOff, makeUpWorkdays };
}

async function json<T>(path: string): Promise<T> {
  const file = new URL(import.meta.resolve(`${PACKAGE}/${path}`));
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
