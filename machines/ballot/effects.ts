// Effects on the roll, the urn and the ballots of a round.

import { effect } from '../kit/effect.ts';

/** The electoral roll of one generation of a round (R61). */
type StoreRoll = {
  generation: number;
  entries: readonly { entry: string; name: string; stratum: string }[];
};

/** A secret round has an urn for each stratum; tellers count open ballots by hand. */
type OpenUrn = { generation: number; closesAt: string; strata: readonly string[] };

/** The urn takes the hash of the entry's token; the token travels sealed with the command. */
type MarkRoll = { generation: number; entry: string; stratum: string };

type ExtendUrn = { closesAt: string };

/** Tokens and slips are destroyed; only ballots without an order remain, as far as secrecy allows. */
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
  'open-urn': effect<OpenUrn>(),
  'mark-roll': effect<MarkRoll>(),
  'extend-urn': effect<ExtendUrn>(),
  'close-urn': effect<CloseUrn>(),
};
