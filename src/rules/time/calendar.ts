// Working days are data. The State Council publishes a year's days off in the November or December
// before; until then the days of a year are Monday to Friday, and every answer is `provisional`.

/** A year's document: its name, and days, 'YYYY-MM-DD', of its year or of one next to it. */
export type CalendarDocument = { version: string; daysOff: string[]; makeUpWorkdays: string[] };

/** The documents by year; a year without one is not covered. */
export type Calendar = { years: Record<string, CalendarDocument> };

/**
 * The holiday of a New Year may begin, and be made up for, from this day of December on, so that only the next
 * year's document makes these days definite: that of 2019 took 30 and 31 December 2018 off.
 */
const LATE_DECEMBER = Temporal.PlainMonthDay.from('12-23');

/**
 * A day, 'YYYY-MM-DD'; whether counting it touched days that no document has settled; and the names of the
 * documents by which it was counted, in the order of their years.
 */
type CountedDay = { date: string; provisional: boolean; documents: string[] };

// Ten years of working days; a larger number is a mistake in a plan and no deadline.
const DAYS_MAX = 2_500;

export function isWorkingDay(
  calendar: Calendar,
  date: string,
): { working: boolean; provisional: boolean } {
  const { working, provisional } = kindOfDay(calendar, Temporal.PlainDate.from(date));
  return { working, provisional };
}

/**
 * The day `days` working days after `date`, or before it when `days` is negative. `date` itself,
 * the day of issue, is not counted. Zero gives `date`, working day or not.
 */
export function addWorkingDays(calendar: Calendar, date: string, days: number): CountedDay {
  checkDays(days);
  let day = Temporal.PlainDate.from(date);
  const count = counting(calendar);
  count.see(day);
  for (let left = Math.abs(days); left > 0; ) {
    day = day.add({ days: Math.sign(days) });
    if (count.see(day)) left -= 1;
  }
  return count.upTo(day);
}

/** The day `days` calendar days after `date`, moved to the next working day from a day off. */
export function addCalendarDays(calendar: Calendar, date: string, days: number): CountedDay {
  checkDays(days);
  let day = Temporal.PlainDate.from(date).add({ days });
  const count = counting(calendar);
  while (!count.see(day)) day = day.add({ days: 1 });
  return count.upTo(day);
}

/** Looks at days one by one and keeps by which documents it knew them. */
function counting(calendar: Calendar) {
  const documents = new Map<number, string>();
  let isProvisional = false;
  return {
    /** True for a working day. */
    see: (day: Temporal.PlainDate): boolean => {
      const { working, provisional, by } = kindOfDay(calendar, day);
      isProvisional ||= provisional;
      const version = by === null ? undefined : documentOf(calendar, by)?.version;
      if (by !== null && version !== undefined) documents.set(by, version);
      return working;
    },
    upTo: (day: Temporal.PlainDate): CountedDay => ({
      date: day.toString(),
      provisional: isProvisional,
      documents: [...new Set([...documents].sort(([a], [b]) => a - b).map(([, name]) => name))],
    }),
  };
}

/** The number of working days from `from` to `to`, both included; none when `to` comes first. */
export function workingDaysBetween(calendar: Calendar, from: string, to: string): number {
  const last = Temporal.PlainDate.from(to);
  let count = 0;
  for (
    let day = Temporal.PlainDate.from(from);
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  ) {
    if (kindOfDay(calendar, day).working) count += 1;
  }
  return count;
}

/** 24:00 of the day, which is the next local midnight and already too late. */
export function endOfDay(date: string, timeZone: string): Temporal.Instant {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
}

/** The day, 'YYYY-MM-DD', on which an instant falls in a time zone. */
export function localDate(instant: Temporal.Instant, timeZone: string): string {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

const documentOf = ({ years }: Calendar, year: number): CalendarDocument | undefined =>
  Object.hasOwn(years, year) ? years[year] : undefined;

/** What a document says of a day; undefined when it does not name it. */
const said = (document: CalendarDocument | undefined, date: string): boolean | undefined => {
  // Q10: a Saturday may be a working day, a Monday a holiday.
  if (document?.makeUpWorkdays.includes(date)) return true;
  return document?.daysOff.includes(date) ? false : undefined;
};

/** Of two documents that name a day, the later one counts; `by` is the year of the one that decides. */
function kindOfDay(
  calendar: Calendar,
  day: Temporal.PlainDate,
): { working: boolean; provisional: boolean; by: number | null } {
  const date = day.toString();
  const { year } = day;
  const next = documentOf(calendar, year + 1);
  const bySuccessor = said(next, date);
  if (bySuccessor !== undefined) return { working: bySuccessor, provisional: false, by: year + 1 };
  const weekday = day.dayOfWeek <= 5;
  const own = documentOf(calendar, year);
  if (own !== undefined) {
    const provisional = next === undefined && isLateDecember(day);
    return { working: said(own, date) ?? weekday, provisional, by: year };
  }
  const byForerunner = said(documentOf(calendar, year - 1), date);
  const by = byForerunner === undefined ? null : year - 1;
  return { working: byForerunner ?? weekday, provisional: true, by };
}

const isLateDecember = (day: Temporal.PlainDate): boolean =>
  Temporal.PlainDate.compare(day, LATE_DECEMBER.toPlainDate({ year: day.year })) >= 0;

function checkDays(days: number): void {
  if (!Number.isInteger(days) || Math.abs(days) > DAYS_MAX) {
    throw new RangeError(`a deadline is at most ${DAYS_MAX} whole days, not ${days}`);
  }
}
