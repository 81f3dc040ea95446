// What a requirement measured and what it asks, as people say it: who by name, when as an hour of a day, a code by its
// word. Raw values stand beside these texts for programs.

import type { Measurement, Plain } from '../../../machines/kit/requirement.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { codeInWords, ofTheService } from './codes.ts';
import { NO, YES } from './details.ts';
import { DAY, dayInWords, INSTANT, momentInWords } from './moments.ts';
import type { Words } from './states.ts';
import { VERDICTS } from './terms.ts';

/** `names`: what people call whoever or whatever has an id. */
export type Reading = { plan: Plan; names: ReadonlyMap<string, string> };

type Measured = Pick<Measurement, 'name' | 'actual' | 'required' | 'missing'>;
type Table = { readonly [requirement: string]: Words };

const words = (zh: string, en: string): Words => ({ zh, en });
const NONE = words('无', 'none');
const UNNAMED = words('未列名的对象', 'something without a name');

/** Both texts of a measurement. */
export function measuredInWords(reading: Reading, measured: Measured) {
  const { name, actual, required, missing = [] } = measured;
  const said = (value: Plain, side: 'actual' | 'required'): Words =>
    specially(reading, name, value, side) ?? inWords(reading, value);
  const named = namedOf(reading, missing);
  const told = withNamed(said(actual, 'actual'), named, required === 0);
  return { actual: told, required: said(required, 'required') };
}

/** So many are named; of a longer list the rest is counted. */
const NAMED_MAX = 20;

