// The roles that may send the events of a reconsideration.

import type { Access, Who } from '../kit/access.ts';
import type { ReconsiderationEventType } from './reconsideration.v1.ts';

/** The body that reviewed decides (R63, R64); a guard tells the offices above why they may not. */
const REVIEWERS: readonly Who[] = ['office', 'county-office', 'city-centre'];

export const reconsiderationAccess: Access<ReconsiderationEventType> = {
  ask: ['applicant'],
  recuse: REVIEWERS,
  'withdraw-recusal': ['office'],
  uphold: REVIEWERS,
  grant: REVIEWERS,
  'candidate-ended': ['system'],
  'recalculate-deadline': ['system'],
};
