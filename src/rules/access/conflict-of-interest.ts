// 回避 (R61): who may not assess whom, decided by where they belong and by what they have declared.

import type { Conflict as ConflictOfInterest } from '../../../machines/assessment/interests.ts';

/** Somebody as far as it matters here: the places of their roles and what they stay away from. */
type Interests = {
  /** Each role: where it is held, and how far it reaches. */
  held: readonly { organisationId: string; reach: string }[];
  declared: readonly { organisationId: string; path: string }[];
};

/**
 * The candidate's organisation: its place, and that of the unit it is or acts for (a body of the
 * county belongs to the county). `judgedAt` is the place of the body that judges: the county, or a place below it.
 */
type Assessed = {
  organisationId: string;
  path: string;
  unitPath: string;
  judgedAt: string;
};

const isBelow = (reach: string, place: string): boolean =>
  reach !== place && reach.startsWith(place);

/**
 * Why somebody stays away from a candidate; null when nothing stands in the way. Who acts for the
 * county does not have every township as their own, or nobody could assess: only what is answered for below the body
 * that judges is somebody's subtree. The county itself is its own unit (Q3).
 */
export function conflictOf(
  { held, declared }: Interests,
  { organisationId, path, unitPath, judgedAt }: Assessed,
): ConflictOfInterest {
  const own = held.find(
    (place) => place.organisationId === organisationId || place.reach === unitPath,
  );
  if (own !== undefined) return { kind: 'own-unit', organisationId: own.organisationId };
  const above = held.find(({ reach }) => isBelow(reach, judgedAt) && path.startsWith(reach));
  if (above !== undefined) return { kind: 'own-subtree', organisationId: above.organisationId };
  const said = declared.find((place) => path.startsWith(place.path));
  return said === undefined ? null : { kind: 'declared', organisationId: said.organisationId };
}
