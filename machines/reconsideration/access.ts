// The roles that may send the events of a reconsideration.

import type { Access, Who } from '../kit/access.ts';
import type { ReconsiderationEventType } from './reconsideration.v1.ts';

/** The failed review decides which of the two it is (R63, R64). */
const REVIEWERS: readonly Who[] = ['county-office', 'city-centre'];

export const reconsiderationAccess: Access<ReconsiderationEventType> = {
  ask: ['applicant'],
  recuse: REVIEWERS,
  uphold: REVIEWERS,
  grant: REVIEWERS,
  'candidate-ended': ['system'],
  'recalculate-deadline': ['system'],
};
