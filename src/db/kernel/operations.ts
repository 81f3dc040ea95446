// Long work as it is read: its progress and the outcome of each item.

import { given } from './filters.ts';
import { concern } from './reach.ts';
import type { KernelDatabase } from './tables.ts';

const select = (db: KernelDatabase) =>
  db
    .selectFrom('operation')
    .innerJoin('subject', (join) =>
      join
        .onRef('subject.campaign_id', '=', 'operation.campaign_id')
        .onRef('subject.id', '=', 'operation.campaign_id'),
    )
    .select([
      'operation.campaign_id as campaignId',
      'operation.id',
      'operation.kind',
      'operation.status',
      'operation.total',
      'operation.done',
      'operation.refused',
      'operation.failed',
      'operation.detail',
      'operation.created_by as createdBy',
      'operation.created_at as createdAt',
      'operation.finished_at as finishedAt',
      'subject.path',
    ]);

export type OperationRow = Awaited<ReturnType<typeof findOperation>> & object;

/** One operation; undefined when there is none of this id. */
export const findOperation = (db: KernelDatabase, id: string) =>
  select(db).where('operation.id', '=', id).executeTakeFirst();

/** Operations of campaigns that concern these places, the newest first. */
export const listOperations = (
  db: KernelDatabase,
  filter: {
    reaches: readonly string[];
    campaignId?: string | undefined;
    status?: 'running' | 'parked' | 'done' | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<OperationRow[]> => {
  const { campaignId, status, after } = filter;
  return select(db)
    .where(concern('subject.path', filter.reaches))
    .where((eb) => given(eb, { 'operation.campaign_id': campaignId, 'operation.status': status }))
    .where((eb) => (after === undefined ? eb.lit(true) : eb('operation.id', '<', after)))
    .orderBy('operation.id', 'desc')
    .limit(filter.limit)
    .execute();
};

/** The items of an operation and their outcomes. */
export const listItems = (
  db: KernelDatabase,
  filter: { campaignId: string; operationId: string; after: number; limit: number },
) =>
  db
    .selectFrom('operation_item')
    .select(['index', 'command', 'outcome'])
    .where('campaign_id', '=', filter.campaignId)
    .where('operation_id', '=', filter.operationId)
    .where('index', '>', filter.after)
    .orderBy('index')
    .limit(filter.limit)
    .execute();
