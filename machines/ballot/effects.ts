// The roll, the urn and the ballots of a round.

import { effect } from '../kit/effect.ts';

/** The electoral roll of one generation of a round (R61). */
type StoreRoll = {
  generation: number;
  entries: readonly { entry: string; name: string; stratum: string }[];
};

/** An urn for each stratum of a secret round; none where ballots are counted by hand. */
type OpenUrn = { generation: number; closesAt: string; strata: readonly string[] };

/** The entry has its ballot: the urn takes the hash of the token that travels sealed with the command. */
type MarkRoll = { generation: number; entry: string; stratum: string };

type ExtendUrn = { closesAt: string };

/** Tokens and slips are destroyed; what may be told of the slips is kept as ballots without an order. */
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
