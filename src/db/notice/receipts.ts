// Receipts (签收), as they are read.

import type { Reads } from '../tables.ts';

/** The receipt that the notice of this id asks for; undefined when it asks for none. */
export const findReceipt = (db: Reads, campaignId: string, noticeId: string) =>
  db
    .selectFrom('subject')
    .select([
      'id',
      'campaign_id as campaignId',
      'organisation_id as organisationId',
      'version',
      'value',
      'context',
      'stage',
      'state',
      'status',
      'revision',
      'created_at as createdAt',
      'updated_at as updatedAt',
    ])
    .where('machine', '=', 'receipt')
    .where('campaign_id', '=', campaignId)
    .where('id', '=', noticeId)
    .executeTakeFirst();
