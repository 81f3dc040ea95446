// Checkpoints: what changed since the last one, and the roots themselves, which are only ever added to.

import type pg from 'pg';
import {
  ADMINISTRATION,
  type ChainHead,
  type Checkpoint,
  type CheckpointName,
  type CheckpointPart,
} from '../../rules/audit/checkpoint.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.Pool | Tx;

/** A head, and where the last checkpoint that named its chain saw its end; 0 where none did. */
export type ChangedHead = ChainHead & { known: number };

/**
 * So many new events are looked at for one checkpoint: a list of 2,000 commands is some 10,000 of them. The
 * others are for the next.
 */
const CHANGED_EVENTS_MAX = 50_000;

/**
 * What was stored by then is visible now: rows are stored right before their COMMIT, and no statement, nor a
 * session that is idle in its transaction, lives longer than 30 s (src/db/kernel/pool.ts).
 */
const STILL_UNSEEN_SECONDS = 120;

const COLUMNS = 'number, at, chains, events, previous, root';

// The number only has to be the same in every process.
const TRY_LOCK = statement(
  'lock-checkpoints',
  'select pg_try_advisory_xact_lock(726378011) as "isOurs"',
);

/** True when no other process is taking a checkpoint; none will until this transaction ends. */
export async function lockCheckpoints(tx: Tx): Promise<boolean> {
  return (await run<{ isOurs: boolean }>(tx, TRY_LOCK, []))[0]?.isOurs === true;
}

const LAST = statement(
  'last-checkpoint',
  `select ${COLUMNS} from checkpoint order by number desc limit 1`,
);

export const findLastCheckpoint = async (db: Connection): Promise<Checkpoint | undefined> =>
  (await run<Checkpoint>(db, LAST, []))[0];

const LAST_NAME = statement(
  'last-checkpoint-name',
  `
    select number, root from checkpoint where $1::timestamptz is null or at <= $1
     order by number desc limit 1`,
);

/** The last checkpoint by this instant (null: now), as what leaves the house names it; null where there is none. */
export const findCheckpointName = async (
  db: Connection,
  by: string | null = null,
): Promise<CheckpointName | null> => (await run<CheckpointName>(db, LAST_NAME, [by]))[0] ?? null;

const BY_ROOT = statement(
  'checkpoint-by-root',
  `select ${COLUMNS} from checkpoint where starts_with(root, $1) order by number limit 1`,
);

/** The first checkpoint whose root begins with these digits. */
export const findCheckpointByRoot = async (
  db: Connection,
  root: string,
): Promise<Checkpoint | undefined> => (await run<Checkpoint>(db, BY_ROOT, [root]))[0];

// The events are the newest of their chains, so that the last of each is its end.
const LIST_CHANGED = statement(
  'list-changed-heads',
  `
    with recent as (
      select e.campaign_id, e.subject_id, e.sequence::bigint as sequence, e.hash, e.stored_at
        from event e
       where e.stored_at >= coalesce((select seen from checkpoint order by number desc limit 1),
                                     '-infinity')
       order by e.stored_at limit ${CHANGED_EVENTS_MAX}),
    newest as (
      (select distinct on (campaign_id, subject_id) campaign_id, subject_id, sequence, hash
         from recent order by campaign_id, subject_id, sequence desc)
      union all
      (select '${ADMINISTRATION}'::uuid, '${ADMINISTRATION}'::uuid, sequence, hash
         from administrative_event order by sequence desc limit 1))
    select n.campaign_id as "campaignId", n.subject_id as "subjectId", n.sequence, n.hash,
           coalesce(k.sequence, 0) as known, s.seen, s.at
      from newest n
     cross join (
       select now_instant() as at,
              least(clock_timestamp() - make_interval(secs => ${STILL_UNSEEN_SECONDS}),
                    (select case when count(*) = ${CHANGED_EVENTS_MAX} then max(stored_at)
                                 else 'infinity' end from recent)) as seen) s
      left join lateral (
        select h.sequence from checkpoint_head h
         where h.campaign_id = n.campaign_id and h.subject_id = n.subject_id
         order by h.sequence desc limit 1) k on true
     where n.sequence > coalesce(k.sequence, 0)
     order by n.campaign_id, n.subject_id`,
);

