// Days of the plan at hand, so that a chapter needs no date of its own.

import { addWorkingDays, type Calendar } from '../../src/rules/time/calendar.ts';
import type { Play } from './play.ts';

const phaseOf = ({ plan }: Pick<Play, 'plan'>, code: string) => {
  const found = plan.phases.find((phase) => phase.code === code);
  if (found === undefined) throw new Error(`the plan has no phase ${code}`);
  return found;
};

export const firstDayOf = (play: Pick<Play, 'plan'>, code: string): string => {
  const { effectiveFrom, start } = phaseOf(play, code);
  const { issueDate } = play.plan.document;
  const from = effectiveFrom ?? start;
  return from < issueDate ? issueDate : from;
};

export const lastDayOf = (play: Pick<Play, 'plan'>, code: string): string =>
  phaseOf(play, code).end;

/** The day at this share of the phase, 0 its first and 1 its last. */
export function dayOf(play: Pick<Play, 'plan'>, code: string, share: number): string {
  const first = Temporal.PlainDate.from(firstDayOf(play, code));
  const { days } = first.until(lastDayOf(play, code), { largestUnit: 'day' });
  return first.add({ days: Math.floor(days * share) }).toString();
}

export const daysAfter = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString();

/** The day on which a wait of so many working days, begun on `date`, is over. */
export const workingDaysAfter = (calendar: Calendar, date: string, days: number): string =>
  daysAfter(addWorkingDays(calendar, date, days).date, 1);
