// Effects that move a whole campaign, as operations.

import { effect } from '../kit/effect.ts';

/** An operation of one item for each subject that another version of the plan shall decide. */
type ApplyPolicy = { planVersion: number; subjects: readonly string[] };

/** The candidates follow the campaign's decision in batches, as an operation. */
type MoveCandidates = { phase: string };

export const campaignEffects = {
  'apply-policy': effect<ApplyPolicy>(),
  'move-candidates': effect<MoveCandidates>(),
};
