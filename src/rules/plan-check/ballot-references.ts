// Checks that no schema can make: the strata and grades of ballots agree with the plan.

import { type Fault, fault } from '../plan/fault.ts';
import type { Policies } from '../plan/plan-schema.ts';
import type { Sound } from './shape.ts';

/** Every fault of the policies of ballots. */
export function ballotFaults({ ballotStrata, gradePoints }: Sound<Policies>): Fault[] {
  const strata = (ballotStrata?.value?.strata ?? []).map((stratum) => stratum?.code);
  const points = Object.values(gradePoints?.value ?? {});
  return [
    ...strata.flatMap((code, index) =>
      code === undefined || strata.indexOf(code) === index
        ? []
        : [
            fault(
              `/policies/ballotStrata/value/strata/${index}/code`,
              `${code} 已经使用`,
              `${code} is already taken`,
            ),
          ],
    ),
    ...(points.length < 2 || points.includes(undefined) || new Set(points).size > 1
      ? []
      : [
          fault(
            '/policies/gradePoints/value',
            '各等次分值相同，分不出高低',
            'no grade is better than another',
          ),
        ]),
  ];
}
