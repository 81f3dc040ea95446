// Facts that rest on roll-ups, as they stand under the lock and after the steps of this batch so far.

import type { Writes } from '../../db/tables.ts';
import type { HeldRollUps } from '../conformance/roll-ups.ts';
import { placeOf } from '../conformance/roll-ups.ts';
import type { Draft } from './draft.ts';
import type { Facts, Remeasure } from './facts.ts';
import type { Held } from './locked-rows.ts';

/** The same facts, those that rest on roll-ups measured again where these are held. */
export function asHeld(
  { held, writes }: { held: Held; writes: Writes },
  draft: Draft,
  facts: Facts,
  remeasure: Remeasure | undefined,
): Facts {
  const rollUps = held['roll-ups'] as HeldRollUps | undefined;
  if (rollUps === undefined) return facts;
  const fresh: Facts = { ...facts };
  if (remeasure !== undefined) {
    fresh.criteria = remeasure(placeOf(rollUps, writes, draft.organisationId).counts);
  }
  if (facts.undecidedRegressions !== undefined) {
    const counted = rollUps.regressions.get(draft.id) ?? facts.undecidedRegressions;
    fresh.undecidedRegressions = counted + lostJustNow(writes, draft);
  }
  return fresh;
}

/** Sites that ceased to conform in a step of this very batch. */
const lostJustNow = ({ conformances }: Writes, { siteId, instance }: Draft): number =>
  conformances.filter(
    (row) =>
      !row.conforms &&
      row.lost_at === row.assessed_at &&
      (row.site_id === siteId || ['township', 'county'].includes(String(instance.context.subject))),
  ).length;
