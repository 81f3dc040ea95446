// A deadline follows from a policy of the plan, the working-day calendar and the time of an event.

import type { Deadline, Due } from '../../../machines/kit/time.ts';
import type { Plan, Policies } from '../plan/plan-schema.ts';
import type { Calendar } from './calendar.ts';
import { addCalendarDays, addWorkingDays, endOfDay, localDate } from './calendar.ts';

type DaysOfPlan = Extract<keyof Policies, `${string}Days`>;
/**
 * A policy of the plan in days. 'until' takes the date that was given, and the days of a matter
 * come with the matter.
 */
export type DeadlinePolicy = DaysOfPlan | 'until' | 'matterWorkingDays';

const CALENDAR_DAYS: ReadonlySet<DeadlinePolicy> = new Set(['rectificationDays']);

type Counting = Policies['publicNoticeCounting']['value'];

/** Only of a public notice may a plan say how its days are counted (C20). */
const countingOf = ({ policies }: Plan, policy: DeadlinePolicy): Counting =>
  policy === 'publicNoticeDays'
    ? policies.publicNoticeCounting.value
    : { days: CALENDAR_DAYS.has(policy) ? 'calendar' : 'working', first: 'next-day' };

function counted(calendar: Calendar, today: string, days: number, { days: kind, first }: Counting) {
  const before = first === 'same-day' ? 1 : 0;
  if (kind === 'calendar') return addCalendarDays(calendar, today, days - before);
  const from = Temporal.PlainDate.from(today).subtract({ days: before }).toString();
  return addWorkingDays(calendar, from, days);
}

/** The first day of a public notice that is issued at `at`, 'YYYY-MM-DD'. */
export function firstDayOfNotice(plan: Plan, calendar: Calendar, at: string): string {
  const counting = plan.policies.publicNoticeCounting.value;
  const today = Temporal.PlainDate.from(localDate(Temporal.Instant.from(at), plan.timeZone));
  const first = counting.first === 'same-day' ? today : today.add({ days: 1 });
  if (counting.days === 'calendar') return first.toString();
  return addWorkingDays(calendar, first.subtract({ days: 1 }).toString(), 1).date;
}

/**
 * The deadline an event opens at `at`. `policy` names a plan policy counted in days from the day
 * after; 'until' takes the date given. The day of issue is not counted (of a public notice the plan says), a
 * deadline ends at 24:00 of its day (so `dueAt` is exclusive) and one that falls on a day off moves to the next working day.
 * `noLaterThan` is the last day of what waits for it; once that has passed, it binds nothing.
 * Throws RangeError when `days` exceeds the policy's maximum or a date is impossible.
 */
export function deadlineFor(
  plan: Plan,
  calendar: Calendar,
  at: string,
  ask: {
    policy: DeadlinePolicy;
    days?: number | null;
    until?: string;
    noLaterThan?: string | null;
  },
): Deadline {
  const today = localDate(Temporal.Instant.from(at), plan.timeZone);
  if (ask.policy === 'until') {
    if (ask.until === undefined) throw new RangeError('a date is asked for');
    return around(plan, calendar, addCalendarDays(calendar, ask.until, 0), {
      at,
      policy: ask.policy,
      days: null,
      until: ask.until,
    });
  }
  const days = ask.days ?? policyDays(plan, ask.policy);
  const last = counted(calendar, today, days, countingOf(plan, ask.policy));
  const until = ask.noLaterThan ?? null;
  const isBound = until !== null && today <= until && until < last.date;
  const due = isBound ? { ...last, date: until, provisional: false } : last;
  return around(plan, calendar, due, { at, policy: ask.policy, days, until });
}

/** The last day of a period that the plan states, such as a phase; it is never recalculated. */
export function dueOn(plan: Plan, calendar: Calendar, date: string): Due {
  const soon = addWorkingDays(calendar, date, -plan.policies.dueSoonWorkingDays.value);
  return {
    dueAt: endOfDay(date, plan.timeZone).toString(),
    dueSoonAt: endOfDay(soon.date, plan.timeZone).toString(),
    calendarVersion: documentsIn(soon),
    provisional: false,
  };
}

/** The documents of the years by which a day was counted, and no other that is loaded. */
const documentsIn = ({ documents }: { documents: readonly string[] }): string =>
  documents.length === 0 ? 'none' : documents.join('、');

function around(
  plan: Plan,
  calendar: Calendar,
  due: { date: string; provisional: boolean; documents: readonly string[] },
  basis: Deadline['basis'],
): Deadline {
  const { dueSoonWorkingDays, escalationWorkingDays } = plan.policies;
  const soon = addWorkingDays(calendar, due.date, -dueSoonWorkingDays.value);
  const escalate = addWorkingDays(calendar, due.date, escalationWorkingDays.value);
  const end = (date: string): string => endOfDay(date, plan.timeZone).toString();
  return {
    dueAt: end(due.date),
    dueSoonAt: end(soon.date),
    escalateAt: end(escalate.date),
    calendarVersion: documentsIn(due),
    provisional: due.provisional || escalate.provisional,
    basis,
  };
}

function policyDays(plan: Plan, policy: DaysOfPlan | 'matterWorkingDays'): number {
  const days = policy === 'matterWorkingDays' ? undefined : plan.policies[policy];
  if (days === undefined) throw new Error(`the plan has no policy of days ${policy}`);
  return days.value;
}

/**
 * Recalculates a deadline from its own inputs, on another calendar; null when no day of it changes.
 * `notBefore`, 'YYYY-MM-DD', is the day that people were told: it moves later with the calendar, never earlier.
 */
export function recalculated(
  plan: Plan,
  calendar: Calendar,
  deadline: Deadline,
  notBefore: string | null = null,
): Deadline | null {
  const { at, days, until } = deadline.basis;
  // `deadlineFor` itself has stored the name.
  const policy = deadline.basis.policy as DeadlinePolicy;
  const anew = deadlineFor(plan, calendar, at, {
    policy,
    days,
    ...(until === null ? {} : policy === 'until' ? { until } : { noLaterThan: until }),
  });
  const kept = notBefore === null ? null : addCalendarDays(calendar, notBefore, 0);
  const isEarlier = kept !== null && anew.dueAt < endOfDay(kept.date, plan.timeZone).toString();
  const later = isEarlier ? around(plan, calendar, kept, deadline.basis) : anew;
  const isSame = COUNTED.every((part) => later[part] === deadline[part]);
  return isSame ? null : later;
}

const COUNTED = ['dueAt', 'dueSoonAt', 'escalateAt', 'provisional'] as const;
