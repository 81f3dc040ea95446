// Translates the vocabulary of the machines into the words of an official text. Pure.

import type { Plain } from '../../../machines/kit/requirement.ts';
import { chainOf } from '../../../machines/procedure/chain.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { inChinese, inPlansWords } from '../plan/titles.ts';

/** Kinds of obligation in words, each with the clause that it rests on. */
const DUTIES: { readonly [obligation: string]: { words: string; en: string; clause: string } } = {
  plan: { words: '制定并报送具体实施方案和工作计划', en: 'its own plan', clause: 'R48' },
  mobilization: {
    words: '把活动的要求和安排贯彻落实到每个{site}',
    en: 'carry the campaign into every {site}',
    clause: 'R49',
  },
  creation: {
    words: '申报创建',
    en: 'activities, and declaring what is created',
    clause: 'R51',
  },
  'self-check': { words: '对照创建目标开展自查', en: 'self-check', clause: 'R57' },
  'finding-rectification': {
    words: '完成自查发现问题的整改',
    en: 'rectify what the self-check found',
    clause: 'R57',
  },
  application: { words: '书面申报', en: 'written application', clause: 'R62' },
  correction: { words: '补正申报材料', en: 'correct the application', clause: 'R62' },
  conditions: { words: '落实验收要求', en: 'meet the requirements of acceptance', clause: 'R63' },
  'objection-receipt': {
    words: '接收公众提出的异议',
    en: 'receive an objection of the public',
    clause: 'R63',
  },
  objection: { words: '调查处理公示异议', en: 'investigate an objection', clause: 'R63' },
  'objection-reply': { words: '答复异议人', en: 'answer an objection', clause: 'R63' },
  'reconsideration-decision': {
    words: '作出复核决定',
    en: 'decide a reconsideration',
    clause: 'R63',
  },
  'tie-decision': { words: '处理择优名次并列', en: 'decide a tie', clause: 'R63' },
  'hot-issue': {
    words: '解决党员干部群众关注的热点难点问题',
    en: 'solve an issue of the people',
    clause: 'R54',
  },
  fault: { words: '排除{site}故障', en: 'repair a fault of a {site}', clause: 'R11' },
  feedback: { words: '答复和解决收集的意见和建议', en: 'answer an opinion', clause: 'R38' },
  problem: { words: '解决问题台账所列问题', en: 'solve a problem', clause: 'R58' },
  'ballot-count': { words: '完成党员群众评议计票', en: 'count the ballots', clause: 'R61' },
  'ballot-confirmation': {
    words: '核对党员群众评议计票结果',
    en: 'confirm the count',
    clause: 'R61',
  },
  'ballot-repeat': { words: '重新组织党员群众评议', en: 'hold the ballot again', clause: 'R61' },
  'regression-decision': {
    words: '对{site}不再达标作出处理决定',
    en: 'decide about a {site} that conforms no more',
    clause: 'R12',
  },
  assessment: { words: '填写考评表', en: 'fill in a score sheet', clause: 'R61' },
  'document-review': { words: '核稿', en: 'review a draft', clause: 'R2' },
  'document-signature': { words: '签发', en: 'sign a document', clause: 'R2' },
  'drawn-inspections': {
    words: '完成对抽中单位的随机抽查',
    en: 'inspect the units drawn',
    clause: 'R58',
  },
};

/** The four failings of R59. */
const TRIGGERS: { readonly [trigger: string]: string } = {
  NOT_ACTIVE: '活动开展不积极',
  FORMALISM: '图形式、走过场',
  PROBLEMS_NOT_SOLVED: '不注重解决实际问题',
  LITTLE_EFFECT: '工作效果不明显',
};

/** The county visits and draws at random (R58); the township supervises (R72). */
const INSPECTIONS: { readonly [kind: string]: { words: string; clause: string } } = {
  FIELD_VISIT: { words: '实地察看', clause: 'R58' },
  RANDOM: { words: '随机抽查', clause: 'R58' },
  SCHEDULED: { words: '定期督查', clause: 'R72' },
  UNSCHEDULED: { words: '不定期督查', clause: 'R72' },
};

/** Who determines finally, by role. */
const AUTHORITIES: { readonly [authority: string]: string } = {
  city: '{city-centre}',
  county: '{county-office}',
};

/** Reasons why a candidate was not selected. */
const NOT_SELECTED: { readonly [because: string]: string } = {
  quota: '因名额所限',
  'township-full': '因所在{township}名额已满',
  'village-full': '因所在{village}名额已满',
  'unit-full': '因所在单位名额已满',
  'class-full': '因所属优先类别名额已满',
  'kept-for-class': '因名额须留给优先类别',
  'below-pass-mark': '综合得分未达到合格线',
  veto: '有一票否决情形',
  'not-moved-up': '差额名单不再递补',
};

