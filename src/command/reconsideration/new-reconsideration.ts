// A reconsideration begins with the candidate and the failed review, as its candidate has it under the lock.

import { accepts, stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { ReconsiderationInput } from '../../../machines/reconsideration/reconsideration.v1.ts';
import { newChild, where } from '../kernel/admit.ts';
import type { Fault, Outcome } from '../kernel/command.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Beginning, Made } from '../kernel/noun.ts';
import type { NewSubject } from '../new-subjects.ts';

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
  const stage = stageOf(value);
  const isReview = stage === 'countyAcceptance' || stage === 'cityVerification';
  if (!isReview || failedBy === null || stateOf(value) !== 'failed') {
    const known = accepts(parent.release, parent.instance);
    return { outcome: { kind: 'out-of-state', ...where(parent), accepts: known } };
  }
  const input: ReconsiderationInput = { candidateId: parent.id, stage, failedBy, applicants };
  return { ...made, input };
}
