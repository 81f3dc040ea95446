// The roles that may send the events of a candidate.

import type { Access, ByStage, Who } from '../kit/access.ts';
import type { CandidateEventType } from './events.ts';

const COUNTY: readonly Who[] = ['county-office'];
const REVIEWERS: ByStage = { countyAcceptance: COUNTY, cityVerification: ['city-centre'] };
const CONFERRERS: ByStage = {
  countyAcceptance: ['county-office', 'county-department'],
  cityVerification: ['city-centre'],
};
const REVOKERS: readonly Who[] = ['city-centre', 'county-office', 'county-department'];
const INSPECTORS: readonly Who[] = ['county-office', 'township-office'];

export const candidateAccess: Access<CandidateEventType> = {
  register: ['county-office', 'township-committee', 'integrator'],
  'phase-entered': ['system'],
  'recalculate-deadline': ['system'],
  'adopt-policy': ['system'],
  'record-evidence': ['responsible', 'applicant', 'township-office', 'county-office', 'integrator'],
  'assess-evidence': ['county-office', 'township-office', 'city-centre', 'assessor'],
  'record-inspection': INSPECTORS,
  'submit-plan': ['responsible'],
  'approve-plan': ['county-office', 'county-department'],
  'return-plan': ['county-office', 'county-department'],
  'confirm-mobilization': ['responsible'],
  'acknowledge-mobilization': ['responsible'],
  'declare-created': ['responsible'],
  'admit-late-declaration': COUNTY,
  'confirm-created': ['confirmer'],
  'return-declaration': ['confirmer'],
  'submit-self-check': ['self-checker'],
  'confirm-finding-rectified': ['self-checker'],
  'mass-evaluation-closed': ['system'],
  'record-assessment': ['system'],
  'retract-assessment': ['system'],
  'admit-late-application': ['county-office', 'city-centre'],
  apply: ['applicant'],
  pass: REVIEWERS,
  'pass-with-requirements': REVIEWERS,
  'confirm-requirements-met': REVIEWERS,
  'return-for-correction': REVIEWERS,
  'admit-late-resubmission': REVIEWERS,
  resubmit: ['applicant'],
  defer: REVIEWERS,
  'resume-review': REVIEWERS,
  fail: REVIEWERS,
  'reconsideration-asked': ['system'],
  'reconsideration-closed': ['system'],
  select: ['system'],
  'keep-in-reserve': ['system'],
  'pass-over': ['system'],
  'objection-opened': ['system'],
  'objection-closed': ['system'],
  'propose-submission': COUNTY,
  'decline-submission': COUNTY,
  'submit-upward': ['county-office', 'county-department'],
  'request-override': COUNTY,
  'approve-override': ['county-office', 'county-department'],
  'propose-conferral': CONFERRERS,
  'decline-conferral': CONFERRERS,
  'confirm-conferral': CONFERRERS,
  withdraw: ['applicant'],
  'propose-disqualification': ['county-office', 'city-centre'],
  'confirm-disqualification': ['county-office', 'county-department', 'city-centre'],
  'record-verification': ['city-centre'],
  'propose-revocation': REVOKERS,
  'decline-revocation': REVOKERS,
  'confirm-revocation': REVOKERS,
};