/** Reasons why a round of ballots does not count. */
const VOID_REASONS: { readonly [reason: string]: string } = {
  'more-returned-than-issued': '收回票数多于发出票数',
  'no-quorum': '收回票数未超过规定比例',
  'too-few': '收回票数过少，不足以保证无记名',
  'no-grade': '没有一张选票填写等次',
};

type Say = (value: string, plan: Plan) => string | undefined;

// The words are by parameter. Parameters that people write (a reason, a requirement) have none
// here, so that their text is never taken for a code.
const SAYINGS: { readonly [param: string]: Say } = {
  beginsOn: (value) => chineseDate(value),
  dueAt: (value, plan) => chineseDeadline(value, plan.timeZone),
  wasDueAt: (value, plan) => chineseDeadline(value, plan.timeZone),
  opensAt: (value, plan) => chineseDeadline(value, plan.timeZone),
  closesAt: (value, plan) => chineseDeadline(value, plan.timeZone),
  cause: (value) => own(VOID_REASONS, value),
  revealAt: (value, plan) => chineseDeadline(value, plan.timeZone),
  silent: (value) => `{${value}}`,
  obligation: (value) => own(DUTIES, value)?.words,
  phase: (value, plan) =>
    openIn(plan, value)
      ?.map(({ name }) => name)
      .join('、'),
  kind: (value) => own(INSPECTIONS, value)?.words,
  triggers: (value) => own(TRIGGERS, value),
  documentKind: (value, { documents: { kinds } }) => own(kinds, value)?.name,
  authority: (value) => own(AUTHORITIES, value),
  because: (value) => own(NOT_SELECTED, value),
  categoryCode: (value, { categories }) => categories.find(({ code }) => code === value)?.name,
  // The findings of a self-check are criteria; those of an inspection are texts.
  findings: criterionText,
  criteria: criterionText,
};

/** The phase of this code, or those that are open together in the link of this code. */
function openIn({ phases }: Plan, code: string): Plan['phases'] | undefined {
  const own = phases.filter((phase) => phase.code === code);
  if (own.length > 0) return own;
  const link = chainOf(phases).links.find((one) => one.code === code);
  return link && phases.filter((phase) => link.open.includes(phase.code));
}

function criterionText(value: string, { categories }: Plan): string | undefined {
  return categories.flatMap(({ criteria }) => criteria).find(({ id }) => id === value)?.text;
}

/** A parameter in words, lists word by word; a value without a word stays as it is. */
export function inWords(plan: Plan, param: string, value: Plain): Plain {
  if (Array.isArray(value)) return value.map((item) => inWords(plan, param, item));
  const say = own(SAYINGS, param);
  if (typeof value !== 'string' || say === undefined) return value;
  const zh = say(value, plan);
  return zh === undefined ? value : inChinese(plan, zh);
}

/** The clause of the obligation, phase or inspection in the parameters; undefined without one. */
export function clauseOfParams(
  plan: Plan,
  params: Readonly<Record<string, Plain>>,
): string | undefined {
  const { obligation, phase, kind, restsOn } = params;
  if (typeof restsOn === 'string') return restsOn;
  if (typeof obligation === 'string') return own(DUTIES, obligation)?.clause;
  if (typeof phase === 'string') return openIn(plan, phase)?.[0]?.clause;
  return typeof kind === 'string' ? own(INSPECTIONS, kind)?.clause : undefined;
}

/** The day of an instant in a time zone, or of a date 'YYYY-MM-DD', as 2017年10月11日. */
export function chineseDate(day: string | Temporal.PlainDate): string {
  const date = Temporal.PlainDate.from(day);
  return `${date.year}年${date.month}月${date.day}日`;
}

/** A kind of obligation in words; undefined for one that no notice names. */
export const dutyInWords = (plan: Plan, kind: string): { zh: string; en: string } | undefined => {
  const duty = own(DUTIES, kind);
  return duty && inPlansWords(plan, { zh: duty.words, en: duty.en });
};

/** The end is exclusive, so the midnight that begins a day is 24:00 of the day before. */
export function chineseDeadline(instant: string, timeZone: string): string {
  const end = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  const clock = end.toPlainTime();
  if (clock.equals(new Temporal.PlainTime())) {
    return `${chineseDate(end.toPlainDate().subtract({ days: 1 }))}24时`;
  }
  const minute = clock.minute === 0 ? '' : `${clock.minute}分`;
  return `${chineseDate(end.toPlainDate())}${clock.hour}时${minute}`;
}

const own = <Value>(table: { readonly [key: string]: Value }, key: string): Value | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
