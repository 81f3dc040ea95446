// The urns of secret rounds. Their content is sealed; only turnout stands in the open.

import { sql } from 'kysely';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

// The body of now_instant() is written out: a call of the function costs more than the rest.
const NOW = `date_trunc('milliseconds',
    coalesce((select instant from virtual_clock), clock_timestamp()))`;

export type UrnRow = {
  campaignId: string;
  roundId: string;
  generation: number;
  returned: number;
  /** Null once the urn has been destroyed. */
  sealed: string | null;
};

const COLUMNS = `campaign_id as "campaignId", id as "roundId", generation, returned, sealed`;

const LOCK_BY_NUMBER = statement(
  'lock-urns-by-number',
  `
    select ${COLUMNS}, opens_at <= ${NOW} and closes_at > ${NOW} as "isOpen"
      from ballot_urn
     where number = $1
     order by campaign_id, id
       for update`,
);

/** Locks the urns whose slips' codes begin with this number: one, unless two rounds happen to share it. */
export const lockUrnsByNumber = (
  tx: Tx,
  number: string,
): Promise<(UrnRow & { isOpen: boolean })[]> => run(tx, LOCK_BY_NUMBER, [number]);

const UPDATE = statement(
  'update-urn',
  `
    update ballot_urn set sealed = $4, returned = returned + 1
     where campaign_id = $1 and id = $2 and generation = $3`,
);

/** Puts the urn with one more ballot in place of the locked one. */
export async function updateUrn(
  tx: Tx,
  { campaignId, roundId, generation }: UrnRow,
  sealed: string,
): Promise<void> {
  await run(tx, UPDATE, [campaignId, roundId, generation, sealed]);
}

const urns = (name: string, lock: string) =>
  statement(
    name,
    `
    select ${COLUMNS}
      from ballot_urn
     where campaign_id = $1 and id = any ($2::uuid[])
     order by id ${lock}`,
  );
const LOCK = urns('lock-urns', 'for update');
const FIND = urns('find-urns', '');

/** Locks the urns of these rounds until the transaction ends: a vote comes before the count or never. */
export const lockUrns = (
  tx: Tx,
  campaignId: string,
  roundIds: readonly string[],
): Promise<UrnRow[]> => run<UrnRow>(tx, LOCK, [campaignId, roundIds]);

/** The urns without a lock, for callers that only describe what could be done. */
export const findUrns = (
  tx: Tx,
  campaignId: string,
  roundIds: readonly string[],
): Promise<UrnRow[]> => run<UrnRow>(tx, FIND, [campaignId, roundIds]);

/** Turnout, never a choice: the number of ballots in the urns of these rounds; urns that exist only. */
export async function countReturned(
  db: Reads,
  roundIds: readonly string[],
): Promise<Map<string, number>> {
  if (roundIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('subject')
    .select(['id as roundId', sql<number | null>`slips_returned(campaign_id, id)`.as('returned')])
    .where('id', 'in', roundIds)
    .execute();
  return new Map(
    rows.flatMap(({ roundId, returned }) => (returned === null ? [] : [[roundId, returned]])),
  );
}
