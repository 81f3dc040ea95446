// The roles that may send the events of a supplement and of a regression.

import type { Access, Who } from '../kit/access.ts';
import type { RegressionEventType } from './regression.v1.ts';
import type { SupplementEventType } from './supplement.v1.ts';

const COUNTY: readonly Who[] = ['county-office'];
const DECIDERS: readonly Who[] = ['officers'];

export const supplementAccess: Access<SupplementEventType> = {
  draft: ['township-office'],
  revise: ['township-office'],
  submit: ['township-office'],
  approve: COUNTY,
  return: COUNTY,
  withdraw: ['township-office'],
};

export const regressionAccess: Access<RegressionEventType> = {
  raise: ['system'],
  regain: ['system'],
  'candidate-ended': ['system'],
  'recalculate-deadline': ['system'],
  'propose-uphold': DECIDERS,
  'decline-uphold': DECIDERS,
  'confirm-uphold': DECIDERS,
  'close-with-candidate': DECIDERS,
};
