// Who may send the events of an objection.

import type { Access, Who } from '../kit/access.ts';
import type { ObjectionEventType } from './events.ts';

const INVESTIGATORS: readonly Who[] = [
  'county-office',
  'county-department',
  'city-centre',
  'assessor',
];

/** R63: everybody who sees a public notice may object; the reviewing body investigates. */
export const objectionAccess: Access<ObjectionEventType> = {
  receive: ['anybody'],
  admit: ['responsible'],
  'not-admit': ['responsible'],
  reassign: ['responsible'],
  recuse: INVESTIGATORS,
  report: INVESTIGATORS,
  'return-report': ['responsible'],
  uphold: ['responsible'],
  dismiss: ['responsible'],
  reply: ['responsible'],
  'recalculate-deadline': ['system'],
};
