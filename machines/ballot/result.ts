// Counts of ballots, and the result of a round.

/** 无记名 votes by one-time tokens; two tellers count 公开 ballots by hand. */
export type BallotForm = 'secret' | 'open';

/** The counted ballots of one stratum; `grades` are by the plan's names. */
export type StratumCount = {
  stratum: string;
  issued: number;
  returned: number;
  invalid: number;
  abstained: number;
  grades: { readonly [grade: string]: number };
};

/** Strata that are published together, because one alone would give its voters away. */
export type BallotGroup = {
  strata: readonly string[];
  issued: number;
  returned: number;
  valid: number;
  invalid: number;
  abstained: number;
  grades: { readonly [grade: string]: number };
  /** The mean of the grades in hundredths of a point; null without any. */
  scoreCenti: number | null;
};

export type VoidReason = 'more-returned-than-issued' | 'no-quorum' | 'too-few' | 'no-grade';

/** The result of a round. A void round tells only how many ballots went out and came back. */
export type BallotResult = {
  issued: number;
  returned: number;
  valid: number | null;
  invalid: number | null;
  abstained: number | null;
  void: VoidReason | null;
  scoreCenti: number | null;
  /** Hundredths of a point by stratum; a stratum too small to stand alone has its group's score. */
  strataCenti: { readonly [stratum: string]: number };
  groups: readonly BallotGroup[];
  /** SHA-256 over the canonical JSON of all the rest. */
  hash: string;
};

export type ByStratum = { readonly [stratum: string]: number };

export const sumOf = (counts: { readonly [name: string]: number }): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
