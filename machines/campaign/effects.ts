// Operations that take a whole campaign along.

import { effect } from '../kit/effect.ts';
import type { PhaseCode } from '../kit/phases.ts';

/** These subjects are to be decided by another version of the plan: an operation, one item each. */
type ApplyPolicy = { planVersion: number; subjects: readonly string[] };

/** The campaign's row has decided; its candidates follow in batches, as an operation. */
type MoveCandidates = { phase: PhaseCode };

export const campaignEffects = {
  'apply-policy': effect<ApplyPolicy>(),
  'move-candidates': effect<MoveCandidates>(),
};
