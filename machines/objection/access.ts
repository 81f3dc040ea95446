// Who may send the events of an objection.

import type { Access, Who } from '../kit/access.ts';
import type { ObjectionEventType } from './events.ts';

const INVESTIGATORS: readonly Who[] = [
  'county-office',
  'county-department',
  'city-centre',
  'assessor',
];

/**
 * R63: everybody who sees a public notice may object, the public by lodging what the office then receives; the body
 * that issued it investigates.
 */
export const objectionAccess: Access<ObjectionEventType> = {
  lodge: ['public'],
  raise: ['anybody'],
  receive: ['office'],
  'propose-rejection': ['office'],
  'confirm-rejection': ['office'],
  admit: ['office'],
  'not-admit': ['office'],
  reassign: ['office'],
  recuse: INVESTIGATORS,
  'withdraw-recusal': ['office'],
  report: INVESTIGATORS,
  'return-report': ['office'],
  uphold: ['office'],
  dismiss: ['office'],
  reply: ['office'],
  'recalculate-deadline': ['system'],
};
