// Candidates for recognition.

import type { ReadRow } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

export const CANDIDATE_TABLES = {
  candidates: insert('candidate', [
    ['id', 'uuid'],
    ['category', 'text'],
    ['name', 'text'],
    ['organisation_id', 'text'],
    ['site_id', 'text?'],
    ['person_name', 'text?'],
    ['person_key', 'text?'],
    ['birth_year', 'text?'],
    ['identity_digest', 'text?'],
    ['path', 'text'],
    ['created_at', 'timestamptz'],
  ]),
};

export type CandidateReads = { candidate: ReadRow<typeof CANDIDATE_TABLES.candidates> };
