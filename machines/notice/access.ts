// Who may send the events of a receipt.

import type { Access } from '../kit/access.ts';
import type { ReceiptEventType } from './receipt.v1.ts';

export const receiptAccess: Access<ReceiptEventType> = {
  issue: ['system'],
  'recalculate-deadline': ['system'],
  sign: ['responsible'],
};
