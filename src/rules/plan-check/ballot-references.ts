// What a schema cannot say of the ballots of a plan: that forms, strata and grades agree with the rest.

import type { Policies } from '../plan/plan-schema.ts';

type Fault = { path: string; message: string };

/** Every fault of the policies of ballots; `categories` are those of the plan, whatever their shape. */
export function ballotFaults(
  { ballotForm, ballotStrata, gradePoints }: Policies,
  categories: unknown,
): Fault[] {
  const known = listOf(categories);
  const codes = known.map(({ code }) => code);
  const strata = ballotStrata.value.strata.map(({ code }) => code);
  return [
    ...ballotForm.value.exceptions.flatMap(({ category }, index) =>
      codes.includes(category)
        ? []
        : [
            {
              path: `/policies/ballotForm/value/exceptions/${index}/category`,
              message: `the plan has no category ${category}`,
            },
          ],
    ),
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
    ...known.flatMap(({ criteria }, index) => measuredFaults(criteria, strata, index)),
  ];
}

/** A criterion measured by an electorate that the plan does not ask is never met. */
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

/** The fields of what may be no object: null has no properties either. */
const fieldsOf = (value: unknown): Fields => Object(value ?? {});

/** The entries of what may be no list. */
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value : []).map(fieldsOf);
