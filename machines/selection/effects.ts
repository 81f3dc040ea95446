// Rankings and the selections that rest on them.

import { effect } from '../kit/effect.ts';

/** A ranking with all its inputs, stored once and never changed. */
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
  /** A null rank means that the candidate was never ranked. */
  passedOver: readonly { candidateId: string; rank: number | null; because: string }[];
};

export const selectionEffects = {
  'store-ranking': effect<StoreRanking>(),
  'select-candidates': effect<SelectCandidates>(),
};
