// Working days are data. The State Council publishes a year's days off in the November or December
// before; until then the days of a year are Monday to Friday, and every answer is `provisional`.

/** `daysOff` and `makeUpWorkdays` are 'YYYY-MM-DD'; a year without an entry is not covered. */
export type Calendar = {
  version: string;
  years: Record<string, { daysOff: string[]; makeUpWorkdays: string[] }>;
};

/** A day, 'YYYY-MM-DD', and whether counting it touched a year the calendar does not cover. */
type CountedDay = { date: string; provisional: boolean };

// Ten years of working days; a larger number is a mistake in a plan and no deadline.
const DAYS_MAX = 2_500;

export function isWorkingDay(
  calendar: Calendar,
  date: string,
): { working: boolean; provisional: boolean } {
  return kindOfDay(calendar, Temporal.PlainDate.from(date));
}

/**
 * The day `days` working days after `date`, or before it when `days` is negative. `date` itself,
 * the day of issue, is not counted. Zero gives `date`, working day or not.
 */
export function addWorkingDays(calendar: Calendar, date: string, days: number): CountedDay {
  checkDays(days);
  let day = Temporal.PlainDate.from(date);
  let { provisional } = kindOfDay(calendar, day);
  for (let left = Math.abs(days); left > 0; ) {
    day = day.add({ days: Math.sign(days) });
    const kind = kindOfDay(calendar, day);
    if (kind.working) left -= 1;
    provisional ||= kind.provisional;
  }
  return { date: day.toString(), provisional };
}

/** The day `days` calendar days after `date`, moved to the next working day from a day off. */
export function addCalendarDays(calendar: Calendar, date: string, days: number): CountedDay {
  checkDays(days);
  let day = Temporal.PlainDate.from(date).add({ days });
  let kind = kindOfDay(calendar, day);
  let { provisional } = kind;
  while (!kind.working) {
    day = day.add({ days: 1 });
    kind = kindOfDay(calendar, day);
    provisional ||= kind.provisional;
  }
  return { date: day.toString(), provisional };
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

function kindOfDay(calendar: Calendar, day: Temporal.PlainDate) {
  const date = day.toString();
  const year = Object.hasOwn(calendar.years, day.year) ? calendar.years[day.year] : undefined;
  const weekday = day.dayOfWeek <= 5;
  if (!year) return { working: weekday, provisional: true };
  // Q10: a Saturday may be a working day, a Monday a holiday.
  const working = weekday ? !year.daysOff.includes(date) : year.makeUpWorkdays.includes(date);
  return { working, provisional: false };
}

function checkDays(days: number): void {
  if (!Number.isInteger(days) || Math.abs(days) > DAYS_MAX) {
    throw new RangeError(`a deadline is at most ${DAYS_MAX} whole days, not ${days}`);
  }
}
