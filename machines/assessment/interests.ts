// 回避: what is known of the people an event names, before they judge or look into a candidate.

/** Why somebody stays away from a candidate; null when nothing stands in the way. */
export type Conflict = { kind: string; organisationId: string } | null;

/** Says of each principal whether there is such an officer with a role here, and what stands in the way. */
export type Interests = {
  [principalId: string]: { known: boolean; roles: readonly string[]; conflict: Conflict };
};
