// Measured requirements as JSON: the clause, what is, and what is required. Refusals of an event and
// explanations of it use the same words, because both come from here.

import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import Type from 'typebox';
import type { Measurement } from '../../../machines/kit/requirement.ts';
import { findNames } from '../../db/kernel/names.ts';
import { cite } from '../../rules/plan/citations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { inPlansWords } from '../../rules/plan/titles.ts';
import { idsIn, measuredInWords } from '../../rules/words/measured.ts';
import type { Text } from './problem-catalog.ts';
import { languageOf } from './problems.ts';
import type { Service } from './service.ts';

const Requirement = {
  requirement: Type.String({ description: '条件的名称 · Name of the requirement' }),
  rule: Type.Union([Type.String(), Type.Null()], {
    description:
      '系统规则的编号；类别自定标准为 null · Number of the service’s own rule; null for a criterion of the plan',
    examples: ['R48'],
  }),
  clause: Type.Union([Type.String(), Type.Null()], {
    description:
      '方案的条款；方案没有这一句时为 null · Sentence of the plan; null when it has none',
    examples: ['R48'],
  }),
  modality: Type.String({
    description: 'M、E 不满足则拒绝；P、S、I 只提示 · M and E refuse; P, S and I only tell',
  }),
  quote: Type.Union([Type.String(), Type.Null()], {
    description: '方案原文 · The plan’s own words',
  }),
  provenance: Type.Union(
    [
      Type.Object({
        kind: Type.String({ examples: ['county-decision'] }),
        note: Type.Optional(Type.String()),
      }),
      Type.Null(),
    ],
    {
      description: '方案没有写明时由谁决定 · Who decided it, when the plan has no sentence for it',
    },
  ),
  policy: Type.Union(
    [
      Type.Object({
        name: Type.String({ examples: ['passMark'] }),
        kind: Type.String({ examples: ['county-decision'] }),
        clause: Type.Optional(Type.String()),
        note: Type.Optional(Type.String()),
      }),
      Type.Null(),
    ],
    {
      description:
        '要求多少由哪一项政策规定、由谁决定；类别另定的，以该类别的为准 · The policy that says how much, and who decided it; the category’s own where it states one',
    },
  ),
  text: Type.String({ description: '按 Accept-Language · In the language accepted' }),
  actual: Type.Unknown({ description: '现状 · As it is' }),
  required: Type.Unknown({ description: '要求 · As it must be' }),
  actualText: Type.String({
    description: '现状，供人阅读：姓名、单位、日期 · As it is, for people: names, units, days',
    examples: ['张三'],
  }),
  requiredText: Type.String({
    description: '要求，供人阅读 · As it must be, for people',
    examples: ['另一人（不是张三）'],
  }),
};

export const RequirementSchema = Type.Object(Requirement);
export const MeasuredSchema = Type.Object({
  ...Requirement,
  met: Type.Boolean(),
  asksInput: Type.Boolean({
    description: '取决于随事件提交的内容 · Depends on what is sent with the event',
  }),
});

/** What people call whoever and whatever requirements name by id. */
export type Names = ReadonlyMap<string, string>;

/** The names that these measurements speak of, as far as the caller may see them. */
export const namesIn = (
  { pool }: Pick<Service, 'pool'>,
  measurements: readonly Measurement[],
): Promise<Names> => findNames(pool, measurements.flatMap(idsIn));

/** The requirement with its texts in the plan's words and both languages; a problem chooses the reader's when it is sent. */
export const describeRequirement = (plan: Plan, measurement: Measurement, names: Names) => {
  const { name, modality, zh, en, actual, required } = inPlansWords(plan, measurement);
  const { rule, clause, quote, provenance } = cite(plan, measurement.clause);
  const text: Text = { zh, en };
  const said = measuredInWords({ plan, names }, measurement);
  const policy = policyIn(plan, measurement.policy);
  return {
    ...{ requirement: name, rule, clause, modality, quote, provenance, policy },
    ...{ text, actual, required, actualText: said.actual, requiredText: said.required },
  };
};

/** Who decided the policy in this plan; null for a requirement without one. */
function policyIn({ policies }: Plan, name: string | undefined) {
  const stated = Object.entries(policies).find(([key]) => key === name)?.[1];
  return name === undefined || stated === undefined ? null : { name, ...stated.provenance };
}

const inLanguageOf = (request: FastifyRequest, { zh, en }: Text): string =>
  languageOf(request.headers['accept-language']) === 'en' ? en : zh;

/** The requirement with its text in the reader's language. */
export const requirementToJson = (
  request: FastifyRequest,
  plan: Plan,
  measurement: Measurement,
  names: Names,
): Static<typeof RequirementSchema> => {
  const described = describeRequirement(plan, measurement, names);
  const { text, actualText, requiredText } = described;
  return {
    ...described,
    text: inLanguageOf(request, text),
    actualText: inLanguageOf(request, actualText),
    requiredText: inLanguageOf(request, requiredText),
  };
};
