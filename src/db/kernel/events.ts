// The log of events, as it is read.

import type { KernelDatabase } from './tables.ts';

export type EventRow = Awaited<ReturnType<typeof listEvents>>[number];

/** The events of a subject, the oldest first. */
export const listEvents = (
  db: KernelDatabase,
  filter: { campaignId: string; subjectId: string; after: number; limit: number },
) =>
  db
    .selectFrom('event')
    .select([
      'sequence',
      'type',
      'at',
      'principal_id as principalId',
      'roles',
      'credential',
      'payload',
      'facts',
      'stage',
      'state',
      'personal',
      'hash',
    ])
    .where('campaign_id', '=', filter.campaignId)
    .where('subject_id', '=', filter.subjectId)
    .where('sequence', '>', filter.after)
    .orderBy('sequence')
    .limit(filter.limit)
    .execute();
