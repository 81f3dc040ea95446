// A simulation as a calendar: the deadlines and notices of each day and role.

import type { Role } from '../../../machines/kit/access.ts';
import { HELD_AT } from '../access/access.ts';
import { localDate } from '../time/calendar.ts';

type Notice = { at: string; level: string | null; organisationKind: string };
type Deadline = { dueAt: string; organisationKind: string; level: string };

type Workday = {
  date: string;
  role: string;
  /** The number of deadlines whose last day this is. */
  due: number;
  notices: number;
  /** The numbers of reminders, overdue deadlines and escalations among the notices. */
  dueSoon: number;
  overdue: number;
  escalated: number;
};

const ROLE_OF = new Map(
  (Object.entries(HELD_AT) as [Role, readonly string[] | null][]).flatMap(([role, kinds]) =>
    (kinds ?? []).map((kind): [string, string] => [kind, role]),
  ),
);

/** The role in which a body of this kind gets its notices. */
export const roleOfBody = (kind: string): string => ROLE_OF.get(kind) ?? kind;

/** The last day before an exclusive end; midnight belongs to the day before. */
const lastDay = (dueAt: string, timeZone: string): string =>
  localDate(Temporal.Instant.from(dueAt).subtract({ milliseconds: 1 }), timeZone);

/** The days and roles with something to do, in the order of the days. Pure. */
export function workdays(
  notices: readonly Notice[],
  deadlines: readonly Deadline[],
  timeZone: string,
): Workday[] {
  const days = new Map<string, Workday>();
  const dayOf = (date: string, kind: string): Workday => {
    const role = roleOfBody(kind);
    const key = `${date} ${role}`;
    const known = days.get(key);
    if (known !== undefined) return known;
    const fresh = { date, role, due: 0, notices: 0, dueSoon: 0, overdue: 0, escalated: 0 };
    days.set(key, fresh);
    return fresh;
  };
  for (const { dueAt, organisationKind, level } of deadlines) {
    // A deadline that was replaced by a recalculation is due no more.
    if (level !== 'superseded') dayOf(lastDay(dueAt, timeZone), organisationKind).due += 1;
  }
  for (const { at, organisationKind, level } of notices) {
    const day = dayOf(localDate(Temporal.Instant.from(at), timeZone), organisationKind);
    day.notices += 1;
    if (level === 'due-soon') day.dueSoon += 1;
    if (level === 'overdue') day.overdue += 1;
    if (level === 'escalated') day.escalated += 1;
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);
}
