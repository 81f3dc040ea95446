// What the values are called that lists filter by and workbooks show.

import type { SiteKind } from '../county/organisations.ts';
import { dutyInWords } from '../notice/notice-words.ts';
import type { DocumentKind } from '../plan/document-schema.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { PRIORITY_CLASSES } from '../plan/quota-schema.ts';
import type { STATUSES } from '../record/ledgers.ts';
import type { DETERMINED } from '../record/record-kind.ts';
import type { Words } from './states.ts';

const words = (zh: string, en: string): Words => ({ zh, en });

/** The words of a closed list of values. */
type Terms<Value extends string> = { readonly [Each in Value]: Words };

export const LEDGER_STATUSES: Terms<(typeof STATUSES)[number]> = {
  recorded: words('已登记', 'recorded'),
  open: words('办理中', 'open'),
  overdue: words('已逾期', 'overdue'),
  solved: words('已办结', 'solved'),
  accepted: words('已认定', 'accepted'),
  rejected: words('未认定', 'rejected'),
  superseded: words('已被更正', 'superseded'),
  void: words('已作废', 'void'),
  closed: words('已销号', 'closed'),
};

/** How near a deadline is: overdue red, behind yellow, due soon blue. */
export const COLOURS: Terms<'none' | 'blue' | 'yellow' | 'red' | 'closed'> = {
  none: words('', ''),
  blue: words('蓝', 'blue'),
  yellow: words('黄', 'yellow'),
  red: words('红', 'red'),
  closed: words('已办结', 'closed'),
};

export const OBLIGATION_LEVELS: Terms<
  'armed' | 'due-soon' | 'overdue' | 'escalated' | 'satisfied' | 'waived' | 'superseded'
> = {
  armed: words('未到期', 'not due'),
  'due-soon': words('临近期限', 'due soon'),
  overdue: words('已逾期', 'overdue'),
  escalated: words('逾期，已报上级', 'overdue, told to the superior'),
  satisfied: words('已完成', 'done'),
  waived: words('已免除', 'waived'),
  superseded: words('已由新的期限代替', 'replaced by a new deadline'),
};

type Determined = typeof DETERMINED;

export const IMPACTS: Terms<Determined['impact'][number]> = {
  LIMITED: words('影响有限', 'limited'),
  NOTABLE: words('有影响', 'notable'),
  MAJOR: words('有重要影响', 'major'),
};

export const PROMOTION_SCOPES: Terms<Determined['promotionScope'][number]> = {
  NONE: words('不推广', 'none'),
  VILLAGEWIDE: words('全村', 'the village'),
  TOWNSHIPWIDE: words('全乡镇', 'the township'),
  COUNTYWIDE: words('全县', 'the county'),
  CITYWIDE: words('全市', 'the city'),
};

export const VERDICTS: Terms<'accepted' | 'rejected'> = {
  accepted: words('认定', 'accepted'),
  rejected: words('不予认定', 'rejected'),
};

export const SITE_KIND_WORDS: Terms<SiteKind> = {
  VILLAGE: words('村', 'village'),
  COMMUNITY: words('社区', 'community'),
  BASE: words('基地', 'base'),
};

/** Where it is known from that a site conforms. */
export const CONFORMANCE_SOURCES: Terms<'self-check' | 'inspection' | 'facts'> = {
  'self-check': words('自查', 'self-check'),
  inspection: words('检查', 'inspection'),
  facts: words('站点情况', 'facts of the site'),
};

/** Classes of candidates that a plan may prefer. */
export const PRIORITY_CLASS_WORDS: Terms<(typeof PRIORITY_CLASSES)[number]> = {
  COOPERATIVE: words('合作社', 'cooperative'),
  LEADING_ENTERPRISE: words('龙头企业', 'leading enterprise'),
  INDUSTRIAL_BASE: words('产业基地', 'industrial base'),
  ENRICHMENT_PROJECT: words('致富项目', 'enrichment project'),
  OTHER: words('其他', 'other'),
};

