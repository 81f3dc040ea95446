// Finds the sentence of the plan that a rule of this service rests on. The code numbers its rules
// R1–R74, as the first plan numbers its sentences. A plan with other numbers maps each rule in
// `cites`. A plan without a sentence for a rule says who decided it instead, so that no refusal
// quotes a sentence about something else.

import type { Grounds } from '../../../machines/kit/requirement.ts';
import { own } from './own.ts';
import type { Modality, Plan, Provenance } from './plan-schema.ts';
import { REFUSING, RULE_NUMBERS } from './rule-numbers.ts';
import { inChinese, titlesOf } from './titles.ts';

export type Citation = {
  /** The number of the service's own rule; null for a criterion, which only the plan numbers. */
  rule: string | null;
  /** The number of the plan's sentence; null when the plan has none for this rule. */
  clause: string | null;
  modality: Modality | null;
  quote: string | null;
  section: string;
  english: string;
  /** The person or body that decided where the plan is silent; null when it is not. */
  provenance: Provenance | null;
};

const DECIDED_BY: { readonly [Kind in Provenance['kind']]: string } = {
  plan: '方案',
  'superior-document': '上级文件',
  'county-decision': '县级决定',
  default: '系统默认规则',
};

/** The basis of `clause` in this plan; `clause` is a rule's number or one of the plan's own. */
export function cite(plan: Plan, clause: string): Citation {
  const given = own(plan.cites ?? {}, clause);
  const rule = Object.hasOwn(RULE_NUMBERS, clause) ? clause : null;
  const id = given === undefined ? clause : (given.clause ?? null);
  const sentence = id === null ? undefined : own(plan.clauses, id);
  if (sentence !== undefined) return { rule, clause: id, ...sentence, provenance: null };
  const { note, ...decided }: Provenance = given ?? {
    kind: 'default',
    note: RULE_NUMBERS[clause] ?? clause,
  };
  const provenance = note === undefined ? decided : { ...decided, note: inChinese(plan, note) };
  return {
    rule,
    clause: null,
    modality: null,
    quote: null,
    section: DECIDED_BY[provenance.kind],
    english: 'Not a sentence of this plan.',
    provenance,
  };
}

const assumed = new WeakMap<Plan, Grounds>();

/**
 * The rules that could refuse and rest on nobody's word, neither a sentence of the plan nor a decision: only
 * the service assumes them. Empty of a plan that says on what each of them rests.
 */
export function groundsOf(plan: Plan): Grounds {
  const known = assumed.get(plan);
  if (known !== undefined) return known;
  const rules = REFUSING.filter((rule) => cite(plan, rule).provenance?.kind === 'default');
  const grounds = rules.length === 0 ? {} : { assumed: rules };
  assumed.set(plan, grounds);
  return grounds;
}

/** The number stored with a duty, a record or a notice: the plan's, otherwise the rule's. */
export const clauseIn = (plan: Plan, clause: string): string => cite(plan, clause).clause ?? clause;

/**
 * The basis as it stands between 根据 and 的要求 at the head of an official text: the document with its sentence,
 * or who decided it and how.
 */
export function basisOf(plan: Plan, { quote, provenance }: Citation): string {
  if (quote !== null) return `${inTitle(plan)}“${quoted(quote)}”`;
  const by =
    provenance?.kind === 'county-decision'
      ? `${titlesOf(plan).county.name}级决定`
      : BASES[provenance?.kind ?? 'default'];
  return `${by}“${quoted(provenance?.note ?? '')}”`;
}

const BASES = {
  plan: '方案',
  'superior-document': '上级文件',
  'county-decision': '',
  default: '活动规则',
};

/** 《方案》（某组发〔2027〕1号): the plan as documents name it. */
export const inTitle = ({ title, document: { issuerCode, year, serial } }: Plan): string =>
  `《${title}》（${issuerCode}〔${year}〕${serial}号）`;

/** Within quotation marks: a sentence without its full stop, its own marks single. */
export const quoted = (text: string): string =>
  text
    .trim()
    .replace(/[。；，]$/, '')
    .replaceAll('“', '‘')
    .replaceAll('”', '’');
