// Candidates whose streams are being gathered, for the assignment of assessors.

import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const TO_ASSESS = statement(
  'find-to-assess',
  `
    select c.id, c.category, c.organisation_id as "organisationId", c.path, o.kind,
           o.path as "organisationPath", s.stage, s.state
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
      join organisation o on o.id = c.organisation_id
     where c.campaign_id = $1 and s.step in ('apply', 'gather') and s.status = 'active'
       and ($2::text is null or c.category = $2)
       and ($3::uuid[] is null or c.id = any ($3::uuid[]))
     order by c.id`,
);

/** The candidates in a step that may gather streams, of a category or of these ids. */
export const listToAssess = (
  tx: Tx,
  campaignId: string,
  { category, ids }: { category: string | null; ids: readonly string[] | null },
): Promise<
  {
    id: string;
    category: string;
    organisationId: string;
    path: string;
    kind: string;
    organisationPath: string;
    stage: string;
    state: string;
  }[]
> => run(tx, TO_ASSESS, [campaignId, category, ids]);
