// Who may send the events of a document.

import type { Access } from '../kit/access.ts';
import type { DocumentEventType } from './events.ts';

export const documentAccess: Access<DocumentEventType> = {
  draft: ['drafter'],
  revise: ['drafter'],
  review: ['drafter', 'signatory'],
  return: ['drafter', 'signatory'],
  sign: ['signatory'],
  abandon: ['drafter', 'signatory'],
  freeze: ['system'],
  supersede: ['system'],
  recall: ['signatory'],
  'candidate-ended': ['system'],
  'recalculate-deadline': ['system'],
};
