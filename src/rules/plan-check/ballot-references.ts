// Checks that no schema can make: the strata and grades of ballots agree with the plan.

import { Check } from 'typebox/value';
import { CategoryPoliciesSchema, type Policies } from '../plan/plan-schema.ts';

type Fault = { path: string; message: string };

/** Every fault of the policies of ballots; `categories` of the plan may have any shape. */
export function ballotFaults(
  { ballotStrata, gradePoints }: Policies,
  categories: unknown,
): Fault[] {
  const known = listOf(categories);
  const strata = codesOf(ballotStrata.value);
  return [
    ...strata.flatMap((code, index) =>
      strata.indexOf(code) === index
        ? []
        : [
            {
              path: `/policies/ballotStrata/value/strata/${index}/code`,
              message: `${code} is already taken`,
            },
          ],
    ),
    ...(new Set(Object.values(gradePoints.value)).size > 1
      ? []
      : [{ path: '/policies/gradePoints/value', message: 'no grade is better than another' }]),
    ...known.flatMap(({ criteria, policies }, index) =>
      measuredFaults(criteria, strataOf(policies) ?? strata, index),
    ),
  ];
}

const codesOf = ({ strata }: Policies['ballotStrata']['value']) => strata.map(({ code }) => code);

/** The electorates that a category states for itself; its policies may have any shape. */
const strataOf = (policies: unknown): readonly string[] | null =>
  Check(CategoryPoliciesSchema, policies) && policies.ballotStrata !== undefined
    ? codesOf(policies.ballotStrata.value)
    : null;

/** A criterion about an electorate that the plan does not ask would never be met. */
function measuredFaults(criteria: unknown, strata: readonly string[], index: number): Fault[] {
  return listOf(criteria).flatMap(({ required }, at) => {
    const [, name] =
      /^massEvaluation\.(\w[\w-]*)Score$/.exec(String(fieldsOf(required).fact ?? '')) ?? [];
    return name === undefined || strata.includes(name)
      ? []
      : [
          {
            path: `/categories/${index}/criteria/${at}/required/fact`,
            message: `no ballots are asked of ${name}`,
          },
        ];
  });
}

type Fields = { readonly [name: string]: unknown };

/** The fields of a value; none when it is not an object. */
const fieldsOf = (value: unknown): Fields => Object(value ?? {});

/** The entries of a value; none when it is not a list. */
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value : []).map(fieldsOf);