/** What a candidate is, beside the levels that a plan has titles for. */
export const SUBJECTS = {
  person: words('个人', 'person'),
  household: words('户', 'household'),
} as const;

/** The reasons to stay away from a candidate (回避). */
export const CONFLICTS: { readonly [kind: string]: Words } = {
  'own-unit': words('本单位', 'of the own unit'),
  'own-subtree': words('下级单位', 'of a unit below the own'),
  declared: words('已申明回避', 'declared a conflict of interest'),
};

/** How a round of ballots is held, and how a panel comes to its verdict. */
export const WAYS = {
  secret: words('无记名', 'secret'),
  open: words('公开填写', 'open'),
  simple: words('过半数', 'more than half'),
  'two-thirds': words('三分之二以上', 'two thirds'),
  sitting: words('验收组尚未作出结论', 'the panel has not concluded'),
  unassessed: words('未认定', 'not assessed'),
} as const;

/** The facts of a site that are chosen from a list. */
export const FACT_VALUES: { readonly [fact: string]: { readonly [value: string]: Words } } = {
  mode: { TELECOM: words('电信模式', 'telecom') },
};

/** What is owed beside the duties that notices name. */
const OBLIGATIONS: { readonly [kind: string]: Words } = {
  receipt: words('签收', 'sign for a document'),
  matter: words('办结提出的事项', 'solve what was raised'),
  rectification: words('限期整改', 'rectify within the time limit'),
};

/** What is owed, in the words of the plan: a duty, or the end of a phase. */
export function obligationInWords(plan: Plan, kind: string): Words {
  const phase = plan.phases.find(({ code }) => `phase:${code}` === kind);
  if (phase !== undefined)
    return words(`完成“${phase.name}”阶段`, `finish the phase ${phase.name}`);
  const found = dutyInWords(plan, kind) ?? own(OBLIGATIONS, kind);
  if (found === undefined) throw new Error(`the obligation ${kind} has no words`);
  return found;
}

/** How an inspection was made, a second visit to an order among them. */
export const inspectionInWords = (kind: string): Words => {
  const found = own(INSPECTIONS, kind);
  if (found === undefined) throw new Error(`the inspection ${kind} has no words`);
  return found;
};

export const INSPECTIONS = {
  FIELD_VISIT: words('实地察看', 'field visit'),
  RANDOM: words('随机抽查', 'random inspection'),
  SCHEDULED: words('定期督查', 'scheduled supervision'),
  UNSCHEDULED: words('不定期督查', 'unscheduled supervision'),
  REINSPECTION: words('复查', 'second inspection'),
} as const;

/** The rows of ledgers that are no records of their own. */
export const RECORDS = {
  'application-form': words('申报表', 'application form'),
  rectification: words('限期整改', 'rectification order'),
  conformance: words('达标认定', 'assessment of a site'),
} as const;

export const DOCUMENT_KINDS: Terms<DocumentKind> = {
  'campaign-notice': words('印发方案的通知', 'notice of the plan'),
  'circular-of-criticism': words('通报批评', 'circular of criticism'),
  'rectification-order': words('限期整改通知书', 'rectification order'),
  'public-notice': words('公示', 'public notice'),
  'final-decision': words('命名决定', 'decision'),
  notice: words('通知', 'notice'),
  commendation: words('通报表扬', 'commendation'),
  'application-form': words('申报表', 'application form'),
  'acceptance-sheet': words('验收表', 'acceptance sheet'),
  'ranking-summary': words('评选汇总表', 'ranking summary'),
  correction: words('更正', 'correction'),
};

/** The term of a value; a value that no list foresees (a plan's own) stays as it is. */
export const termOf = (
  terms: { readonly [value: string]: Words },
  value: string | null | undefined,
): Words | null =>
  value === null || value === undefined ? null : (own(terms, value) ?? words(value, value));
