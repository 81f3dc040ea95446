// The names that organisations had, and the candidates that stand under the name of their place.

import type pg from 'pg';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

export type NameChange = {
  organisationId: string;
  before: string;
  name: string;
  /** The first day of the new name, 'YYYY-MM-DD'. */
  validFrom: string;
  reason: string | null;
  /** The number or title of the document that the change rests on. */
  document: string | null;
};

// The date where campaigns are held; every plan so far is of this zone (machines/kit/time.ts).
const TODAY = `(now_instant() at time zone 'Asia/Shanghai')::date`;

const INSERT = statement(
  'insert-name-changes',
  `
    insert into organisation_name (organisation_id, revision, before, name, valid_from, reason, document, at)
    select r."organisationId",
           (select count(*) + 1 from organisation_name n where n.organisation_id = r."organisationId"),
           r.before, r.name, coalesce(r."validFrom", ${TODAY}), r.reason, r.document, now_instant()
      from jsonb_to_recordset($1) as r ("organisationId" text, before text, name text,
                                        "validFrom" date, reason text, document text)`,
);

/** A change without a first day is valid from today on. */
export type NewNameChange = Omit<NameChange, 'validFrom'> & { validFrom: string | null };

/** Keeps these changes, at most one for each organisation. Needs the lock of the directory. */
export const insertNameChanges = (tx: Tx, changes: readonly NewNameChange[]): Promise<unknown> =>
  run(tx, INSERT, [JSON.stringify(changes)]);

const FIND_TODAY = statement('find-today', `select ${TODAY}::text as today`);

/** Today, 'YYYY-MM-DD', by the clock of the database. */
export async function findToday(db: Connection): Promise<string> {
  const [row] = await run<{ today: string }>(db, FIND_TODAY, []);
  if (row === undefined) throw new Error('the database tells no day');
  return row.today;
}

const LIST = statement(
  'list-name-changes',
  `
    select n.organisation_id as "organisationId", n.before, n.name, n.valid_from::text as "validFrom",
           n.reason, n.document, n.at
      from organisation_name n where n.organisation_id = $1
     order by n.revision desc limit 1000`,
);

/** Every change of an organisation's name, the newest first. */
export const listNameChanges = (
  db: Connection,
  organisationId: string,
): Promise<(NameChange & { at: string })[]> => run(db, LIST, [organisationId]);

// A candidate that was given a name of its own, or bears a person's, has it from nobody.
const NAMED_AFTER = `c.organisation_id = r.id and c.name = r.before and c.person_name is null`;
const RENAMED = `jsonb_to_recordset($1) as r (id text, before text, name text)`;
const COUNT_CANDIDATES = statement(
  'count-candidates-named-after',
  `select count(*)::int as count from candidate c join ${RENAMED} on ${NAMED_AFTER}`,
);
const RENAME_CANDIDATES = statement(
  'rename-candidates',
  `update candidate c set name = r.name from ${RENAMED} where ${NAMED_AFTER}`,
);

type Renamed = { id: string; before: string; name: string };

/** The number of candidates, in every campaign, that bear the name of one of these organisations. */
export async function countNamedAfter(db: Connection, rows: readonly Renamed[]): Promise<number> {
  return (
    (await run<{ count: number }>(db, COUNT_CANDIDATES, [JSON.stringify(rows)]))[0]?.count ?? 0
  );
}

export const updateCandidateNames = (tx: Tx, rows: readonly Renamed[]): Promise<unknown> =>
  run(tx, RENAME_CANDIDATES, [JSON.stringify(rows)]);
