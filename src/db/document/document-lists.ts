// A list names all candidates that wait for public notice, or for the decision that gives them their title (R65).

import { OFFICES } from '../../../machines/procedure/part.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Authority = keyof typeof OFFICES;
type ListKind = 'public-notice' | 'final-decision';

export type ListedRow = {
  id: string;
  category: string;
  name: string;
  personName: string | null;
  organisationId: string;
  rank: number | null;
};

// The candidate waits for the authority's own notice or decision, or holds a title that it gave.
const BELONGS = `
  (s.state = case $2::text when 'public-notice' then 'awaiting-notice' else 'awaiting-decision' end
     and s.office = case $3::text when 'city' then '${OFFICES.city}' else '${OFFICES.county}' end
   or $2 = 'final-decision' and s.stage = 'conferred' and s.context ->> 'conferredBy' = $3)`;

// Corrected documents stand; recalled ones do not. A document that names only one candidate is about it.
const DECIDED = `
  exists (select 1 from document d
            join subject w on w.campaign_id = d.campaign_id and w.id = d.id
           where d.campaign_id = c.campaign_id and d.kind = 'final-decision'
             and d.issued_at is not null and w.state in ('issued', 'superseded')
             and (d.about_id = c.id or d.named_ids @> array[c.id]))`;

const ROWS = `
    select c.id, c.category, c.name, c.person_name as "personName", c.organisation_id as "organisationId",
           (s.context ->> 'rank')::int as rank
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
      join organisation o on o.id = c.organisation_id`;
const ORDER = `
     order by c.category, (s.context ->> 'rank')::int nulls first, o.code_path, c.name limit 1001`;

const LISTABLE = statement(
  'find-listable',
  `${ROWS}
     where c.campaign_id = $1 and ${BELONGS}
       and ($2::text <> 'final-decision' or not ${DECIDED})
       and ($4::text is null or c.category = $4)
       and ($5::uuid is null or c.id = $5)${ORDER}`,
);

type Asked = {
  campaignId: string;
  kind: ListKind;
  authority: Authority;
  category: string | null;
  candidateId: string | null;
};

/**
 * The candidates that a list drafted now would name, by category and rank. A final decision leaves
 * out those who have one already.
 */
export const findListable = (
  tx: Tx,
  { campaignId, kind, authority, category, candidateId }: Asked,
): Promise<ListedRow[]> =>
  run<ListedRow>(tx, LISTABLE, [campaignId, kind, authority, category, candidateId]);

const RANKABLE = statement(
  'find-rankable-names',
  `${ROWS}
     where c.campaign_id = $1 and c.category = any ($2::text[])
       and s.selectable in ('now', 'as-reserve')${ORDER}`,
);

/** The candidates that a selection of these categories may name. */
export const findRankable = (
  tx: Tx,
  campaignId: string,
  categories: readonly string[],
): Promise<ListedRow[]> => run<ListedRow>(tx, RANKABLE, [campaignId, categories]);

const HOLD = statement(
  'hold-lists',
  `
    select pg_advisory_xact_lock(hashtextextended($1::text || ' lists', 65))`,
);
const STANDING = statement(
  'find-listed-standing',
  `
    select c.id, ${BELONGS} as belongs, $2::text = 'final-decision' and ${DECIDED} as decided
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
     where c.campaign_id = $1 and c.id = any ($4::uuid[])`,
);

export type ListedStanding = { id: string; belongs: boolean; decided: boolean };

/** Makes simultaneous signatures of lists wait for one another, until the commit. */
export const lockLists = (tx: Tx, campaignId: string) => run(tx, HOLD, [campaignId]);

/** The present state of the candidates on a list. */
export const findListed = (
  tx: Tx,
  campaignId: string,
  kind: ListKind,
  authority: Authority,
  ids: readonly string[],
): Promise<ListedStanding[]> =>
  run<ListedStanding>(tx, STANDING, [campaignId, kind, authority, ids]);

const AWAITING = statement(
  'find-awaiting',
  `
    select id from subject
     where campaign_id = $1 and id = any ($2::uuid[]) and state = any ($3::text[])`,
);

/** Those of these subjects that stand in one of these states. */
export async function findAwaiting(
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
  states: readonly string[],
): Promise<string[]> {
  const rows = await run<{ id: string }>(tx, AWAITING, [campaignId, ids, states]);
  return rows.map(({ id }) => id);
}
