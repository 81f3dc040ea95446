// What hangs on a candidate (orders, rounds, panels, objections), as it is read.

import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type { MachineName } from '../../../machines/machine-names.ts';
import { lieWithin } from '../kernel/reach.ts';
import { SUBJECT_COLUMNS } from '../kernel/tables.ts';
import type { Reads } from '../tables.ts';

/** Subjects of one machine, each with the candidate it hangs on. */
export const selectChildren = (db: Reads, machine: MachineName) =>
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
      'subject.parent_id as candidateId',
      'candidate.name as candidateName',
      'candidate.category',
      'subject.organisation_id as organisationId',
      ...SUBJECT_COLUMNS,
    ])
    .where('subject.machine', '=', machine)
    .orderBy('subject.id', 'desc');

export type ChildFilter = {
  campaignId?: string | undefined;
  candidateId?: string | undefined;
  id?: string | undefined;
  /** One of the states that stand beside each other: `submitted`, `overdue`, `closed` … */
  state?: string | undefined;
  /** The path of a place. */
  under?: string | undefined;
  /** The last id of the page before; the newest come first. */
  after?: string | undefined;
};

/** True of the rows that a list of children asks for. */
export function asked({
  campaignId,
  candidateId,
  id,
  state,
  under,
  after,
}: ChildFilter): Expression<SqlBool> {
  const all: Expression<SqlBool>[] = [sql`true`];
  if (campaignId !== undefined) all.push(sql`subject.campaign_id = ${campaignId}::uuid`);
  if (candidateId !== undefined) all.push(sql`subject.parent_id = ${candidateId}::uuid`);
  if (id !== undefined) all.push(sql`subject.id = ${id}::uuid`);
  if (state !== undefined) all.push(sql`${state} = any (string_to_array(subject.state, '+'))`);
  if (under !== undefined) all.push(lieWithin('subject.path', [under]));
  if (after !== undefined) all.push(sql`subject.id < ${after}::uuid`);
  return sql<SqlBool>`${sql.join(all, sql` and `)}`;
}