/** The heads of the chains that have grown since a checkpoint named them, ordered by campaign and subject. */
export const listChangedHeads = (tx: Tx): Promise<(ChangedHead & { at: string; seen: string })[]> =>
  run(tx, LIST_CHANGED, []);

const INSERT = statement(
  'insert-checkpoint',
  `
    with taken as (
      insert into checkpoint (number, at, seen, chains, events, previous, root)
      values ($1, $2, $3, $4, $5, $6, $7) returning number),
    parts as (
      insert into checkpoint_part (number, campaign_id, heads, digest)
      select t.number, r."campaignId", r.heads, r.digest
        from taken t, jsonb_to_recordset($8) as r ("campaignId" uuid, heads integer, digest text))
    insert into checkpoint_head (number, campaign_id, subject_id, sequence, hash)
    select t.number, r."campaignId", r."subjectId", r.sequence, r.hash
      from taken t, jsonb_to_recordset($9)
             as r ("campaignId" uuid, "subjectId" uuid, sequence bigint, hash text)`,
);

export const insertCheckpoint = (
  tx: Tx,
  { number, at, chains, events, previous, root }: Checkpoint,
  {
    seen,
    parts,
    heads,
  }: { seen: string; parts: readonly CheckpointPart[]; heads: readonly ChainHead[] },
): Promise<unknown> =>
  run(tx, INSERT, [
    ...[number, at, seen, chains, events, previous, root],
    ...[JSON.stringify(parts), JSON.stringify(heads)],
  ]);

const LIST = statement(
  'list-checkpoints',
  `
    select c.number, c.at, c.chains, c.events, c.previous, c.root,
           coalesce(p.parts, '[]') as parts
      from checkpoint c
      left join lateral (
        select jsonb_agg(jsonb_build_object('campaignId', p.campaign_id, 'heads', p.heads,
                                            'digest', p.digest) order by p.campaign_id) as parts
          from checkpoint_part p where p.number = c.number) p on true
     where c.number > $1 order by c.number limit $2`,
);

/** Checkpoints after this number, each with its parts in order. */
export const listCheckpoints = (
  db: Connection,
  after: number,
  limit: number,
): Promise<(Checkpoint & { parts: CheckpointPart[] })[]> => run(db, LIST, [after, limit]);

const LIST_HEADS = statement(
  'list-checkpoint-heads',
  `
    select campaign_id as "campaignId", subject_id as "subjectId", sequence, hash
      from checkpoint_head
     where number = $1 and ($2::uuid is null or campaign_id = $2)
     order by campaign_id, subject_id`,
);

/** What a checkpoint names, in order; of one campaign where one is asked for. */
export const listCheckpointHeads = (
  db: Connection,
  number: number,
  campaignId: string | null = null,
): Promise<ChainHead[]> => run(db, LIST_HEADS, [number, campaignId]);

const LIST_CHAINS_AFTER = statement(
  'list-chains-of-checkpoints',
  `
    select distinct campaign_id as "campaignId", subject_id as "subjectId" from checkpoint_head
     where number > $1 and (campaign_id, subject_id) > ($2, $3)
     order by 1, 2 limit $4`,
);

/** The chains that checkpoints after this number name, after this chain in the order of their ids. */
export const listChangedChains = (
  db: Connection,
  number: number,
  after: { campaignId: string; subjectId: string },
  limit: number,
): Promise<{ campaignId: string; subjectId: string }[]> =>
  run(db, LIST_CHAINS_AFTER, [number, after.campaignId, after.subjectId, limit]);

const LIST_LOST = statement(
  'list-lost-heads',
  `
    select h.campaign_id as "campaignId", h.subject_id as "subjectId", h.sequence, h.hash
      from checkpoint_head h
      left join event e on e.campaign_id = h.campaign_id and e.subject_id = h.subject_id
                       and e.sequence = h.sequence
      left join administrative_event a on h.campaign_id = '${ADMINISTRATION}'
                                      and a.sequence = h.sequence
     where h.number = $1 and coalesce(e.hash, a.hash) is distinct from h.hash
     order by 1, 2`,
);

/** The heads of a checkpoint that no stored event has any more. */
export const listLostHeads = (db: Connection, number: number): Promise<ChainHead[]> =>
  run(db, LIST_LOST, [number]);
