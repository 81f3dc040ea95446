// The children of a candidate (orders, rounds, panels, objections, matters), as they are read.

import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';
import { SETTLED_CHILDREN } from '../../../machines/candidate/child-events.ts';
import type { MachineName } from '../../../machines/catalog.ts';
import type { Reading } from '../../rules/access/recusal.ts';
import type { SubjectFilter } from '../kernel/subject-reads.ts';
import { matches, mayRead, SUBJECT_COLUMNS } from '../kernel/subject-reads.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

/** Subjects of one machine, each with the candidate it hangs on, the newest first. */
export const selectChildren = (db: Reads, machine: MachineName) =>
  db
    .selectFrom('subject')
    .leftJoin('candidate', (join) =>
      join
        .onRef('candidate.campaign_id', '=', 'subject.campaign_id')
        .onRef('candidate.id', '=', 'subject.parent_id'),
    )
    .select([
      ...SUBJECT_COLUMNS,
      'subject.parent_id as candidateId',
      'candidate.name as candidateName',
      'candidate.category',
    ])
    .where('subject.machine', '=', machine)
    .orderBy('subject.id', 'desc');

export type ChildFilter = Omit<SubjectFilter, 'parentId'> & { candidateId?: string | undefined };

/** True of the children that pass the filter. */
export const matchesChild = ({ candidateId, ...filter }: ChildFilter): Expression<SqlBool> =>
  matches({ ...filter, parentId: candidateId });

/** True of the children that pass the filter and that the reader may read. */
export const isListed = (filter: ChildFilter & Reading): Expression<SqlBool> =>
  sql<SqlBool>`${mayRead(filter)} and ${matchesChild(filter)}`;

/** One subject of this machine; undefined when there is none of this id. */
export const findChild = (db: Reads, machine: MachineName, campaignId: string, id: string) =>
  selectChildren(db, machine).where(matches({ campaignId, id })).executeTakeFirst();

const SETTLED = statement(
  'find-settled-children',
  `
    select id from subject
     where campaign_id = $1 and parent_id = any ($2::uuid[])
       and machine = any ($3::text[]) and status = 'active'
       and (machine <> 'document' or context ->> 'awaitedBy' = parent_id::text
            and state in ('drafted', 'reviewed'))
     order by id`,
);

/** The undecided children of these candidates that are settled when the candidates come to their end. */
export async function findSettled(
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
): Promise<string[]> {
  const rows = await run<{ id: string }>(tx, SETTLED, [campaignId, candidateIds, SETTLED_CHILDREN]);
  return rows.map(({ id }) => id);
}
