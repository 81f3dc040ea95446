// The organisations of the county: divisions, and the bodies that act for them.

import type pg from 'pg';
import type { Organisation } from '../../rules/access/addressees.ts';
import { bareCode } from '../../rules/county/divisions.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

const COLUMNS = `
  o.id, o.code, o.parent_id as "parentId", o.kind, o.name, o.path, o.code_path as "codePath",
  case when o.ended_on is not null
       then jsonb_build_object('on', o.ended_on::text, 'successorIds', to_jsonb(o.successor_ids)) end as ended`;

/** Every organisation, those that have ended too, in the order of the tree and of codes. */
export const ALL_ORGANISATIONS = statement(
  'all-organisations',
  `select ${COLUMNS} from organisation o order by o.code_path, o.id`,
);

const FIND_ORGANISATION = statement(
  'find-organisation',
  `select ${COLUMNS} from organisation o where o.id = $1`,
);
const FIND_MANY = statement(
  'find-organisations',
  `select ${COLUMNS} from organisation o where o.id = any ($1::text[])`,
);
const FIND_CODED = statement(
  'find-organisations-coded',
  `select ${COLUMNS} from organisation o where o.code = any ($1::text[]) and o.ended_on is null`,
);
const ALL_UNDER = statement(
  'organisations-under',
  `select ${COLUMNS} from organisation o
    where o.path like $1 || '%' and o.ended_on is null order by o.code_path`,
);
const LIST_ORGANISATIONS = statement(
  'list-organisations',
  `
    select ${COLUMNS} from organisation o
     where ($1::text is null or o.kind = $1)
       and ($2::text is null or o.parent_id = $2)
       and ($3::text is null or o.path like $3 || '%')
       and ($4::text is null or o.code = $4)
       and ($5::text is null or (o.code_path, o.id) > ($5, $6))
     order by o.code_path, o.id limit $7`,
);

export async function findOrganisation(
  db: Connection,
  id: string,
): Promise<Organisation | undefined> {
  return (await run<Organisation>(db, FIND_ORGANISATION, [id]))[0];
}

export async function findOrganisations(
  db: Connection,
  ids: readonly string[],
): Promise<Map<string, Organisation>> {
  const rows = await run<Organisation>(db, FIND_MANY, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The organisations that stand and have these codes, by code. */
export async function findOrganisationsCoded(
  db: Connection,
  codes: readonly string[],
): Promise<Map<string, Organisation>> {
  const rows = await run<Organisation>(db, FIND_CODED, [codes]);
  return new Map(rows.map((row) => [row.code, row]));
}

/** The division that a plan is made for, which it names by its code. */
export const findDivision = async (
  db: Connection,
  { divisionCode }: { divisionCode: string },
): Promise<Organisation | undefined> =>
  (await findOrganisationsCoded(db, [bareCode(divisionCode)])).get(bareCode(divisionCode));

/** The organisations that stand at and below a place, in the order of the tree; the topmost place is '/'. */
export const listOrganisationsUnder = (db: Connection, path: string): Promise<Organisation[]> =>
  run<Organisation>(db, ALL_UNDER, [path]);

type OrganisationFilter = {
  readonly [Name in 'kind' | 'parentId' | 'under' | 'code']?: string | null;
};

/** Organisations in the order of the tree and of codes, after the place in it; those that have ended too. */
export const listOrganisations = (
  db: Connection,
  { kind = null, parentId = null, under = null, code = null }: OrganisationFilter,
  after: readonly [codePath: string, id: string] | null,
  limit: number,
): Promise<Organisation[]> => {
  const [codePath, id] = after ?? [null, null];
  return run<Organisation>(db, LIST_ORGANISATIONS, [
    ...[kind, parentId, under, code],
    ...[codePath, id, limit],
  ]);
};

const EVERY_UNDER = statement(
  'every-organisation-under',
  `select ${COLUMNS} from organisation o where o.path like $1 || '%' order by o.code_path, o.id`,
);

/** The organisations at and below a place, those that have ended too. */
export const listAllUnder = (db: Connection, path: string): Promise<Organisation[]> =>
  run<Organisation>(db, EVERY_UNDER, [path]);

const PLACE = statement(
  'place-organisations',
  `
    with placed as (
      update organisation o
         set code = r.code, parent_id = r."parentId", path = r.path, code_path = r."codePath"
        from jsonb_to_recordset($1) as r (id text, code text, "parentId" text, path text, "codePath" text)
       where o.id = r.id
      returning o.id, o.code_path)
    update roll_up t set code_path = p.code_path from placed p where t.organisation_id = p.id`,
);

/** Places these organisations elsewhere, each under its parent, and lists their totals there. */
export const updatePlaces = (tx: Tx, rows: readonly Organisation[]): Promise<unknown> =>
  run(tx, PLACE, [JSON.stringify(rows)]);

const LOCK_DIRECTORY = statement(
  'lock-directory',
  'select directory from reference_version for update',
);

/** Makes changes of the directory wait for one another; answers the directory's revision. */
export async function lockDirectory(tx: Tx): Promise<number> {
  const [row] = await run<{ directory: number }>(tx, LOCK_DIRECTORY, []);
  if (row === undefined) throw new Error('reference_version has no row');
  return row.directory;
}

const INSERT_ORGANISATIONS = statement(
  'insert-organisations',
  `
    insert into organisation (id, code, parent_id, kind, name, path, code_path)
    select id, code, "parentId", kind, name, path, "codePath"
      from jsonb_to_recordset($1) as r (id text, code text, "parentId" text, kind text, name text,
                                        path text, "codePath" text)`,
);
export const insertOrganisations = (tx: Tx, rows: readonly Organisation[]): Promise<unknown> =>
  run(tx, INSERT_ORGANISATIONS, [JSON.stringify(rows)]);

const RENAME_ORGANISATIONS = statement(
  'rename-organisations',
  `
    update organisation o set name = r.name
      from jsonb_to_recordset($1) as r (id text, name text) where o.id = r.id`,
);
export const updateOrganisationNames = (
  tx: Tx,
  rows: readonly { id: string; name: string }[],
): Promise<unknown> => run(tx, RENAME_ORGANISATIONS, [JSON.stringify(rows)]);

const CHILDREN = statement(
  'find-child-organisations',
  `
    select ${COLUMNS} from organisation o
     where o.parent_id = any ($1::text[]) and o.ended_on is null order by o.code_path`,
);

/** The organisations that stand directly under any of these. */
export const findChildren = (db: Connection, ids: readonly string[]): Promise<Organisation[]> =>
  run<Organisation>(db, CHILDREN, [ids]);

const COUNT_CHILDREN = statement(
  'count-children',
  'select count(*)::int as count from organisation where parent_id = $1 and kind = $2',
);
export async function countChildren(tx: Tx, parentId: string, kind: string): Promise<number> {
  return (await run<{ count: number }>(tx, COUNT_CHILDREN, [parentId, kind]))[0]?.count ?? 0;
}

const IS_TOPMOST = statement(
  'reaches-everything',
  `select not exists (
     select from organisation where parent_id is null and path <> all ($1::text[])) as "isTopmost"`,
);

/** True when these reaches cover every organisation there is. */
export async function isTopmost(db: Connection, reaches: readonly string[]): Promise<boolean> {
  return (await run<{ isTopmost: boolean }>(db, IS_TOPMOST, [reaches]))[0]?.isTopmost === true;
}
