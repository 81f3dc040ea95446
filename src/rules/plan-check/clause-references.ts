// The sentences of a plan: which of them its rules, categories and policies rest on.

import { type Fault, fault, pointer, unknownName } from '../plan/fault.ts';
import type { Plan, Provenance } from '../plan/plan-schema.ts';
import { REFUSING, RULE_NUMBERS } from '../plan/rule-numbers.ts';
import { inChinese } from '../plan/titles.ts';
import type { Sound } from './shape.ts';

export type Clauses = Sound<Plan['clauses']>;

const RULES = Object.keys(RULE_NUMBERS);
const demandOf = (rule: string): string => inChinese(null, RULE_NUMBERS[rule] ?? rule);
const NO_CLAUSE = { zh: '方案没有这一条款', en: 'the plan has no clause' };

/** A clause that is quoted must stand in the plan. */
export function unknownClause(clauses: Clauses, id: string | undefined, path: string): Fault[] {
  if (id === undefined || Object.hasOwn(clauses, id)) return [];
  return [unknownName(path, NO_CLAUSE, id, Object.keys(clauses))];
}

/** In a plan with its own numbering, the number of a rule stands for the cited sentence. */
export const isRuleOf = (clauses: Clauses, id: string): boolean =>
  Object.hasOwn(RULE_NUMBERS, id) && !Object.keys(clauses).some(isRuleNumber);

const isRuleNumber = (id: string): boolean => /^R[1-9][0-9]*$/.test(id);

/** What the plan itself decides names its sentence; whatever sentence is named must be there. */
export function provenanceFaults(
  source: Sound<Provenance> | undefined,
  clauses: Clauses,
  path: string,
): Fault[] {
  if (source === undefined) return [];
  const { kind, clause } = source;
  if (kind !== 'plan' && clause !== undefined && isRuleOf(clauses, clause)) return [];
  if (clause !== undefined) return unknownClause(clauses, clause, `${path}/clause`);
  // A clause of a wrong form is told as such.
  return kind === 'plan' && !Object.hasOwn(source, 'clause')
    ? [fault(`${path}/clause`, ...NAMES_ITS_CLAUSE)]
    : [];
}

const NAMES_ITS_CLAUSE = [
  '出处为方案本身的，须写明条款',
  'what the plan itself decides names its clause',
] as const;

/** Each rule of the service rests on a sentence of the plan, or the plan names another basis. */
export function citeFaults({ cites, clauses = {} }: Sound<Plan>): Fault[] {
  if (cites === undefined) {
    return RULES.filter((rule) => !Object.hasOwn(clauses, rule)).map((rule) =>
      fault(
        `/clauses/${rule}`,
        `缺少这一条款，系统规则 ${rule}（${demandOf(rule)}）以它为依据；方案自行编号的，在 /cites 写明各规则的依据`,
        `is missing: rule ${rule} rests on it; a plan that numbers its sentences otherwise says which in /cites`,
      ),
    );
  }
  return [
    ...Object.keys(clauses)
      .filter(isRuleNumber)
      .map((id) =>
        fault(
          `/clauses/${pointer(id)}`,
          '写有 cites 的方案，条款不用 R1、R2 这样的编号',
          'a plan with cites numbers its own sentences otherwise than R1, R2 …',
        ),
      ),
    ...RULES.flatMap((rule) => citationFaults(rule, cites, clauses)),
    ...Object.keys(cites)
      .filter((rule) => !Object.hasOwn(RULE_NUMBERS, rule))
      .map((rule) => unknownName(`/cites/${pointer(rule)}`, NO_RULE, rule, RULES)),
  ];
}

const NO_RULE = { zh: '没有这一规则', en: 'there is no such rule:' };

function citationFaults(
  rule: string,
  cites: NonNullable<Sound<Plan>['cites']>,
  clauses: Clauses,
): Fault[] {
  const path = `/cites/${rule}`;
  const given = cites[rule];
  if (given === undefined) {
    return Object.hasOwn(cites, rule)
      ? []
      : [
          fault(
            path,
            `缺少这一项：须写明系统这一规则（${demandOf(rule)}）的依据`,
            `is missing: on what does rule ${rule} rest?`,
          ),
        ];
  }
  if (given.kind === undefined) return [];
  if (given.kind !== 'plan') return otherBasisFaults(given, path);
  const { clause } = given;
  if (clause === undefined) return provenanceFaults(given, clauses, path);
  const modality = clauses[clause]?.modality;
  if (modality === undefined || !REFUSING.includes(rule) || modality === 'M' || modality === 'E') {
    return unknownClause(clauses, clause, `${path}/clause`);
  }
  return [
    fault(
      `${path}/clause`,
      `规则 ${rule} 会不予办理，而条款 ${clause} 的约束力为 ${modality}：只有 M、E 可以`,
      `rule ${rule} refuses, but clause ${clause} is ${modality}: only M and E may`,
    ),
  ];
}

function otherBasisFaults(given: Sound<Provenance>, path: string): Fault[] {
  const quotes = fault(
    `${path}/clause`,
    '方案没有写明的，不引用方案的条款',
    'what the plan does not say quotes no clause of it',
  );
  const unsaid = fault(
    `${path}/note`,
    '方案没有写明的，须说明由谁决定',
    'what the plan does not say needs a word on who says it',
  );
  return [
    ...(Object.hasOwn(given, 'clause') ? [quotes] : []),
    ...(Object.hasOwn(given, 'note') ? [] : [unsaid]),
  ];
}
