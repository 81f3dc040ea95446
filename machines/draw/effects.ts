// What was drawn.

import { effect } from '../kit/effect.ts';
import type { DrawOutcome } from './events.ts';

/** What was drawn, as it is looked up: by the inspection that names it, by the inspector's worklist. */
export type StoreDrawUnits = {
  units: DrawOutcome['assignments'];
  dueAt: string | null;
};

export const drawEffects = {
  'store-draw-units': effect<StoreDrawUnits>(),
};
