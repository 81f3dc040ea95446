// Who may begin: nobody who could come to nothing, and nobody twice.

import type { Creation } from '../candidate/late-requirements.ts';
import { lateAdmissionIsOurs, registeredInTime } from '../candidate/late-requirements.ts';
import {
  countedOnce,
  householdCountedOnce,
  noNamesake,
  selectionLiesAhead,
} from '../candidate/requirements.ts';
import { OFFICES } from './part.ts';
import type { Procedure } from './procedure.ts';

/** What is to be created, in order: a step that whoever comes too late cannot do. */
const creationsOf = ({ stages }: Procedure): (Creation & { at: number; index: number })[] =>
  stages.flatMap(({ in: phase, steps }, at) =>
    steps.flatMap((step, index) =>
      step.step === 'create'
        ? [{ clause: step.clause, phase, admittedBy: step.admittedBy, at, index }]
        : [],
    ),
  );

/** What is still to be created from this step on; undefined where nothing is. */
export const creationAfter = (
  procedure: Procedure,
  at: number,
  index: number,
): Creation | undefined =>
  creationsOf(procedure).find((one) => one.at > at || (one.at === at && one.index >= index));

/** Nobody is registered to come to nothing. */
export function registrationRules(procedure: Procedure) {
  const creations = creationsOf(procedure);
  const admittedBy = creations.flatMap((creation) => creation.admittedBy);
  const clause = creations[0]?.clause ?? 'R47';
  return [
    ...creations.map(registeredInTime),
    lateAdmissionIsOurs(
      clause,
      admittedBy.length > 0 ? [...new Set(admittedBy)] : [OFFICES.county],
    ),
    selectionLiesAhead,
    ...[countedOnce, householdCountedOnce, noNamesake],
  ];
}
