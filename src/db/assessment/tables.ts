// Score sheets, their submissions, and the conflicts of interest of their assessors.

import type { ReadRow } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

export const ASSESSMENT_TABLES = {
  sheets: insert(
    'score_sheet',
    [
      ['id', 'uuid'],
      ['candidate_id', 'uuid'],
      ['stream', 'text'],
      ['round', 'smallint'],
      ['assessor_id', 'uuid?'],
    ],
    'on conflict (campaign_id, id) do update set assessor_id = excluded.assessor_id',
  ),
  submissions: insert('score_sheet_submission', [
    ['sheet_id', 'uuid'],
    ['number', 'smallint'],
    ['assessor_id', 'uuid'],
    ['points', 'jsonb'],
    ['not_applicable', 'jsonb'],
    ['total_centi', 'integer'],
    ['remark', 'text?'],
    ['submitted_at', 'timestamptz'],
  ]),
  conflicts: insert(
    'conflict_of_interest',
    [
      ['principal_id', 'uuid'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['reason', 'text'],
      ['declared_at', 'timestamptz'],
      ['declared_by', 'text'],
    ],
    'on conflict (campaign_id, principal_id, organisation_id) do nothing',
  ),
};

export type AssessmentReads = { score_sheet: ReadRow<typeof ASSESSMENT_TABLES.sheets> };
