// A check that no schema can make: the demands of each criterion can be measured.

import { SHARES } from '../candidate/criteria.ts';
import { formOf } from '../county/site-facts.ts';
import { type Criterion, type CriterionTest, PoliciesSchema } from '../plan/plan-schema.ts';

type Fault = { path: string; message: string };

const NUMBERED = new Set(
  Object.entries(PoliciesSchema.properties)
    .filter(([, { properties }]) => (properties.value as { type?: string }).type === 'integer')
    .map(([name]) => name),
);

/** The fields that make a criterion measurable, by kind: one of these sets. */
const NEEDED: Partial<Record<Criterion['kind'], (keyof NonNullable<Criterion['required']>)[][]>> = {
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

/** Every fault of one criterion at `path`; `strength` is the modality of its clause, if it has one. */
export function criterionFaults(criterion: Criterion, strength: unknown, path: string): Fault[] {
  const { clause, kind, modality, required = {} } = criterion;
  const faults: Fault[] = [];
  if (strength !== undefined && strength !== modality) {
    faults.push({
      path: `${path}/modality`,
      message: `is ${modality}, but clause ${clause} is ${String(strength)}`,
    });
  }
  const needed = NEEDED[kind];
  if (needed && !needed.some((keys) => keys.every((key) => required[key] !== undefined))) {
    const sets = needed.map((keys) => keys.join(' + ')).join(', or ');
    faults.push({ path: `${path}/required`, message: `a ${kind} needs ${sets}` });
  }
  return [...faults, ...requiredFaults(required, `${path}/required`)];
}

type Test = Pick<CriterionTest, 'fact' | 'equals' | 'atLeast' | 'atLeastFact'>;

const testsOf = (required: CriterionTest, path: string): [Test, string][] =>
  required.of === undefined
    ? [
        [required, path],
        ...(required.anyOf ?? []).map((test, index): [Test, string] => [
          test,
          `${path}/anyOf/${index}`,
        ]),
      ]
    : [];

// Facts recorded under any name, findings of inspections, and the scores of the ballots.
const FACT =
  /^(?:(?:site|base)\.[A-Za-z][A-Za-z0-9]*|inspection\.inGoodOrder|massEvaluation\.(?:score|[a-z][a-z-]*Score))$/;

/** A fact that nobody can record, or that has another form, would never be met. */
function factFaults({ fact, equals, atLeast, atLeastFact }: Test, path: string): Fault[] {
  const faults: Fault[] = [];
  for (const [key, name] of Object.entries({ fact, atLeastFact })) {
    if (name !== undefined && !FACT.test(name)) {
      faults.push({ path: `${path}/${key}`, message: `nothing is recorded as ${name}` });
    }
  }
  const form = fact?.startsWith('massEvaluation.')
    ? 'number'
    : formOf((fact ?? '').replace(/^(?:site|base|inspection)\./, ''));
  const asked =
    equals === undefined
      ? atLeast === undefined && atLeastFact === undefined
        ? undefined
        : 'number'
      : typeof equals === 'string'
        ? 'text'
        : 'boolean';
  if (form !== undefined && asked !== undefined && form !== asked) {
    faults.push({ path: `${path}/fact`, message: `${fact} is a ${form}, not a ${asked}` });
  }
  return faults;
}

function requiredFaults(required: CriterionTest, path: string): Fault[] {
  const faults = [required, ...(required.anyOf ?? [])].flatMap(({ atLeastPolicy }): Fault[] =>
    atLeastPolicy === undefined || NUMBERED.has(atLeastPolicy)
      ? []
      : [
          {
            path: `${path}/atLeastPolicy`,
            message: `there is no policy ${atLeastPolicy} that is a number`,
          },
        ],
  );
  for (const [test, at] of testsOf(required, path)) faults.push(...factFaults(test, at));
  const { of, fact = '' } = required;
  if (of === undefined) return faults;
  const shares = Object.hasOwn(SHARES, of) ? (SHARES[of] ?? {}) : null;
  if (shares === null)
    faults.push({ path: `${path}/of`, message: `no share of ${of} is measured` });
  else if (!Object.hasOwn(shares, fact)) {
    faults.push({ path: `${path}/fact`, message: `no share of ${of} is measured by ${fact}` });
  }
  return faults;
}
