// Score sheets, their submissions, and the conflicts of interest of their assessors.

import type { ReadRow } from '../kernel/store-tables.ts';
import { change, insert } from '../kernel/store-tables.ts';

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
  // One that was taken back may be declared again; of two at once, each of another sheet, one is stored.
  conflicts: change(
    'put_conflict_of_interest',
    [
      ['principal_id', 'uuid'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['reason', 'text'],
      ['declared_at', 'timestamptz'],
      ['declared_by', 'text'],
    ],
    (from) => `
      insert into conflict_of_interest as i
             (campaign_id, principal_id, organisation_id, path, reason, declared_at, declared_by)
      select distinct on (r.principal_id, r.organisation_id)
             $1, r.principal_id, r.organisation_id, r.path, r.reason, r.declared_at, r.declared_by
        from ${from}
       order by r.principal_id, r.organisation_id, r.declared_at
          on conflict (campaign_id, principal_id, organisation_id) do update
         set path = excluded.path, reason = excluded.reason, declared_at = excluded.declared_at,
             declared_by = excluded.declared_by, withdrawn_at = null, withdrawn_by = null,
             withdrawal_reason = null
       where i.withdrawn_at is not null`,
  ),
  conflictsWithdrawn: change(
    'withdraw_conflict_of_interest',
    [
      ['principal_id', 'uuid'],
      ['organisation_id', 'text'],
      ['withdrawal_reason', 'text'],
      ['withdrawn_at', 'timestamptz'],
      ['withdrawn_by', 'text'],
    ],
    (from) => `
      update conflict_of_interest i
         set withdrawn_at = r.withdrawn_at, withdrawn_by = r.withdrawn_by,
             withdrawal_reason = r.withdrawal_reason
        from ${from}
       where i.campaign_id = $1 and i.principal_id = r.principal_id
         and i.organisation_id = r.organisation_id`,
  ),
};

export type AssessmentReads = { score_sheet: ReadRow<typeof ASSESSMENT_TABLES.sheets> };
