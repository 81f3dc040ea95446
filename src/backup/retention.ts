// Which backups are kept: the newest of each of the last days, weeks and months that have one.

export const DAYS_KEPT = 7;
export const WEEKS_KEPT = 5;
export const MONTHS_KEPT = 12;

const DAY_LENGTH = '2026-11-29'.length;

/** `2026-11-29-101848` → `2026-11-29` */
export const dayOf = (name: string): string => name.slice(0, DAY_LENGTH);

const weekOf = (name: string): string => {
  const { yearOfWeek, weekOfYear } = Temporal.PlainDate.from(dayOf(name));
  return `${yearOfWeek}-${weekOfYear}`;
};

const monthOf = (name: string): string => name.slice(0, '2026-11'.length);

/** The newest name of each of the last `count` periods; `names` are in order. */
const newestOf = (
  names: readonly string[],
  periodOf: (name: string) => string,
  count: number,
): string[] => [...new Map(names.map((name) => [periodOf(name), name])).values()].slice(-count);

/**
 * Of backups named by their day and time, those to keep, in order. Of the newest day all are kept, so that
 * one made before an upgrade outlives the one made after it. `daily` are those from the first of the last
 * days on: between them the WAL is kept, too, so that any instant can be restored to.
 */
export const chooseKept = (names: readonly string[]): { kept: string[]; daily: string[] } => {
  const sorted = [...names].sort();
  const newest = sorted.at(-1);
  const today = sorted.filter((name) => dayOf(name) === dayOf(newest ?? ''));
  const daily = new Set([...newestOf(sorted, dayOf, DAYS_KEPT), ...today]);
  const kept = new Set([
    ...daily,
    ...newestOf(sorted, weekOf, WEEKS_KEPT),
    ...newestOf(sorted, monthOf, MONTHS_KEPT),
  ]);
  return {
    kept: sorted.filter((name) => kept.has(name)),
    daily: sorted.filter((name) => daily.has(name)),
  };
};
