// Candidates for recognition.

import type { ReadRow } from '../kernel/store-tables.ts';
import { insert, type Table } from '../kernel/store-tables.ts';

// The row of the candidate's own subject is stored as its draft says; a trigger keeps issued documents as they are
// but for where they lie. Whoever stays away from the old place stays away from the new one.
const SUCCESSIONS = {
  columns: [
    ['candidate_id', 'uuid'],
    ['before_id', 'text'],
    ['organisation_id', 'text'],
    ['path', 'text'],
    ['name', 'text'],
  ],
  handedAs: 'arrays',
  steps: [
    {
      cte: 'place_candidate',
      sql: (from) => `
      update candidate c set organisation_id = r.organisation_id, path = r.path, name = r.name from ${from}
       where c.campaign_id = $1 and c.id = r.candidate_id`,
    },
    {
      cte: 'place_children',
      sql: (from) => `
      update subject s set organisation_id = r.organisation_id, path = r.path from ${from}
       where s.campaign_id = $1 and s.parent_id = r.candidate_id and s.organisation_id = r.before_id`,
    },
    {
      cte: 'place_documents',
      sql: (from) => `
      update document d set organisation_id = r.organisation_id, path = r.path from ${from}
       where d.campaign_id = $1 and d.about_id = r.candidate_id and d.organisation_id = r.before_id`,
    },
    {
      cte: 'place_obligations',
      sql: (from) => `
      update obligation o set organisation_id = n.id, path = n.path
        from ${from}
        join subject s on s.campaign_id = $1 and r.candidate_id in (s.id, s.parent_id)
        join organisation b on r.before_id in (b.id, b.parent_id)
        join lateral (
          select n.id, n.path from organisation n
           where n.id = r.organisation_id
              or (b.id <> r.before_id and n.parent_id = r.organisation_id and n.kind = b.kind and n.ended_on is null)
           order by n.id = r.organisation_id limit 1) n on true
       where o.campaign_id = $1 and o.subject_id = s.id and o.closed_at is null and o.organisation_id = b.id`,
    },
    {
      cte: 'place_drawn',
      sql: (from) => `
      update draw_unit u set path = r.path from ${from}
       where u.campaign_id = $1 and u.candidate_id = r.candidate_id`,
    },
    {
      cte: 'keep_conflicts',
      sql: (from) => `
      insert into conflict_of_interest as own
             (campaign_id, principal_id, organisation_id, path, reason, declared_at, declared_by)
      select i.campaign_id, i.principal_id, r.organisation_id, r.path, i.reason, i.declared_at, i.declared_by
        from ${from} join conflict_of_interest i on i.campaign_id = $1 and i.organisation_id = r.before_id
          and i.withdrawn_at is null
          on conflict (campaign_id, principal_id, organisation_id) do update
         set reason = excluded.reason, declared_at = excluded.declared_at, declared_by = excluded.declared_by,
             withdrawn_at = null, withdrawn_by = null, withdrawal_reason = null
       where own.withdrawn_at is not null`,
    },
  ],
} as const satisfies Table;

export const CANDIDATE_TABLES = {
  successions: SUCCESSIONS,
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
