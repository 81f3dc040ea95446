// The candidates that subjects are about, for lists of what hangs on them.

import type pg from 'pg';
import { run, statement } from '../kernel/transaction.ts';

const ABOUT = statement(
  'candidates-about',
  `
    select s.id as "subjectId", c.name, c.person_name as "personName",
           c.organisation_id as "organisationId"
      from unnest($1::uuid[], $2::uuid[]) as asked (campaign_id, id)
      join subject s on s.campaign_id = asked.campaign_id and s.id = asked.id
      join candidate c on c.campaign_id = s.campaign_id and c.id in (s.id, s.parent_id)`,
);

type AboutRow = {
  subjectId: string;
  name: string;
  personName: string | null;
  organisationId: string;
};

/** By subject the candidate that it is or hangs on; the campaign and what hangs on it have none. */
export async function findCandidatesAbout(
  db: pg.Pool,
  subjects: readonly { campaignId: string; subjectId: string }[],
): Promise<Map<string, AboutRow>> {
  const unique = [...new Map(subjects.map((one) => [one.subjectId, one])).values()];
  const rows = await run<AboutRow>(db, ABOUT, [
    unique.map(({ campaignId }) => campaignId),
    unique.map(({ subjectId }) => subjectId),
  ]);
  return new Map(rows.map((row) => [row.subjectId, row]));
}
