// Stage 6, 市级验收 (R64, R65): the city verifies every submitted unit and person, then determines.

import { candidateSetup } from './chart.ts';
import { conferral } from './conferral.ts';
import { whileLive } from './live-events.ts';
import { publicNotice } from './public-notice.ts';
import { review } from './review.ts';

export const cityVerification = candidateSetup.createStateConfig({
  initial: 'under-review',
  on: whileLive,
  states: {
    ...review('cityVerification', 'public-notice'),
    ...publicNotice('confirmable', 'city'),
    ...conferral('city'),
  },
});
