// Who may send the events of a campaign, and of a change of its policy.

import type { Access, Who } from '../kit/access.ts';
import type { CampaignEventType } from './events.ts';
import type { PolicyChangeEvent } from './policy-change.v1.ts';

const COUNTY: readonly Who[] = ['county-office'];
const INSPECTORS: readonly Who[] = ['county-office', 'township-office'];

export const campaignAccess: Access<CampaignEventType> = {
  'adopt-policy': ['system'],
  draft: ['county-office', 'county-department'],
  'document-issued': ['system'],
  'document-abandoned': ['system'],
  'advance-phase': COUNTY,
  'request-override': COUNTY,
  'approve-override': ['county-office', 'county-department'],
  'record-inspection': INSPECTORS,
  'rank-candidates': COUNTY,
  'propose-tie-decision': COUNTY,
  'confirm-tie-decision': ['county-office', 'county-department'],
  'select-by-merit': COUNTY,
  'move-up': COUNTY,
  'release-reserves': COUNTY,
  'record-veto': ['county-office', 'county-department'],
  'amend-roster': COUNTY,
  'end-conformance': ['system'],
  'declare-conflict': ['assessor', 'county-office'],
  'withdraw-conflict': COUNTY,
  'hand-over': ['system'],
  conclude: COUNTY,
  cancel: ['county-department'],
};

export const policyChangeAccess: Access<PolicyChangeEvent['type']> = {
  propose: COUNTY,
  approve: ['county-department'],
  decline: ['county-department'],
  withdraw: COUNTY,
};
