// Who may send the events of a round of ballots.

import type { Access, Who } from '../kit/access.ts';
import type { BallotRoundEventType } from './events.ts';

const COUNTY_LEADERS: readonly Who[] = ['county-leader'];
const LEADERS: readonly Who[] = ['leader'];

export const ballotRoundAccess: Access<BallotRoundEventType> = {
  convene: LEADERS,
  reconvene: LEADERS,
  open: LEADERS,
  'print-slips': LEADERS,
  'mark-voter': LEADERS,
  extend: COUNTY_LEADERS,
  close: LEADERS,
  'enter-count': LEADERS,
  'reject-count': LEADERS,
  'confirm-count': LEADERS,
  void: COUNTY_LEADERS,
  lapse: COUNTY_LEADERS,
  'recalculate-deadline': ['system'],
};
