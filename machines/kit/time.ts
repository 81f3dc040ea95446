// Arithmetic on instants that were handed in. Nothing here knows what time it is.

/** Milliseconds from `at` until `dueAt` (both RFC 3339); a wait that is already over takes 0. */
export function delayMs(at: string, dueAt: string): number {
  const ms =
    Temporal.Instant.from(dueAt).epochMilliseconds - Temporal.Instant.from(at).epochMilliseconds;
  return Math.max(0, ms);
}

/** True when `at` lies before `limit`; the boundary itself is already too late. */
export const isBefore = (at: string, limit: string): boolean =>
  Temporal.Instant.compare(Temporal.Instant.from(at), Temporal.Instant.from(limit)) < 0;

/** When something is due and by which calendar that was reckoned. `dueAt` is exclusive (24:00). */
export type Due = {
  dueAt: string;
  dueSoonAt: string;
  calendarVersion: string;
  /** True when it was reckoned past the loaded calendar; recalculated when that arrives. */
  provisional: boolean;
};

/** A deadline of a subject's own; a window of the plan has no escalation and is never reckoned again. */
export type Deadline = Due & {
  escalateAt: string;
  /** From what it was reckoned, so that it can be reckoned again. */
  basis: { at: string; policy: string; days: number | null; until: string | null };
};

/** The date on the wall where the campaign is held; every plan so far is reckoned in this zone. */
export const localDate = (at: string, timeZone = 'Asia/Shanghai'): string =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