/** Whom a count speaks of, as far as whoever reads may see them; null where they see nobody. */
function namedOf({ names }: Reading, ids: readonly string[]): Words | null {
  const named = ids.flatMap((id) => names.get(id) ?? []);
  if (named.length === 0) return null;
  const shown = named.slice(0, NAMED_MAX);
  const more = named.length - shown.length;
  return words(
    `${shown.join('、')}${more > 0 ? `等${named.length}个` : ''}`,
    `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  );
}

/** Of what there may be none, those that there are; of what is to be whole, those it lacks. */
function withNamed(counted: Words, named: Words | null, isNone: boolean): Words {
  if (named === null) return counted;
  return isNone
    ? words(`${counted.zh}：${named.zh}`, `${counted.en}: ${named.en}`)
    : words(`${counted.zh}（缺：${named.zh}）`, `${counted.en} (missing: ${named.en})`);
}

/** The texts of a measurement that may be ids, for which a name may be known. */
export const idsIn = ({
  actual,
  required,
  missing = [],
}: Pick<Measured, 'actual' | 'required' | 'missing'>): string[] =>
  [actual, required, missing].flatMap(textsIn).flatMap((text) => {
    const id = text.replace(/^≠ /, '');
    return isCode(id) && !INSTANT.test(id) && !DAY.test(id) && id.length <= ID_MAX ? [id] : [];
  });

const ID_MAX = 80;

const textsIn = (value: Plain): string[] =>
  Array.isArray(value) ? value.flatMap(textsIn) : typeof value === 'string' ? [value] : [];

const fill = (template: Words, { zh, en }: Words): Words =>
  words(template.zh.replace('{}', zh), template.en.replace('{}', en));

const joined = (all: readonly Words[]): Words =>
  all.length === 0
    ? NONE
    : words(all.map(({ zh }) => zh).join('、'), all.map(({ en }) => en).join(', '));

/** A value by itself. */
function inWords(reading: Reading, value: Plain): Words {
  if (value === null || value === '') return NONE;
  if (typeof value === 'boolean') return value ? YES : NO;
  if (typeof value === 'number') return words(String(value), String(value));
  if (typeof value === 'string') return textInWords(reading, value);
  return joined(value.map((one) => inWords(reading, one)));
}

/** Machines write a bound as a sign before the value. */
const SIGNS: Table = {
  '<': words('早于{}', 'before {}'),
  '>': words('晚于{}', 'after {}'),
  '≤': words('不晚于{}', 'no later than {}'),
  '≥': words('不早于{}', 'no earlier than {}'),
  '∉': words('不是{}', 'not {}'),
};
const COUNTED_SIGNS: Table = { '≥': words('不少于{}', 'at least {}') };

function textInWords(reading: Reading, text: string): Words {
  const { plan, names } = reading;
  const named = names.get(text);
  if (named !== undefined) return words(named, named);
  if (INSTANT.test(text)) return momentInWords(text, plan.timeZone);
  if (DAY.test(text)) return dayInWords(text);
  const [, before = '', sign = '', bound = ''] = /^(?:(\S+) )?([<>≤≥∉≠])\s?(.*)$/s.exec(text) ?? [];
  if (sign === '≠') return another(reading, bound);
  if (sign !== '') return bounded(reading, before, sign, bound);
  const [first = '', last = ''] = text.split('/');
  if (DAY.test(first) && DAY.test(last)) return range(dayInWords(first), dayInWords(last));
  const word = codeInWords(plan, text);
  if (word !== undefined) return word;
  const counted = /^([a-z-]+) (\d+)$/.exec(text);
  if (counted !== null)
    return labelled(reading, counted[1] ?? '', words(counted[2] ?? '', counted[2] ?? ''));
  return isCode(text) ? UNNAMED : words(text, text);
}

const range = (from: Words, to: Words): Words =>
  words(`${from.zh}至${to.zh}`, `${from.en} to ${to.en}`);

/** Ids and codes are for programs; people write in Chinese, or in words with spaces. */
const isCode = (text: string): boolean =>
  /^[\w.:/-]*[\w]$/.test(text) && /[a-z0-9_]/i.test(text) && !/^[\d.]+$/.test(text);

const labelled = (reading: Reading, label: string, { zh, en }: Words): Words => {
  const of = label === '' ? words('', '') : textInWords(reading, label);
  return words(`${of.zh}${zh}`, `${of.en} ${en}`.trim());
};

function bounded(reading: Reading, label: string, sign: string, bound: string): Words {
  const [first = '', ...others] = bound.split('，');
  const isCount = /^\d+$/.test(first);
  const template = (isCount ? own(COUNTED_SIGNS, sign) : undefined) ?? own(SIGNS, sign) ?? NONE;
  const each = first.split('、').map((one) => momentOrText(reading, one, sign === '≥'));
  const { zh, en } = labelled(reading, label, fill(template, joined(each)));
  const odd = others.includes('单数');
  return odd ? words(`${zh}，单数`, `${en}, an odd number`) : words(zh, en);
}

const momentOrText = (reading: Reading, text: string, begins: boolean): Words =>
  INSTANT.test(text)
    ? momentInWords(text, reading.plan.timeZone, begins)
    : textInWords(reading, text);

/** `≠` stands before whoever may not do it, or before what may not be. */
function another(reading: Reading, id: string): Words {
  const word = codeInWords(reading.plan, id);
  if (word !== undefined) return fill(words('不是{}', 'not {}'), word);
  const name = reading.names.get(id);
  return name === undefined
    ? words('另一人', 'another person')
    : words(`另一人（不是${name}）`, `another person (not ${name})`);
}

const times = (zh: string, en: string) => words(`{}${zh}`, `{} ${en}`);

/** A number of these things. */
const UNITS: Table = {
  'pass-mark': times('分', 'points'),
  'stream-gate': times('分', 'points'),
  'sheets-enough': times('份', 'sheets'),
  'members-suffice': times('人', 'members'),
  'every-township-has-a-plan': times('个', 'townships'),
  'every-township-mobilized': times('个', 'townships'),
  'every-township-held-activities': times('个', 'townships'),
  'every-created-site-self-checked': times('个', 'of them'),
  'every-site-reached': times('个', 'of them'),
  'forms-of-mobilization': times('种', 'forms'),
  'every-ballot-returned': times('张', 'ballots'),
  'everybody-has-spoken': times('人', 'members'),
  'no-open-rectification': times('件', 'orders'),
  'every-candidate-decided': times('个', 'candidates'),
  'nothing-undecided': times('项', 'left'),
  'nothing-pending': times('个', 'candidates'),
};

/** One or none, which people do not count. */
const PRESENCE: ReadonlySet<string> = new Set([
  ...['selected-once', 'tie-is-open', 'tie-decision-proposed', 'round-is-new', 'evaluated-once'],
  ...['returned-once', 'asked-once', 'only-round', 'one-sheet-per-assessor', 'entry-is-unmarked'],
  ...['implementation-plan', 'work-plan', 'has-applied', 'commits-once', 'recusal-is-new'],
]);

/** What has no name is counted. */
const COUNTED: Table = {
  'objection-is-open': times('件异议', 'objections'),
  'record-is-open': times('份材料', 'records'),
  'files-exist': times('个文件', 'files'),
};
const MEANT: Table = {
  'objection-is-open': words('所写的异议', 'the objection that was named'),
  'record-is-open': words('所写的材料', 'the record that was named'),
};

const ORDINALS: Table = {
  'names-what-it-repeats': words('第{}轮', 'round {}'),
  'every-correction-answered': words('第{}点', 'point {}'),
};

/** The parts of a list that measures several things. */
const PARTS: { readonly [requirement: string]: readonly Words[] } = {
  'draw-is-wide-enough': [
    times('个单位', 'units'),
    times('名检查人', 'inspectors'),
    words('每个单位{}名', '{} for each unit'),
  ],
  'population-is-not-empty': [times('个单位', 'units'), times('名检查人', 'inspectors')],
  'substitute-fits': [
    words('有空缺：{}', 'vacant: {}'),
    words('未曾在组内：{}', 'not a member before: {}'),
    words('无须回避：{}', 'free of conflict: {}'),
  ],
  'candidate-is-under-review': [words('{}', '{}'), words('{}', '{}'), words('第{}轮', 'round {}')],
};

/** What is said of a bare day or moment that is asked for; other moments are the last. */
const ASKED: Table = {
  'window-has-come': words('{}起', 'from {}'),
  'window-is-over': words('{}以后', 'after {}'),
  'consultation-before-adoption': words('早于{}', 'before {}'),
  'not-in-the-future': words('不晚于{}', 'no later than {}'),
};
const LAST = words('不晚于{}', 'no later than {}');

/** What stands for a hash, or for the name of what is missing. */
const SAID: { readonly [requirement: string]: { actual: Words; required: Words } } = {
  'preview-is-current': {
    actual: words('查看过的影响', 'the effects that were looked at'),
    required: words('现在的影响', 'the effects as they are now'),
  },
  'fits-the-commitment': {
    actual: words('公开的种子', 'the seed that was revealed'),
    required: words('承诺的种子', 'the seed that was committed to'),
  },
};

/** A level or a kind, though a stage of the plan may have the same code. */
const OF_THE_SERVICE: ReadonlySet<string> = new Set(['authority-stated', 'corrects-its-kind']);

function specially(
  reading: Reading,
  name: string,
  value: Plain,
  side: 'actual' | 'required',
): Words | undefined {
  const said = own(SAID, name);
  if (said !== undefined) return value === null ? NONE : said[side];
  if (OF_THE_SERVICE.has(name) && typeof value === 'string')
    return ofTheService(reading.plan, value);
  if (name === 'evidence-is-unassessed' && typeof value === 'string') return own(VERDICTS, value);
  const counted = own(COUNTED, name);
  if (counted !== undefined) return unnamed(name, counted, value);
  if (Array.isArray(value)) return listed(reading, name, value);
  if (typeof value === 'number') {
    if (PRESENCE.has(name) && value <= 1) return value === 1 ? words('有', 'there is') : NONE;
    const unit = own(UNITS, name);
    return unit && fill(unit, inWords(reading, value));
  }
  if (side === 'actual' || typeof value !== 'string') return undefined;
  if (INSTANT.test(value)) {
    const moment = momentInWords(value, reading.plan.timeZone, name === 'window-has-come');
    return fill(own(ASKED, name) ?? LAST, moment);
  }
  const asked = own(ASKED, name);
  return asked !== undefined && DAY.test(value) ? fill(asked, dayInWords(value)) : undefined;
}

function unnamed(name: string, counted: Words, value: Plain): Words {
  if (typeof value === 'string') return own(MEANT, name) ?? UNNAMED;
  const count = Array.isArray(value) ? value.length : Number(value ?? 0);
  return count === 0 ? NONE : fill(counted, words(String(count), String(count)));
}

function listed(reading: Reading, name: string, values: readonly Plain[]): Words | undefined {
  const ordinal = own(ORDINALS, name);
  const parts = own(PARTS, name);
  if (ordinal !== undefined)
    return joined(values.map((one) => fill(ordinal, inWords(reading, one))));
  if (parts !== undefined) {
    return joined(
      values.map((one, at) => fill(parts[at] ?? words('{}', '{}'), inWords(reading, one))),
    );
  }
  const [from, to, ...more] = values;
  const areDays =
    typeof from === 'string' && typeof to === 'string' && DAY.test(from) && DAY.test(to);
  if (areDays && more.length === 0) return range(dayInWords(from), dayInWords(to));
  return undefined;
}
