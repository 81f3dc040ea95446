// What ballots are counted as, and what they come to.

/** 无记名 or 公开: by one-time tokens, or counted by hand by two tellers. */
export type BallotForm = 'secret' | 'open';

/** Ballots of one stratum as they were counted; `grades` by the plan's names. */
export type StratumCount = {
  stratum: string;
  issued: number;
  returned: number;
  invalid: number;
  abstained: number;
  grades: { readonly [grade: string]: number };
};

/** Strata that are told together, because one alone would give its voters away. */
export type BallotGroup = {
  strata: readonly string[];
  issued: number;
  returned: number;
  valid: number;
  invalid: number;
  abstained: number;
  grades: { readonly [grade: string]: number };
  /** Mean of its grades in hundredths of a point; null without any. */
  scoreCenti: number | null;
};

export type VoidReason = 'more-returned-than-issued' | 'no-quorum' | 'too-few' | 'no-grade';

/** What a round comes to. Of a void one nothing is told but how many ballots went out and came back. */
export type BallotResult = {
  issued: number;
  returned: number;
  valid: number | null;
  invalid: number | null;
  abstained: number | null;
  void: VoidReason | null;
  scoreCenti: number | null;
  /** Hundredths by stratum; a stratum too small to be told apart has the score of its group. */
  strataCenti: { readonly [stratum: string]: number };
  groups: readonly BallotGroup[];
  /** SHA-256 over the canonical JSON of all the rest. */
  hash: string;
};

export type ByStratum = { readonly [stratum: string]: number };

export const sumOf = (counts: { readonly [name: string]: number }): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
