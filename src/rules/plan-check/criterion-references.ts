// Checks that no schema can make: what each criterion demands can be recorded and measured.

import { type Fault, fault, unknownName } from '../plan/fault.ts';
import type { Category, Criterion, CriterionTest, Plan } from '../plan/plan-schema.ts';
import { PoliciesSchema } from '../plan/policies-schema.ts';
import { unknownClause } from './clause-references.ts';
import { factFaults, factsOf, shareFaults } from './fact-references.ts';
import { stepsOfCategory } from './procedure-steps.ts';
import { countedFaults } from './record-kind-references.ts';
import type { Sound } from './shape.ts';

const NUMBERED = Object.entries(PoliciesSchema.properties)
  .filter(([, { properties }]) => (properties.value as { type?: string }).type === 'integer')
  .map(([name]) => name);

type Keys = readonly (keyof CriterionTest)[];

/** The fields that make a criterion measurable, by kind: one of these sets. */
const NEEDED: { readonly [Kind in Criterion['kind']]?: readonly Keys[] } = {
  measure: [
    ['anyOf'],
    ['fact', 'atLeast'],
    ['fact', 'atLeastFact'],
    ['fact', 'atLeastPolicy'],
    ['fact', 'equals'],
  ],
  count: [['anyOf'], ['evidence', 'atLeast'], ['fact', 'atLeast']],
  document: [['evidence', 'atLeast']],
  coverage: [['of', 'fact', 'percent']],
  'roll-up': [['of', 'fact', 'percent']],
};

/** Every fault of one criterion at `path`. */
export function criterionFaults(
  plan: Sound<Plan>,
  category: Sound<Category>,
  criterion: Sound<Criterion>,
  path: string,
): Fault[] {
  const { clauses = {} } = plan;
  const { clause, modality } = criterion;
  const strength = clause === undefined ? undefined : clauses[clause]?.modality;
  const faults = unknownClause(clauses, clause, `${path}/clause`);
  if (strength !== undefined && modality !== undefined && strength !== modality) {
    faults.push(
      fault(
        `${path}/modality`,
        `为 ${modality}，而条款 ${clause} 为 ${strength}`,
        `is ${modality}, but clause ${clause} is ${strength}`,
      ),
    );
  }
  return [
    ...faults,
    ...momentFaults(plan, category, criterion, path),
    ...measurementFaults(plan, category, criterion, path),
  ];
}

/** A criterion is asked where somebody looks: at a review, or at the application. */
function momentFaults(
  plan: Sound<Plan>,
  category: Sound<Category>,
  { at }: Sound<Criterion>,
  path: string,
): Fault[] {
  const steps = stepsOfCategory(plan, category);
  const isReviewed = steps?.some(({ step }) => step === 'review') ?? true;
  if (at !== 'acceptance' || isReviewed) return [];
  return [
    fault(
      `${path}/at`,
      '这一类别的程序没有验收，标准不能在验收时核对',
      'the category’s procedure has no review to ask it at',
    ),
  ];
}

/** What keeps a criterion from ever being met by a candidate of the category. */
export function measurementFaults(
  plan: Sound<Plan>,
  category: Sound<Category>,
  { kind, required, deniedByFact }: Sound<Criterion>,
  path: string,
): Fault[] {
  const { subject } = category;
  const at = `${path}/required`;
  const faults = kind === undefined ? [] : neededFaults(kind, required ?? {}, at);
  if (subject === undefined) return faults;
  const facts = factsOf(plan, category);
  faults.push(
    ...factFaults(facts, { fact: deniedByFact, equals: false }, path).map((one) => ({
      ...one,
      path: `${path}/deniedByFact`,
    })),
  );
  if (required === undefined) return faults;
  if (required.of !== undefined) return [...faults, ...shareFaults(required, subject, at)];
  const tests: [Sound<CriterionTest> | undefined, string][] = [
    [required, at],
    ...(required.anyOf ?? []).map((test, index): [typeof test, string] => [
      test,
      `${at}/anyOf/${index}`,
    ]),
  ];
  return [
    ...faults,
    ...tests.flatMap(([test = {}, where]) => [
      ...factFaults(facts, test, where),
      ...countedFaults(plan, subject, test, where),
      ...boundFaults(test, where),
    ]),
  ];
}

function neededFaults(
  kind: Criterion['kind'],
  required: Sound<CriterionTest>,
  path: string,
): Fault[] {
  const needed = NEEDED[kind];
  // A field of a wrong form is there, and is told as such.
  if (needed?.some((keys) => keys.every((key) => Object.hasOwn(required, key))) ?? true) return [];
  const sets = (needed ?? []).map((keys) => keys.join(' + '));
  return [
    fault(
      path,
      `${kind} 类标准须写明以下之一：${sets.join('；')}`,
      `a ${kind} needs ${sets.join(', or ')}`,
    ),
  ];
}

const NO_NUMBER = {
  zh: '没有这一以数字表示的参数',
  en: 'there is no policy that is a number called',
};

const boundFaults = ({ atLeastPolicy }: Sound<CriterionTest>, path: string): Fault[] =>
  atLeastPolicy === undefined || NUMBERED.includes(atLeastPolicy)
    ? []
    : [unknownName(`${path}/atLeastPolicy`, NO_NUMBER, atLeastPolicy, NUMBERED)];
