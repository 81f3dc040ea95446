// Matters as they are read, with the candidate whose ledger they stand in.

import { SUBJECT_COLUMNS } from '../kernel/tables.ts';
import type { Reads } from '../tables.ts';

export type MatterRow = Awaited<ReturnType<typeof findMatter>> & object;

/** One matter; undefined when there is none of this id. */
export const findMatter = (db: Reads, campaignId: string, id: string) =>
  db
    .selectFrom('subject')
    .leftJoin('candidate', (join) =>
      join
        .onRef('candidate.campaign_id', '=', 'subject.campaign_id')
        .onRef('candidate.id', '=', 'subject.parent_id'),
    )
    .select([
      'subject.id',
      'subject.campaign_id as campaignId',
      'subject.organisation_id as organisationId',
      'candidate.id as candidateId',
      'candidate.name as candidateName',
      ...SUBJECT_COLUMNS,
    ])
    .where('subject.campaign_id', '=', campaignId)
    .where('subject.id', '=', id)
    .executeTakeFirst();
