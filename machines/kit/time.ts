// Arithmetic on instants that the caller hands in; nothing here reads a clock.

/** Milliseconds from `at` until `dueAt` (both RFC 3339); a wait that is already over takes 0. */
export function delayMs(at: string, dueAt: string): number {
  const ms =
    Temporal.Instant.from(dueAt).epochMilliseconds - Temporal.Instant.from(at).epochMilliseconds;
  return Math.max(0, ms);
}

/** True when `at` lies before `limit`; the boundary itself is already too late. */
export const isBefore = (at: string, limit: string): boolean =>
  Temporal.Instant.compare(Temporal.Instant.from(at), Temporal.Instant.from(limit)) < 0;

/** A due time and the calendar that gave it. `dueAt` is exclusive (24:00). */
export type Due = {
  dueAt: string;
  dueSoonAt: string;
  calendarVersion: string;
  /** True when the loaded calendar does not reach so far; a later calendar recalculates it. */
  provisional: boolean;
};

/** A subject's own deadline; a window of the plan neither escalates nor is recalculated. */
export type Deadline = Due & {
  escalateAt: string;
  /** The inputs of the calculation, so that it can be repeated. `until` bounds the days that are counted. */
  basis: { at: string; policy: string; days: number | null; until: string | null };
};

/** The date where the campaign is held; every plan so far is of this zone. */
export const localDate = (at: string, timeZone = 'Asia/Shanghai'): string =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
