// What a schema cannot say of the ballots of a plan: that forms, strata and grades agree with the rest.

import type { Policies } from '../plan/plan-schema.ts';

type Fault = { path: string; message: string };

/** Every fault of the policies of ballots; `categories` are those of the plan, whatever their shape. */
export function ballotFaults(
  { ballotForm, ballotStrata, gradePoints }: Policies,
  categories: unknown,
): Fault[] {
  const known: { code?: unknown; criteria?: unknown }[] = listOf(categories);
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
  const list: { required?: { fact?: unknown } | null }[] = listOf(criteria);
  return list.flatMap(({ required }, at) => {
    const [, name] = /^massEvaluation\.(\w[\w-]*)Score$/.exec(String(required?.fact ?? '')) ?? [];
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

/** The entries of what may be no list, each as an object: null has no properties either. */
const listOf = (value: unknown): object[] =>
  (Array.isArray(value) ? value : []).map((entry: unknown) => Object(entry ?? {}) as object);
