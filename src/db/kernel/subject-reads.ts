// Subjects as they are read: the fields common to all, to which a noun may add those it keeps in
// tables of its own.

import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type { MachineName } from '../../../machines/catalog.ts';
import type { Reading } from '../../rules/access/recusal.ts';
import { lieWithin } from './reach.ts';
import { openTo } from './recusal.ts';
import type { KernelDatabase } from './tables.ts';

export const SUBJECT_COLUMNS = [
  'subject.id',
  'subject.campaign_id as campaignId',
  'subject.organisation_id as organisationId',
  'subject.version',
  'subject.procedure',
  'subject.value',
  'subject.context',
  'subject.stage',
  'subject.state',
  'subject.status',
  'subject.revision',
  'subject.path',
  'subject.created_at as createdAt',
  'subject.updated_at as updatedAt',
] as const;

export type SubjectFilter = {
  campaignId?: string | undefined;
  parentId?: string | undefined;
  id?: string | undefined;
  /** One of the states that stand beside each other: `submitted`, `overdue`, `closed` … */
  state?: string | undefined;
  /** The path of a place. */
  under?: string | undefined;
  /** The last id of the page before; the newest come first. */
  after?: string | undefined;
};

/** True of the subjects that pass the filter. */
export function matches(filter: SubjectFilter): Expression<SqlBool> {
  const { campaignId, parentId, id, state, under, after } = filter;
  const all: Expression<SqlBool>[] = [sql`true`];
  if (campaignId !== undefined) all.push(sql`subject.campaign_id = ${campaignId}::uuid`);
  if (parentId !== undefined) all.push(sql`subject.parent_id = ${parentId}::uuid`);
  if (id !== undefined) all.push(sql`subject.id = ${id}::uuid`);
  if (state !== undefined) all.push(sql`${state} = any (string_to_array(subject.state, '+'))`);
  if (under !== undefined) all.push(lieWithin('subject.path', [under]));
  if (after !== undefined) all.push(sql`subject.id < ${after}::uuid`);
  return sql<SqlBool>`${sql.join(all, sql` and `)}`;
}

/** True of subjects within reach that are not kept from the reader. */
export const mayRead = ({ reaches, recusal }: Reading): Expression<SqlBool> => sql<SqlBool>`
  ${lieWithin('subject.path', reaches)} and ${openTo(recusal, 'subject.campaign_id', 'subject.id')}`;

const select = (db: KernelDatabase, machine: MachineName, filter: SubjectFilter) =>
  db
    .selectFrom('subject')
    .select(SUBJECT_COLUMNS)
    .where('subject.machine', '=', machine)
    .where(matches(filter))
    .orderBy('subject.id', 'desc');

export type ReadSubject = Awaited<ReturnType<typeof listSubjects>>[number];

/** Subjects of one machine, the newest first. `reading` is null when every reader may read them. */
export const listSubjects = (
  db: KernelDatabase,
  machine: MachineName,
  { reading, limit, ...filter }: SubjectFilter & { reading: Reading | null; limit: number },
) =>
  select(db, machine, filter)
    .where((eb) => (reading === null ? eb.lit(true) : mayRead(reading)))
    .limit(limit)
    .execute();

/** One subject; undefined when there is none of this id. Whether the reader may know of it is asked before. */
export const findReadSubject = (
  db: KernelDatabase,
  machine: MachineName,
  campaignId: string,
  id: string,
) => select(db, machine, { campaignId, id }).executeTakeFirst();
