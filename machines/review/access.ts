// The roles that may send the events of a panel.

import type { Access, Who } from '../kit/access.ts';
import type { ReviewPanelEventType } from './events.ts';

const INVESTIGATORS: readonly Who[] = [
  'county-office',
  'county-department',
  'city-centre',
  'assessor',
];

/** R63, R64: the reviewing body convenes and concludes; members speak for themselves. */
export const reviewPanelAccess: Access<ReviewPanelEventType> = {
  convene: ['responsible'],
  recuse: INVESTIGATORS,
  replace: ['responsible'],
  'give-verdict': INVESTIGATORS,
  'break-tie': INVESTIGATORS,
  conclude: ['responsible'],
  dissolve: ['responsible'],
};
