// An objection begins with the public notice under which its candidate stands.

import type { ObjectionInput } from '../../../machines/objection/events.ts';
import { OFFICES } from '../../../machines/procedure/part.ts';
import { newChild } from '../kernel/admit.ts';
import type { Fault, Outcome } from '../kernel/command.ts';
import type { Beginning, Made } from '../kernel/noun.ts';
import type { NewSubject } from '../new-subjects.ts';
import { officeOver, outOfState, stepOf } from '../review/offices.ts';

/** The beginning of an objection; it lies with the body that issued the notice, so nobody learns who objects. */
export function newObjection(
  create: NewSubject,
  beginning: Beginning,
): Made | { faults: Fault[] } | { outcome: Outcome } {
  const { parent, reference } = beginning;
  if (parent === undefined || !('input' in create)) return newChild(create, beginning);
  const found = stepOf(parent, 'notice');
  if (found === undefined) return outOfState(parent);
  const office = OFFICES[found.step.issuer];
  const made = newChild(
    { ...create, organisationId: officeOver(reference, parent, office) },
    beginning,
  );
  if ('faults' in made) return made;
  const said = create.input as Omit<ObjectionInput, 'office' | 'clause'>;
  const input: ObjectionInput = { ...said, office, clause: found.step.clause };
  return { ...made, input };
}
