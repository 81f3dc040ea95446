// A panel begins with the review at which its candidate stands, as the candidate has it under the lock.

import type { ReviewPanelInput } from '../../../machines/review/events.ts';
import { newChild } from '../kernel/admit.ts';
import type { Fault, Outcome } from '../kernel/command.ts';
import type { Beginning, Made } from '../kernel/noun.ts';
import type { NewSubject } from '../new-subjects.ts';
import { officeOver, outOfState, stepOf } from './offices.ts';
import { roundOf } from './panel-facts.ts';

/** The beginning of a panel; it lies with the reviewing body, so the candidate's people read no verdict. */
export function newReviewPanel(
  create: NewSubject,
  beginning: Beginning,
): Made | { faults: Fault[] } | { outcome: Outcome } {
  const { parent, reference } = beginning;
  const found = parent && stepOf(parent, 'review');
  const office = found?.step.by[0];
  if (parent === undefined || !('input' in create)) return newChild(create, beginning);
  if (found === undefined || office === undefined) return outOfState(parent);
  const made = newChild(
    { ...create, organisationId: officeOver(reference, parent, office) },
    beginning,
  );
  if ('faults' in made) return made;
  const { members, chair } = create.input as Pick<ReviewPanelInput, 'members' | 'chair'>;
  const { stage, step } = found;
  const input: ReviewPanelInput = {
    candidateId: parent.id,
    stage,
    office,
    clause: step.clause,
    round: roundOf(parent, stage),
    members,
    chair,
  };
  return { ...made, input };
}
