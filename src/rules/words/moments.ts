// Moments as people say them, in the zone of the plan.

import { chineseDate } from '../notice/notice-words.ts';
import type { Words } from './states.ts';

export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
export const DAY = /^\d{4}-\d{2}-\d{2}$/;

const englishDate = (date: Temporal.PlainDate): string =>
  `${date.day} ${date.toLocaleString('en-GB', { month: 'long' })} ${date.year}`;

/** A day 'YYYY-MM-DD': 2017年12月5日. */
export function dayInWords(day: string): Words {
  const date = Temporal.PlainDate.from(day);
  return { zh: chineseDate(date), en: englishDate(date) };
}

/**
 * A moment as an hour of a day: 2017年12月5日9时30分. Midnight is the end of the day before, 24时, unless something
 * begins then: `begins` says 2017年12月6日0时 instead.
 */
export function momentInWords(instant: string, timeZone: string, begins = false): Words {
  const at = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  const isMidnight = at.hour === 0 && at.minute === 0;
  const ends = isMidnight && !begins;
  const day = ends ? at.toPlainDate().subtract({ days: 1 }) : at.toPlainDate();
  const hour = ends ? 24 : at.hour;
  const minute = String(at.minute).padStart(2, '0');
  return {
    zh: `${chineseDate(day)}${hour}时${at.minute === 0 ? '' : `${at.minute}分`}`,
    en: `${String(hour).padStart(2, '0')}:${minute} on ${englishDate(day)}`,
  };
}
