// The logs as they are stored, for whoever reckons them again: chain by chain, with what is kept beside them.

import type { Head } from '../../rules/audit/chain-check.ts';
import { ADMINISTRATION } from '../../rules/audit/checkpoint.ts';
import type { LinkedAdministrativeEvent, LinkedEvent } from '../../rules/audit/link.ts';
import type { PersonalPart } from '../../rules/audit/personal.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type ChainId = { readonly campaignId: string; readonly subjectId: string };

/** What stands apart from an event: null where there is none, and where it is gone. */
type Apart<Part> = {
  salt: string | null;
  part: Part | null;
  /** Two officers have erased it, which stands in `erasure`. */
  isErased: boolean;
};

export type StoredEvent = LinkedEvent &
  Apart<PersonalPart> & {
    payload: { [name: string]: unknown };
    facts: { [name: string]: unknown };
    hash: string;
  };

export type StoredAct = LinkedAdministrativeEvent & Apart<object> & { hash: string };

/** What is stored of a subject beside its log. */
export type StoredSubject = ChainId & {
  path: string;
  machine: string;
  version: number;
  procedure: string | null;
  value: unknown;
  context: { [name: string]: unknown };
  status: 'active' | 'done';
  stage: string;
  state: string;
  revision: number;
  chainHash: string;
  /** The due times by the ids of the timers. */
  timers: { [id: string]: string };
};

const LIST_CHAINS = statement(
  'list-chains',
  `
    select campaign_id as "campaignId", subject_id as "subjectId" from (
      (select campaign_id, id as subject_id from subject
        where (campaign_id, id) > ($1, $2) order by 1, 2 limit $3)
      union
      (select distinct campaign_id, subject_id from event
        where (campaign_id, subject_id, sequence) > ($1, $2, 2147483647) order by 1, 2 limit $3)
      union
      (select distinct campaign_id, subject_id from checkpoint_head
        where (campaign_id, subject_id) > ($1, $2) order by 1, 2 limit $3)) known
     order by 1, 2 limit $3`,
);

/** The chains after this one, in the order of their ids: of subjects, of events and of checkpoints. */
export const listChains = (tx: Tx, after: ChainId, limit: number): Promise<ChainId[]> =>
  run(tx, LIST_CHAINS, [after.campaignId, after.subjectId, limit]);

const OF_THESE = `unnest($1::uuid[], $2::uuid[]) as c (campaign_id, subject_id)`;

const columnsOf = (chains: readonly ChainId[]): [string[], string[]] => [
  chains.map(({ campaignId }) => campaignId),
  chains.map(({ subjectId }) => subjectId),
];

const LIST_STORED = statement(
  'list-stored-subjects',
  `
    select s.campaign_id as "campaignId", s.id as "subjectId", s.path, s.machine, s.version,
           s.procedure, s.value, s.context, s.status, s.stage, s.state, s.revision,
           s.chain_hash as "chainHash", coalesce(t.timers, '{}') as timers
      from ${OF_THESE}
      join subject s on s.campaign_id = c.campaign_id and s.id = c.subject_id
      left join lateral (
        select jsonb_object_agg(t.timer_id,
                 to_char(t.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as timers
          from timer t where t.campaign_id = s.campaign_id and t.subject_id = s.id) t on true`,
);

export const listStoredSubjects = (tx: Tx, chains: readonly ChainId[]): Promise<StoredSubject[]> =>
  run(tx, LIST_STORED, columnsOf(chains));

const LIST_ANCHORS = statement(
  'list-anchors',
  `
    select c.campaign_id as "campaignId", c.subject_id as "subjectId", h.sequence::int, h.hash
      from ${OF_THESE}
     cross join lateral (
       select h.sequence, h.hash from checkpoint_head h
        where h.campaign_id = c.campaign_id and h.subject_id = c.subject_id
        order by h.sequence desc limit 1) h`,
);

/** The ends that the last checkpoint to name each of these chains saw. */
export const listAnchors = (tx: Tx, chains: readonly ChainId[]): Promise<(ChainId & Head)[]> =>
  run(tx, LIST_ANCHORS, columnsOf(chains));

const LIST_EVENTS = statement(
  'list-stored-events',
  `
    select c.campaign_id as "campaignId", e.*
      from unnest($1::uuid[], $2::uuid[]) with ordinality as c (campaign_id, subject_id, place)
     cross join lateral (
       select e.subject_id, e.sequence, e.type, e.at, e.principal_id, e.roles, e.credential, e.payload,
              e.facts, e.stage, e.state, e.personal, e.hash, encode(p.salt, 'hex') as salt,
              p.personal as part, x.sequence is not null as "isErased"
         from event e
         left join event_personal p on p.campaign_id = e.campaign_id
          and p.subject_id = e.subject_id and p.sequence = e.sequence
         left join erased_event x on x.campaign_id = e.campaign_id
          and x.subject_id = e.subject_id and x.sequence = e.sequence
        where e.campaign_id = c.campaign_id and e.subject_id = c.subject_id and e.sequence > $3
        order by e.sequence limit $4) e
     order by c.place, e.sequence`,
);

/** So many events of one chain are read at a time. */
export const CHAIN_EVENTS_MAX = 200;

/** The first CHAIN_EVENTS_MAX events after `after` of each of these chains, chain by chain. */
export const listStoredEvents = (
  tx: Tx,
  chains: readonly ChainId[],
  after: number,
): Promise<(StoredEvent & { campaignId: string })[]> =>
  run(tx, LIST_EVENTS, [...columnsOf(chains), after, CHAIN_EVENTS_MAX]);

const LIST_ACTS = statement(
  'list-stored-acts',
  `
    select e.sequence::int, e.at, e.kind, e.subject_kind, e.subject_id, e.path, e.principal_id,
           e.credential, e.address, e.before, e.after, e.personal, e.hash,
           encode(p.salt, 'hex') as salt, p.personal as part,
           x.sequence is not null as "isErased"
      from administrative_event e
      left join administrative_event_personal p on p.sequence = e.sequence
      left join erased_act x on x.sequence = e.sequence
     where e.sequence > $1 order by e.sequence limit $2`,
);

/** The first CHAIN_EVENTS_MAX acts of the administrative log after `after`. */
export const listStoredActs = (tx: Tx, after: number): Promise<StoredAct[]> =>
  run(tx, LIST_ACTS, [after, CHAIN_EVENTS_MAX]);

const FIND_ADMINISTRATION = statement(
  'find-administrative-head',
  'select sequence::int, hash from administrative_head',
);

/** The end of the administrative log as it is kept beside it; undefined before the first act. */
export async function findAdministrativeHead(tx: Tx): Promise<Head | undefined> {
  const [head] = await run<Head>(tx, FIND_ADMINISTRATION, []);
  return head?.sequence === 0 ? undefined : head;
}

const FIND_START = statement(
  'find-administrative-start',
  `
    select e.sequence::int, e.hash, e.at
      from checkpoint_head h join administrative_event e on e.sequence = h.sequence and e.hash = h.hash
     where h.campaign_id = '${ADMINISTRATION}' and h.subject_id = '${ADMINISTRATION}'
       and h.number <= $1
     order by h.sequence desc limit 1`,
);

/** The last act that a checkpoint up to this one names, and that is still there; null where there is none. */
export const findAdministrativeStart = async (
  tx: Tx,
  checkpoint: number,
): Promise<(Head & { at: string }) | null> =>
  (await run<Head & { at: string }>(tx, FIND_START, [checkpoint]))[0] ?? null;
