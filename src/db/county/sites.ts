// The terminal sites (站点) and their recorded facts.

import type pg from 'pg';
import type { SiteKind } from '../../rules/county/organisations.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

export type SiteFacts = { [name: string]: string | number | boolean };

export type Site = {
  id: string;
  organisationId: string;
  path: string;
  kind: SiteKind;
  name: string;
  facts: SiteFacts;
  revision: number;
  updatedAt: string;
};

const COLUMNS = `
  s.id, s.organisation_id as "organisationId", s.path, s.kind, s.name, s.facts, s.revision,
  s.updated_at as "updatedAt"`;

const FIND_SITE = statement('find-site', `select ${COLUMNS} from site s where s.id = $1`);
const FIND_SITES = statement(
  'find-sites',
  `select ${COLUMNS} from site s where s.id = any ($1::text[])`,
);
const LOCK_SITE = statement(
  'lock-site',
  `select ${COLUMNS} from site s where s.id = $1 for update`,
);
const SITES_UNDER = statement(
  'sites-under',
  `select ${COLUMNS} from site s where s.path like $1 || '%' order by s.id`,
);
const LIST_SITES = statement(
  'list-sites',
  `
    select ${COLUMNS} from site s
     where exists (select 1 from unnest($1::text[]) as reach (path)
                    where s.path like reach.path || '%')
       and ($2::text is null or s.organisation_id = $2)
       and ($3::text is null or s.path like $3 || '%')
       and ($4::text is null or s.id > $4)
     order by s.id limit $5`,
);

export async function findSite(db: Connection, id: string): Promise<Site | undefined> {
  return (await run<Site>(db, FIND_SITE, [id]))[0];
}

export const findSites = (db: Connection, ids: readonly string[]): Promise<Site[]> =>
  run<Site>(db, FIND_SITES, [ids]);

export async function lockSite(tx: Tx, id: string): Promise<Site | undefined> {
  return (await run<Site>(tx, LOCK_SITE, [id]))[0];
}

const locking = (name: string, lock: string) =>
  statement(name, `select id from site where id = any ($1::text[]) order by id ${lock}`);
const LOCKS = {
  share: locking('share-sites', 'for share'),
  update: locking('lock-sites', 'for update'),
};

/**
 * Locks these sites, by id. A command that finds one to conform shares it, so that nobody records a fact
 * to the contrary meanwhile; one that corrects a fact holds it alone.
 */
export const lockSites = (
  tx: Tx,
  ids: readonly string[],
  lock: keyof typeof LOCKS,
): Promise<unknown> => run(tx, LOCKS[lock], [ids]);

/** The sites at and below a place. */
export const listSitesUnder = (db: Connection, path: string): Promise<Site[]> =>
  run<Site>(db, SITES_UNDER, [path]);

/** Sites within the reaches, by id, after the one given. */
export const listSites = (
  db: Connection,
  reaches: readonly string[],
  { organisationId, under }: { organisationId: string | null; under: string | null },
  afterId: string | null,
  limit: number,
): Promise<Site[]> => run<Site>(db, LIST_SITES, [reaches, organisationId, under, afterId, limit]);

export type NewSite = Pick<Site, 'id' | 'organisationId' | 'path' | 'kind' | 'name' | 'facts'>;

const INSERT_SITES = statement(
  'insert-sites',
  `
    insert into site (id, organisation_id, path, kind, name, facts, updated_at)
    select id, organisation_id, path, kind, name, facts, now_instant()
      from jsonb_to_recordset($1)
        as r (id text, organisation_id text, path text, kind text, name text, facts jsonb)`,
);
export const insertSites = (tx: Tx, rows: readonly NewSite[]): Promise<unknown> =>
  run(tx, INSERT_SITES, [
    JSON.stringify(
      rows.map(({ organisationId, ...row }) => ({ ...row, organisation_id: organisationId })),
    ),
  ]);

const NAME_RECORDER = statement(
  'name-recorder',
  `select set_config('chuangping.recorded_by', $1, true)`,
);
/** Names the principal who records the facts of sites that this transaction writes. */
export const recordAs = (tx: Tx, principalId: string): Promise<unknown> =>
  run(tx, NAME_RECORDER, [principalId]);

const UPDATE_SITES = statement(
  'update-sites',
  `
    update site s set name = r.name, facts = r.facts, revision = s.revision + 1,
           updated_at = now_instant(), recorded_by = null
      from jsonb_to_recordset($1) as r (id text, name text, facts jsonb) where s.id = r.id`,
);
export const updateSites = (
  tx: Tx,
  rows: readonly Pick<Site, 'id' | 'name' | 'facts'>[],
): Promise<unknown> => run(tx, UPDATE_SITES, [JSON.stringify(rows)]);

const SITES_OF = statement(
  'find-sites-of',
  `select ${COLUMNS} from site s where s.organisation_id = any ($1::text[]) order by s.id`,
);

/** The sites of these organisations. */
export const findSitesOf = (db: Connection, organisationIds: readonly string[]): Promise<Site[]> =>
  run<Site>(db, SITES_OF, [organisationIds]);

const RENAME_SITES = statement(
  'rename-sites',
  `
    update site s set name = r.name, revision = s.revision + 1, updated_at = now_instant()
      from jsonb_to_recordset($1) as r (id text, name text) where s.id = r.id`,
);
export const updateSiteNames = (
  tx: Tx,
  rows: readonly Pick<Site, 'id' | 'name'>[],
): Promise<unknown> => run(tx, RENAME_SITES, [JSON.stringify(rows)]);

const PLACE_SITES = statement(
  'place-sites',
  `
    update site s set path = r.path, revision = s.revision + 1, updated_at = now_instant()
      from jsonb_to_recordset($1) as r (id text, path text) where s.id = r.id`,
);
export const updateSitePaths = (
  tx: Tx,
  rows: readonly Pick<Site, 'id' | 'path'>[],
): Promise<unknown> => run(tx, PLACE_SITES, [JSON.stringify(rows)]);

const COUNT_SITES = statement(
  'count-sites',
  'select count(*)::int as count from site where organisation_id = $1',
);
export async function countSites(tx: Tx, organisationId: string): Promise<number> {
  return (await run<{ count: number }>(tx, COUNT_SITES, [organisationId]))[0]?.count ?? 0;
}
