// 回避: facts about the people an event names, before they judge or investigate a candidate.

/** The reason to stay away from a candidate; null when there is none. */
export type Conflict = { kind: string; organisationId: string } | null;

/** For each principal, whether it is an officer with a role here, and its conflict of interest. */
export type Interests = {
  [principalId: string]: { known: boolean; roles: readonly string[]; conflict: Conflict };
};
