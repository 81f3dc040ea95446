// Checks a year's working days, as the State Council publishes them, before they are used.

type Fault = { path: string; message: { zh: string; en: string } };

/**
 * Days off on a weekend change nothing and are allowed, because published lists name them. A document may name
 * days of the years next to its own, and work a day there that the other year had off.
 */
export function calendarYearFaults(
  year: number,
  { daysOff, makeUpWorkdays }: { daysOff: readonly string[]; makeUpWorkdays: readonly string[] },
): Fault[] {
  const faults: Fault[] = [];
  const check = (
    name: string,
    dates: readonly string[],
    why: (date: string) => Fault['message'] | null,
  ) => {
    for (const [index, date] of dates.entries()) {
      const message =
        Math.abs(Number(date.slice(0, 4)) - year) <= 1
          ? why(date)
          : {
              zh: `不在${year}年，也不在其前后各一年`,
              en: `is neither in ${year} nor in a year next to it`,
            };
      if (message !== null) faults.push({ path: `/${name}/${index}`, message });
    }
  };
  check('daysOff', daysOff, () => null);
  check('makeUpWorkdays', makeUpWorkdays, (date) => {
    if (daysOff.includes(date)) return { zh: '同时是放假日', en: 'is a day off too' };
    if (Temporal.PlainDate.from(date).dayOfWeek > 5 || !date.startsWith(`${year}-`)) return null;
    return { zh: '不是周末，无须调休上班', en: 'is no weekend day, so nothing is made up' };
  });
  return faults;
}
