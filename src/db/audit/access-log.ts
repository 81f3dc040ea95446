// The access log: rows go in, partitions come and go by the month, and auditors read.

import type pg from 'pg';
import type { Access, AccessAction, AccessOutcome } from '../../rules/access/access-kinds.ts';
import { codeOf } from '../kernel/faults.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

/** What was noted `ageMs` ago, so many times. */
export type NotedAccess = Access & { count: number; ageMs: number };

// Everything that an address may name by an id, with its place where it has one. A thing that does not
// exist was hidden from nobody, so its 404 is left out.
const INSERT_ACCESS = statement(
  'insert-access',
  `
    insert into access_log (at, principal_id, credential, address, action, outcome, route, subject,
                            purpose, places, count)
    select date_trunc('milliseconds', clock_timestamp() - make_interval(secs => r."ageMs" / 1000)),
           r."principalId",
           r.credential, r.address, r.action, r.outcome, r.route, r.subject, r.purpose,
           r.places || coalesce(array[found.path], '{}'), r.count
      from jsonb_to_recordset($1) as r ("ageMs" float8, "principalId" text, credential text,
             address text, action text, outcome text, route text, subject text, purpose text,
             places text[], count integer)
      left join lateral (
        select path from subject where id = r.subject::uuid
         union all select path from notice where id = r.subject::uuid
         union all select path from file where id = r.subject::uuid
         union all select s.path from operation o
                     join subject s on s.campaign_id = o.campaign_id and s.id = o.campaign_id
                    where o.id = r.subject::uuid
         union all select '/' from principal where id = r.subject::uuid
         limit 1) found on true
     where r.outcome <> 'hidden' or found.path is not null`,
);
const KEEP_PARTITIONS = statement('keep-access-log', 'select keep_access_log($1)');

const NO_PARTITION = '23514';

/** Stores these rows. A subject that is no UUID is refused; so are rows of a month without a partition. */
export async function insertAccess(tx: Tx, noted: readonly NotedAccess[]): Promise<void> {
  await run(tx, INSERT_ACCESS, [JSON.stringify(noted)]);
}

export const isWithoutPartition = (error: unknown): boolean => codeOf(error) === NO_PARTITION;

/** Makes the partitions of the next months and drops those that are older than this. */
export async function keepAccessLog(tx: Tx, months: number): Promise<void> {
  await run(tx, KEEP_PARTITIONS, [months]);
}

export type AccessRow = Omit<Access, 'places'> & {
  id: number;
  at: string;
  principalName: string | null;
  count: number;
};

const LIST_ACCESS = statement(
  'list-access',
  `
    select a.id, a.at, a.principal_id as "principalId", p.name as "principalName", a.credential,
           a.address, a.action, a.outcome, a.route, a.subject, a.purpose, a.count
      from access_log a left join principal p on p.id::text = a.principal_id
     where ($1::timestamptz is null or a.at >= $1) and ($2::timestamptz is null or a.at < $2)
       and ($3::text is null or a.principal_id = $3) and ($4::text is null or a.action = $4)
       and ($5::text is null or a.outcome = $5) and ($6::text is null or a.subject = $6)
       and ($7::text is null or a.address = $7)
       and (a.places = '{}' or exists (select from unnest(a.places) place, unnest($8::text[]) reach
                                        where starts_with(place, reach)))
       and ($9::timestamptz is null or (a.at, a.id) < ($9, $10::bigint))
     order by a.at desc, a.id desc limit $11`,
);

/** Rows of strangers, and those of principals or subjects within these reaches; the newest first. */
export const listAccess = (
  pool: pg.Pool,
  filter: {
    from?: string | undefined;
    until?: string | undefined;
    principalId?: string | undefined;
    action?: AccessAction | undefined;
    outcome?: AccessOutcome | undefined;
    subject?: string | undefined;
    address?: string | undefined;
    reaches: readonly string[];
    after?: readonly [at: string, id: number] | undefined;
    limit: number;
  },
): Promise<AccessRow[]> =>
  run<AccessRow>(pool, LIST_ACCESS, [
    filter.from ?? null,
    filter.until ?? null,
    filter.principalId ?? null,
    filter.action ?? null,
    filter.outcome ?? null,
    filter.subject ?? null,
    filter.address ?? null,
    filter.reaches,
    filter.after?.[0] ?? null,
    filter.after?.[1] ?? null,
    filter.limit,
  ]);
