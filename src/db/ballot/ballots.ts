// Rolls and ballots of the rounds (R61), and the rounds as they are read.

import { sql } from 'kysely';
import type { Reading } from '../../rules/access/recusal.ts';
import type { ChildFilter } from '../candidate/children.ts';
import { isListed, selectChildren } from '../candidate/children.ts';
import { matches } from '../kernel/subject-reads.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

const ROLL_ENTRIES = statement(
  'find-roll-entries',
  `
    select r.round_id as "roundId", r.entry, r.stratum, r.marked
      from unnest($2::uuid[], $3::int[], $4::text[]) as asked (round_id, generation, entry)
     cross join lateral (
       select * from ballot_roll
        where campaign_id = $1 and round_id = asked.round_id and generation = asked.generation
          and entry = asked.entry
       offset 0) r`,
);

type RollRow = { roundId: string; entry: string; stratum: string; marked: boolean };

/** These entries of the rolls; they change only under their round's lock. */
export const findRollEntries = (
  tx: Tx,
  campaignId: string,
  asked: readonly { roundId: string; generation: number; entry: string }[],
): Promise<RollRow[]> =>
  run<RollRow>(tx, ROLL_ENTRIES, [
    campaignId,
    asked.map(({ roundId }) => roundId),
    asked.map(({ generation }) => generation),
    asked.map(({ entry }) => entry),
  ]);

const OTHER_ROUNDS = statement(
  'count-other-rounds',
  `
    select asked.id, count(s.id)::int as rounds
      from unnest($2::uuid[], $3::uuid[], $4::text[]) as asked (id, parent_id, stream)
      left join subject s on s.campaign_id = $1 and s.parent_id = asked.parent_id
       and s.machine = 'ballot-round' and s.id <> asked.id and s.state <> 'lapsed'
       and s.context ->> 'stream' = asked.stream
     group by asked.id`,
);

/** Other rounds of the same candidates and streams that are under way or valid. */
export async function countOtherRounds(
  tx: Tx,
  campaignId: string,
  asked: readonly { id: string; parentId: string; stream: string }[],
): Promise<Map<string, number>> {
  const rows = await run<{ id: string; rounds: number }>(tx, OTHER_ROUNDS, [
    campaignId,
    asked.map(({ id }) => id),
    asked.map(({ parentId }) => parentId),
    asked.map(({ stream }) => stream),
  ]);
  return new Map(rows.map(({ id, rounds }) => [id, rounds]));
}

/** The ballots of a closed round, counted anew. */
export const countBallots = (
  db: Reads,
  campaignId: string,
  roundId: string,
  generation: number,
): Promise<{ strata: string; choice: string; ballots: number }[]> =>
  db
    .selectFrom('ballot')
    .select(['strata', 'choice', sql<number>`count(*)::int`.as('ballots')])
    .where('campaign_id', '=', campaignId)
    .where('round_id', '=', roundId)
    .where('generation', '=', generation)
    .groupBy(['strata', 'choice'])
    .orderBy('strata')
    .orderBy('choice')
    .execute();

const FIND_ROLL_NAME = statement(
  'find-roll-name',
  `
    select name from ballot_roll where campaign_id = $1 and round_id = $2 and entry = $3
     order by generation desc limit 1`,
);

/** The name at this number of the latest roll; null where there is none. */
export async function findRollName(
  tx: Tx,
  campaignId: string,
  roundId: string,
  entry: string,
): Promise<string | null> {
  return (
    (await run<{ name: string }>(tx, FIND_ROLL_NAME, [campaignId, roundId, entry]))[0]?.name ?? null
  );
}

/** The roll of a generation, in the order of its entries: the voters, and who of them has a ballot. */
export const listRoll = (
  db: Reads,
  filter: {
    campaignId: string;
    roundId: string;
    generation: number;
    after?: string | undefined;
    limit: number;
  },
): Promise<{ entry: string; name: string; stratum: string; marked: boolean }[]> =>
  db
    .selectFrom('ballot_roll')
    .select(['entry', 'name', 'stratum', 'marked'])
    .where('campaign_id', '=', filter.campaignId)
    .where('round_id', '=', filter.roundId)
    .where('generation', '=', filter.generation)
    .where((eb) => (filter.after === undefined ? eb.lit(true) : eb('entry', '>', filter.after)))
    .orderBy('entry')
    .limit(filter.limit)
    .execute();

const select = (db: Reads) =>
  selectChildren(db, 'ballot-round').$narrowType<{
    candidateId: string;
    candidateName: string;
    category: string;
  }>();

export type BallotRoundRow = Awaited<ReturnType<typeof findBallotRound>> & object;

/** One round; undefined when there is none of this id. */
export const findBallotRound = (db: Reads, campaignId: string, id: string) =>
  select(db).where(matches({ campaignId, id })).executeTakeFirst();

/** Rounds, the newest first. */
export const listBallotRounds = (
  db: Reads,
  filter: ChildFilter & Reading & { limit: number },
): Promise<BallotRoundRow[]> => select(db).where(isListed(filter)).limit(filter.limit).execute();
