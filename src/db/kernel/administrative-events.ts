// The log of administration: one chain for the installation, read by auditors.

import type pg from 'pg';
import type { LinkedAdministrativeEvent } from '../../rules/audit/link.ts';
import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

/** The tables whose rows change only together with an event about them, incidents by people; a trigger holds that. */
export const ADMINISTERED = [
  'principal',
  'role_grant',
  'api_key',
  'claim',
  'organisation',
  'site',
  'calendar_year',
  'incident',
] as const;

export type AdministrativeRow = LinkedAdministrativeEvent & {
  hash: string;
  /** The personal part with its salt, 32 hexadecimal digits; null where an event has none. */
  salt: string | null;
  apart: object | null;
};

const LOCK_HEAD = statement(
  'lock-administrative-head',
  'select sequence::int, hash, now_instant() as now from administrative_head for update',
);

/** The end of the chain, held until the commit, and the instant of what is told now. */
export async function lockAdministrativeHead(
  tx: Tx,
): Promise<{ sequence: number; hash: string; now: string }> {
  const [head] = await run<{ sequence: number; hash: string; now: string }>(tx, LOCK_HEAD, []);
  if (head === undefined) throw new Error('administrative_head has no row');
  return head;
}

const INSERT_EVENTS = statement(
  'insert-administrative-events',
  `
    with told as (
      select * from jsonb_to_recordset($1) as r (
        sequence bigint, at timestamptz, kind text, subject_kind text, subject_id text, path text,
        principal_id text, credential text, address text, before jsonb, after jsonb,
        personal text, hash text, salt text, apart jsonb)
    ), stored as (
      insert into administrative_event (sequence, at, kind, subject_kind, subject_id, path,
             principal_id, credential, address, before, after, personal, hash)
      select sequence, at, kind, subject_kind, subject_id, path, principal_id, credential, address,
             before, after, personal, hash from told
    ), kept as (
      insert into administrative_event_personal (sequence, salt, personal)
      select sequence, decode(salt, 'hex'), apart from told where salt is not null
    )
    update administrative_head h set sequence = t.sequence, hash = t.hash
      from (select sequence, hash from told order by sequence desc limit 1) t`,
);

/** Stores these links and moves the end of the chain to the last of them. */
export const insertAdministrativeEvents = (
  tx: Tx,
  rows: readonly AdministrativeRow[],
): Promise<unknown> => run(tx, INSERT_EVENTS, [JSON.stringify(rows)]);

export type AdministrativeEvent = {
  sequence: number;
  at: string;
  kind: string;
  subjectKind: (typeof ADMINISTERED)[number];
  subjectId: string;
  path: string;
  principalId: string;
  principalName: string | null;
  credential: string | null;
  address: string | null;
  before: object | null;
  after: object | null;
  hash: string;
  /** Null where an event has no such part, and once it was erased. */
  personal: object | null;
  isErased: boolean;
};

const LIST_EVENTS = statement(
  'list-administrative-events',
  `
    select e.sequence::int, e.at, e.kind, e.subject_kind as "subjectKind",
           e.subject_id as "subjectId", e.path, e.principal_id as "principalId",
           p.name as "principalName", e.credential, e.address, e.before, e.after, e.hash,
           o.personal, x.sequence is not null as "isErased"
      from administrative_event e
      left join administrative_event_personal o on o.sequence = e.sequence
      left join erased_act x on x.sequence = e.sequence
      left join principal p on p.id::text = e.principal_id
     where exists (select 1 from unnest($1::text[]) as reach (path)
                    where e.path like reach.path || '%')
       and ($2::text is null or e.subject_kind = $2)
       and ($3::text is null or e.subject_id = $3)
       and ($4::text is null or e.principal_id = $4)
       and ($5::bigint is null or e.sequence < $5)
     order by e.sequence desc limit $6`,
);

/** Events about places within these reaches, the newest first, before the one given. */
export const listAdministrativeEvents = (
  db: pg.Pool,
  reaches: readonly string[],
  filter: { subjectKind: string | null; subjectId: string | null; principalId: string | null },
  before: number | null,
  limit: number,
): Promise<AdministrativeEvent[]> =>
  run(db, LIST_EVENTS, [
    reaches,
    filter.subjectKind,
    filter.subjectId,
    filter.principalId,
    before,
    limit,
  ]);
