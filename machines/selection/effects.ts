// Rankings and the selections that rest on them.

import { effect } from '../kit/effect.ts';

/** A ranking as it was made, with everything it was made of; stored once and never changed. */
export type StoreRanking = {
  id: string;
  category: string;
  kind: 'ranking' | 'selection' | 'move-up';
  basedOn: string | null;
  body: { readonly [name: string]: unknown };
};

export type SelectCandidates = {
  category: string;
  rankingId: string;
  selected: readonly { candidateId: string; rank: number }[];
  reserves: readonly { candidateId: string; rank: number; position: number }[];
  /** Rank null: never ranked, for the reason given. */
  passedOver: readonly { candidateId: string; rank: number | null; because: string }[];
};

export const selectionEffects = {
  'store-ranking': effect<StoreRanking>(),
  'select-candidates': effect<SelectCandidates>(),
};
