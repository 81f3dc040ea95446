// Who may send the events of a matter.

import type { Access } from '../kit/access.ts';
import type { MatterEventType } from './matter.v1.ts';

export const matterAccess: Access<MatterEventType> = {
  raise: ['system'],
  'recalculate-deadline': ['system'],
  solve: ['responsible', 'township-office', 'county-office'],
};
