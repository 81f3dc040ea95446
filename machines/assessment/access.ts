// Who may send the events of a score sheet.

import type { Access, Who } from '../kit/access.ts';
import type { ScoreSheetEventType } from './events.ts';

const COUNTY: readonly Who[] = ['county-office'];

/** The county office organises (R61); a guard of the machine asks whose sheet it is. */
export const scoreSheetAccess: Access<ScoreSheetEventType> = {
  assign: COUNTY,
  'save-draft': ['assessor'],
  submit: ['assessor'],
  'declare-conflict': ['assessor'],
  recuse: COUNTY,
  reassign: COUNTY,
  'send-back': COUNTY,
  accept: COUNTY,
  void: COUNTY,
  'propose-correction': ['county-office', 'assessor'],
  'decline-correction': COUNTY,
  'confirm-correction': COUNTY,
  'recalculate-deadline': ['system'],
};
