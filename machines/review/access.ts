// The roles that may send the events of a panel.

import type { Access, Who } from '../kit/access.ts';
import { OFFICERS } from '../kit/access.ts';
import type { ReviewPanelEventType } from './events.ts';

/** Whoever may sit on some panel; a guard tells those who do not sit on this one. */
const MEMBERS: readonly Who[] = [...OFFICERS, 'assessor'];

/** R63, R64: the reviewing body convenes and concludes; members speak for themselves. */
export const reviewPanelAccess: Access<ReviewPanelEventType> = {
  convene: ['office'],
  recuse: MEMBERS,
  'withdraw-recusal': ['office'],
  replace: ['office'],
  'give-verdict': MEMBERS,
  'break-tie': MEMBERS,
  conclude: ['office'],
  dissolve: ['office'],
};
