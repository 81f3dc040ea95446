// What is decided about a candidate in a subject of its own, is decided by the office of its present step.

import type { Role } from '../../../machines/kit/access.ts';
import { accepts, stageOf } from '../../../machines/kit/step.ts';
import { addresseeOf } from '../../../machines/procedure/part.ts';
import type { StepKind } from '../../../machines/procedure/procedure.ts';
import type { StepAt } from '../../../machines/procedure/reading.ts';
import { stepAt } from '../../../machines/procedure/reading.ts';
import { reachAddressee } from '../../rules/access/addressees.ts';
import { standing } from '../kernel/admit.ts';
import type { Outcome } from '../kernel/command.ts';
import type { Draft } from '../kernel/draft.ts';
import type { Reference } from '../kernel/reference.ts';

/**
 * The step of this kind at which the candidate stands, or else the first one on its way: a guard tells that it
 * does not stand there. Undefined where its plan has none. Throws when the draft is no candidate: a bug.
 */
export function stepOf<Kind extends StepKind>(
  { release, instance }: Draft,
  kind: Kind,
): StepAt<Kind> | undefined {
  if (release.stated?.machine !== 'candidate') throw new Error(`a ${release.name} has no steps`);
  return stepAt(release.stated.body, kind, stageOf(instance.value));
}

/** The id of the organisation that holds this office over the candidate; null when nobody does. */
export const officeOver = (
  { directory }: Reference,
  { organisationId }: Draft,
  office: Role,
): string | null =>
  reachAddressee(directory, organisationId, addresseeOf(office))[0]?.organisation.id ?? null;

export const outOfState = (draft: Draft): { outcome: Outcome } => ({
  outcome: {
    kind: 'out-of-state',
    ...standing(draft),
    accepts: accepts(draft.release, draft.instance),
  },
});
