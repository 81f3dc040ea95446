// Subjects under lock: the campaign first, then candidates, then the subjects that hang on them, by id. Whoever
// moves a document moves the subject that stands until its issue, which is locked with it.

import type { KernelReads } from './tables.ts';
import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

export type SubjectRow = Omit<KernelReads['subject'], 'lock_rank'> & {
  category: string | null;
  name: string | null;
  person_name: string | null;
  site_id: string | null;
};

/** The columns of a subject `s` and of the candidate `c` that it is or hangs on. */
export const SUBJECT_ROW = `
  s.campaign_id, s.id, s.machine, s.version, s.procedure, s.parent_id, s.organisation_id, s.path, s.value,
  s.context, s.status, s.stage, s.state, s.phase, s.follows_phase, s.revision, s.chain_hash,
  s.created_at, s.updated_at, c.category, c.name, c.person_name, c.site_id`;

const LOCK_SUBJECTS = statement(
  'lock-subjects',
  `
    select ${SUBJECT_ROW}
      from subject s
      left join candidate c
        on c.campaign_id = s.campaign_id and c.id = coalesce(s.parent_id, s.id)
     where s.campaign_id = $1
       and s.id = any ($2::uuid[] || array(
             select p.parent_id from subject p
              where p.campaign_id = $1 and p.id = any ($2::uuid[]) and p.parent_id is not null)
           || array(
             select (p.context ->> 'awaitedBy')::uuid from subject p
              where p.campaign_id = $1 and p.id = any ($2::uuid[])
                and p.context ->> 'awaitedBy' is not null))
     order by s.lock_rank, s.id
       for update of s`,
);

/** Locks these subjects, what they hang on and what awaits them, in one order for all, so none deadlock. */
export async function lockSubjects(
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, SubjectRow>> {
  const rows = await run<SubjectRow>(tx, LOCK_SUBJECTS, [campaignId, ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

const SUBJECT = statement(
  'find-subject',
  `
    select ${SUBJECT_ROW}
      from subject s
      left join candidate c
        on c.campaign_id = s.campaign_id and c.id = coalesce(s.parent_id, s.id)
     where s.campaign_id = $1 and s.id = $2`,
);

/** A subject as it stands, without a lock: enough to describe it, not to decide about it. */
export async function findSubject(
  tx: Tx,
  campaignId: string,
  id: string,
): Promise<SubjectRow | undefined> {
  const [row] = await run<SubjectRow>(tx, SUBJECT, [campaignId, id]);
  return row;
}
