// Receipts (签收), as they are read.

import { findReadSubject } from '../kernel/subject-reads.ts';
import type { Reads } from '../tables.ts';

/** The receipt that the notice of this id asks for; undefined when it asks for none. */
export const findReceipt = (db: Reads, campaignId: string, noticeId: string) =>
  findReadSubject(db, 'receipt', campaignId, noticeId);
