// Who may send the events of a rectification order.

import type { Access, Who } from '../kit/access.ts';
import type { RectificationEventType } from './events.ts';

const COUNTY: readonly Who[] = ['county-office'];

export const rectificationAccess: Access<RectificationEventType> = {
  draft: ['system'],
  'document-issued': ['system'],
  'document-abandoned': ['system'],
  acknowledge: ['responsible'],
  start: ['responsible'],
  'report-progress': ['responsible'],
  'correct-site-fact': ['responsible'],
  'supersede-record': ['responsible'],
  submit: ['responsible'],
  close: COUNTY,
  reopen: COUNTY,
  extend: COUNTY,
  'recalculate-deadline': ['system'],
};
