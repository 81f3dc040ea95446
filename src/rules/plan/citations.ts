// The sentence a rule of this service rests on, in the words of the plan at hand. The code numbers
// its rules R1–R74, as the first plan numbers its sentences. A plan that numbers its own otherwise
// maps each rule in `cites`; one that has no sentence for a rule says who decided it instead, so
// that no refusal ever quotes a sentence that says something else.

import type { Modality, Plan, Provenance } from './plan-schema.ts';
import { RULE_NUMBERS } from './rule-numbers.ts';

export type Citation = {
  /** Number of the service's own rule; null for a criterion, which is the plan's alone. */
  rule: string | null;
  /** The plan's number of its sentence; null when the plan has none for this rule. */
  clause: string | null;
  modality: Modality | null;
  quote: string | null;
  section: string;
  english: string;
  /** Who decided what the plan does not say; null when it says it. */
  provenance: Provenance | null;
};

const DECIDED_BY: { readonly [Kind in Provenance['kind']]: string } = {
  plan: '方案',
  'superior-document': '上级文件',
  'county-decision': '县级决定',
  default: '系统默认规则',
};

/** What `clause`, a rule's number or one of the plan's own, rests on in this plan. */
export function cite(plan: Plan, clause: string): Citation {
  const given = ownOf(plan.cites ?? {}, clause);
  const rule = Object.hasOwn(RULE_NUMBERS, clause) ? clause : null;
  const id = given === undefined ? clause : (given.clause ?? null);
  const sentence = id === null ? undefined : ownOf(plan.clauses, id);
  if (sentence !== undefined) return { rule, clause: id, ...sentence, provenance: null };
  const provenance: Provenance = given ?? { kind: 'default', note: RULE_NUMBERS[clause] ?? clause };
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

/** What is stored with a duty, a record or a notice: the plan's number, else the rule's. */
export const clauseIn = (plan: Plan, clause: string): string => cite(plan, clause).clause ?? clause;

/** What an official text rests on: the sentence as it is written, or who decided it and how. */
export function basisOf({ section, quote, provenance }: Citation): string {
  return quote === null ? `${section}：${provenance?.note ?? ''}` : `方案“${section}”：${quote}`;
}

const ownOf = <Value>(table: { readonly [key: string]: Value }, key: string): Value | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
