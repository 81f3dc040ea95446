// Who may send the events of a draw.

import type { Access, Who } from '../kit/access.ts';
import type { DrawEventType } from './events.ts';

const COUNTY: readonly Who[] = ['county-office'];
const CANCELS: readonly Who[] = ['county-office', 'county-department'];
const PARTIES: readonly Who[] = ['county-office', 'county-department', 'city-centre', 'auditor'];

export const drawAccess: Access<DrawEventType> = {
  prepare: COUNTY,
  'commit-contribution': PARTIES,
  'reveal-contribution': PARTIES,
  publish: COUNTY,
  // Inspectors serve at any place. The machine lets all but the county office stand back only for
  // themselves, and only by the published names.
  'declare-recusal': ['anybody'],
  'withdraw-recusal': COUNTY,
  complete: COUNTY,
  cancel: CANCELS,
  'confirm-cancellation': CANCELS,
  'recalculate-deadline': ['system'],
};
