// Effects on the roll, the urn and the ballots of a round.

import { effect } from '../kit/effect.ts';

/** The electoral roll of one generation of a round (R61). */
type StoreRoll = {
  generation: number;
  entries: readonly { entry: string; name: string; stratum: string }[];
};

/**
 * The urn of a secret round takes a set of slips, in place of any before it. What is in it travels sealed with
 * the command; `number` begins the code of every slip.
 */
type FillUrn = { generation: number; number: string; opensAt: string; closesAt: string };

/** Somebody on the roll may take a slip. Which one, nothing knows: the urn has no part in it. */
type MarkRoll = { generation: number; entry: string };

type ExtendUrn = { closesAt: string };

/** The slips are destroyed; only ballots without an order remain, as far as secrecy allows. */
export type CloseUrn = {
  generation: number;
  groups: readonly {
    strata: readonly string[];
    abstained: number;
    grades: { readonly [grade: string]: number };
  }[];
};

export const ballotEffects = {
  'store-roll': effect<StoreRoll>(),
  'fill-urn': effect<FillUrn>(),
  'mark-roll': effect<MarkRoll>(),
  'extend-urn': effect<ExtendUrn>(),
  'close-urn': effect<CloseUrn>(),
};
