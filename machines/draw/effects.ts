// The effect of a draw.

import { effect } from '../kit/effect.ts';
import type { DrawOutcome } from './events.ts';

/** The drawn units, which inspections and the inspectors' worklists look up. */
export type StoreDrawUnits = {
  units: DrawOutcome['assignments'];
  dueAt: string | null;
};

export const drawEffects = {
  'store-draw-units': effect<StoreDrawUnits>(),
};
