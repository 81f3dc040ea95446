// The names of what a chain is about, for people who are told of a fault in it.

import type pg from 'pg';
import { run, statement } from '../kernel/transaction.ts';
import type { ChainId } from './chains.ts';

export type ChainName = ChainId & {
  campaignName: string | null;
  machine: string | null;
  /** The name of the candidate that it is or hangs on. */
  subjectName: string | null;
  organisationName: string | null;
};

const NAME = statement(
  'name-chains',
  `
    select r.campaign_id as "campaignId", r.subject_id as "subjectId", c.name as "campaignName",
           s.machine, coalesce(k.name, k.person_name) as "subjectName", o.name as "organisationName"
      from unnest($1::uuid[], $2::uuid[]) as r (campaign_id, subject_id)
      left join campaign c on c.campaign_id = r.campaign_id
      left join subject s on s.campaign_id = r.campaign_id and s.id = r.subject_id
      left join candidate k on k.campaign_id = r.campaign_id and k.id = case when s.parent_id is null then r.subject_id else s.parent_id end
      left join organisation o on o.id = coalesce(s.organisation_id, k.organisation_id)`,
);

/** The names of these chains, as far as they are stored; in no order. */
export const nameChains = (db: pg.Pool, chains: readonly ChainId[]): Promise<ChainName[]> =>
  run(db, NAME, [
    chains.map(({ campaignId }) => campaignId),
    chains.map(({ subjectId }) => subjectId),
  ]);
