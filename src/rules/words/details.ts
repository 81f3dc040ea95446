// What a record says in its fields, as one text: 参加人数：20；效果：……

import { inWords } from '../notice/notice-words.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { fieldInWords, fieldValueInWords } from './record-words.ts';
import type { Words } from './states.ts';
import { stateInWords } from './states.ts';

export type Language = 'zh-CN' | 'en';

export const inLanguage = (language: Language, { zh, en }: Words): string =>
  language === 'en' ? en : zh;

type Reading = {
  plan: Plan;
  language: Language;
  /** The name of a site by its code. */
  siteNamed: (id: string) => string;
};

/** A person reads no ids of files; the files themselves are handed out with the record. */
const LEFT_OUT: ReadonlySet<string> = new Set(['fileIds', 'signatureFileId']);

/** The fields of a record of this kind, or of an inspection or order, each with its name. */
export function detailInWords(kind: string, detail: object, reading: Reading): string {
  const { language } = reading;
  const colon = language === 'en' ? ': ' : '：';
  const told = Object.entries(detail).flatMap(([field, value]) => {
    if (LEFT_OUT.has(field)) return [];
    const text = valueInWords(kind, field, value, reading);
    if (text === '') return [];
    // The fields of a plan's own kind are named by whoever records it.
    const name = fieldInWords(kind, field);
    return [`${name === undefined ? field : inLanguage(language, name)}${colon}${text}`];
  });
  return told.join(language === 'en' ? '; ' : '；');
}

function valueInWords(kind: string, field: string, value: unknown, reading: Reading): string {
  const { plan, language, siteNamed } = reading;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) {
    const items = value.map((one) => valueInWords(kind, field, one, reading)).filter(Boolean);
    const isNested = value.some((one) => typeof one === 'object');
    return items.join(
      isNested ? (language === 'en' ? ' / ' : '／') : language === 'en' ? ', ' : '、',
    );
  }
  if (typeof value === 'object') return detailInWords(kind, value, reading);
  if (typeof value === 'boolean') return inLanguage(language, value ? YES : NO);
  if (typeof value === 'number') return String(value);
  const text = String(value);
  if (field === 'siteId') return siteNamed(text);
  if (field === 'state') return inLanguage(language, stateInWords('rectification', text, plan));
  if (field === 'phase' || field === 'triggers') return String(inWords(plan, field, text));
  if (own(DAYS, field)) return dayInWords(language, text);
  const word = fieldValueInWords(field, text);
  return word === undefined ? text : inLanguage(language, word);
}

export const YES: Words = { zh: '是', en: 'yes' };
export const NO: Words = { zh: '否', en: 'no' };

const DAYS: { readonly [field: string]: true } = {
  start: true,
  end: true,
  dueOn: true,
  eventOn: true,
};

/** A day `YYYY-MM-DD` as people write it. */
export function dayInWords(language: Language, day: string): string {
  const date = Temporal.PlainDate.from(day);
  return language === 'en'
    ? date.toLocaleString('en-GB', { dateStyle: 'long' })
    : `${date.year}年${date.month}月${date.day}日`;
}
