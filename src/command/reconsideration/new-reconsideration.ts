// A reconsideration begins with the candidate and the failed review, as its candidate has it under the lock.

import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { ReconsiderationInput } from '../../../machines/reconsideration/reconsideration.v1.ts';
import { newChild } from '../kernel/admit.ts';
import type { Fault, Outcome } from '../kernel/command.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Beginning, Made } from '../kernel/noun.ts';
import type { NewSubject } from '../new-subjects.ts';
import { outOfState, stepOf } from '../review/offices.ts';

/** The beginning of a reconsideration; it is out of state for a candidate that has not failed a review. */
export function newReconsideration(
  create: NewSubject,
  beginning: Beginning,
): Made | { faults: Fault[] } | { outcome: Outcome } {
  const made = newChild(create, beginning);
  const { parent } = beginning;
  if ('faults' in made || parent === undefined) return made;
  const { failedBy, applicants } = contextOf(parent, 'candidate');
  const { value } = parent.instance;
  const found = stepOf(parent, 'review');
  const office = found?.step.by[0];
  const hasFailed = found?.stage === stageOf(value) && stateOf(value) === 'failed';
  if (!hasFailed || office === undefined || failedBy === null) return outOfState(parent);
  const { clause } = found.step;
  const input: ReconsiderationInput = {
    candidateId: parent.id,
    stage: found.stage,
    office,
    clause,
    failedBy,
    applicants,
  };
  return { ...made, input };
}
