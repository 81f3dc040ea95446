// Applications as they were submitted.

import { insert } from '../kernel/store-tables.ts';

export const APPLICATION_TABLES = {
  applications: insert('application', [
    ['candidate_id', 'uuid'],
    ['number', 'smallint'],
    ['stage', 'text'],
    ['body', 'jsonb'],
    ['sha256', 'text'],
    ['corrected', 'jsonb'],
    ['submitted_at', 'timestamptz'],
    ['submitted_by', 'text'],
  ]),
};
