// Subjects of one machine as they are read, without what their noun keeps in tables of its own.

import type pg from 'pg';
import type { MachineName } from '../../../machines/machine-names.ts';
import type { Reading } from '../../rules/access/recusal.ts';
import { recusalJson } from './recusal.ts';
import { run, statement } from './transaction.ts';

const LIST = statement(
  'list-subjects',
  `
    select s.id, s.campaign_id as "campaignId", s.organisation_id as "organisationId", s.version,
           s.value, s.context, s.stage, s.state, s.status, s.revision, s.created_at as "createdAt",
           s.updated_at as "updatedAt"
      from subject s
     where s.machine = $1 and ($2::uuid is null or s.campaign_id = $2)
       and ($3::uuid is null or s.id = $3)
       and ($4::text[] is null
            or exists (select 1 from unnest($4::text[]) as reach (path)
                        where starts_with(s.path, reach.path)))
       and not kept_from_subject(s.campaign_id, s.id, $7::jsonb)
       and ($5::uuid is null or s.id < $5)
     order by s.id desc limit $6`,
);

export type ReadSubject = {
  id: string;
  campaignId: string;
  organisationId: string;
  version: number;
  value: unknown;
  context: { [name: string]: unknown };
  stage: string;
  state: string;
  status: 'active' | 'done';
  revision: number;
  createdAt: string;
  updatedAt: string;
};

type Filter = {
  campaignId: string | null;
  /** Null where whoever knows of the campaign knows of what it has. */
  reading: Reading | null;
};

const read = (
  pool: pg.Pool,
  machine: MachineName,
  { campaignId, reading }: Filter,
  { id, after, limit }: { id: string | null; after: string | undefined; limit: number },
): Promise<ReadSubject[]> =>
  run(pool, LIST, [
    machine,
    campaignId,
    id,
    reading === null ? null : reading.reaches,
    after ?? null,
    limit,
    recusalJson(reading?.recusal ?? null),
  ]);

/** The newest first. */
export const listSubjects = (
  pool: pg.Pool,
  machine: MachineName,
  filter: Filter,
  turn: { after: string | undefined; limit: number },
): Promise<ReadSubject[]> => read(pool, machine, filter, { id: null, ...turn });

/** Undefined when there is none of this id that the reader may know of. */
export async function findReadSubject(
  pool: pg.Pool,
  machine: MachineName,
  filter: Filter,
  id: string,
): Promise<ReadSubject | undefined> {
  const [found] = await read(pool, machine, filter, { id, after: undefined, limit: 1 });
  return found;
}
