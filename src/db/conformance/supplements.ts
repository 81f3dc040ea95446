// The supplements of townships that the county has approved, version after version (R71).

import type { InForce } from '../../rules/conformance/supplements.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const ABOVE = statement(
  'supplements-above',
  `
    select distinct s.organisation_id as "organisationId", s.path, s.category, s.version, s.changes,
           s.approved_at as "approvedAt"
      from unnest($2::text[], $3::text[]) as asked (category, path)
      join supplement s on s.campaign_id = $1 and s.category = asked.category
       and starts_with(asked.path, s.path)
     order by s.organisation_id, s.category, s.version`,
);

/** Every approved version that may concern a candidate of this category at this place. */
export const findSupplements = (
  tx: Tx,
  campaignId: string,
  asked: readonly { category: string; path: string }[],
): Promise<InForce[]> =>
  run(tx, ABOVE, [
    campaignId,
    asked.map(({ category }) => category),
    asked.map(({ path }) => path),
  ]);
