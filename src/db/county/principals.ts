// Principals, and the roles they hold at organisations.

import type pg from 'pg';
import type { Role } from '../../../machines/kit/access.ts';
import type { Principal } from '../../rules/access/access.ts';
import { reachOf } from '../../rules/county/grants.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type GrantRow = {
  id: string;
  role: Role;
  organisationId: string;
  organisationName: string;
  kind: string;
  path: string;
};

export type PrincipalRow = {
  id: string;
  name: string;
  createdAt: string;
  disabledAt: string | null;
  /** The place it belongs to while it holds no role and none is proposed for it. */
  organisationId: string;
  path: string;
  grants: GrantRow[];
  /** Proposed, and neither confirmed nor declined yet. */
  proposed: GrantRow[];
};

type Connection = pg.ClientBase | pg.Pool;

const grantsThat = (are: string): string => `
  coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'organisationId', o.id,
                     'organisationName', o.name, 'kind', o.kind, 'path', o.path)
                     order by g.role, o.code_path)
              from role_grant g join organisation o on o.id = g.organisation_id
             where g.principal_id = p.id and ${are}), '[]')`;
/** The roles that \`principal p\` holds, as one column of JSON. */
export const GRANTS = grantsThat('g.present');
const PROPOSED = grantsThat('g.confirmed_at is null and g.revoked_at is null');
const COLUMNS = `
  p.id, p.name, p.created_at as "createdAt", p.disabled_at as "disabledAt",
  p.organisation_id as "organisationId",
  (select home.path from organisation home where home.id = p.organisation_id) as path,
  ${GRANTS} as grants, ${PROPOSED} as proposed`;

const FIND_PRINCIPAL = statement(
  'find-principal',
  `select ${COLUMNS} from principal p where p.id = $1`,
);
const LOCK_PRINCIPAL = statement(
  'lock-principal',
  `select ${COLUMNS} from principal p where p.id = $1 for update of p`,
);
// Every role of a listed principal lies in one of the reaches; without any, the place it belongs to does.
const LIST_PRINCIPALS = statement(
  'list-principals',
  `
    select ${COLUMNS} from principal p
     where ($2::uuid is null or p.id > $2)
       and not exists (
         select 1 from organisation o
          where case when exists (select 1 from role_grant g
                                   where g.principal_id = p.id and g.revoked_at is null)
                     then o.id in (select g.organisation_id from role_grant g
                                    where g.principal_id = p.id and g.revoked_at is null)
                     else o.id = p.organisation_id end
            and not exists (select 1 from unnest($1::text[]) as reach (path)
                             where o.path like reach.path || '%'))
     order by p.id limit $3`,
);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The principal in the form access decides by, who came by nothing; null when there is none or it has been
 * disabled.
 */
export async function findPrincipal(db: Connection, id: string): Promise<Principal | null> {
  const row = UUID.test(id) ? await findPrincipalRow(db, id) : undefined;
  return row === undefined || row.disabledAt !== null ? null : asPrincipal(row);
}

export const asPrincipal = ({
  id,
  name,
  grants,
}: Pick<PrincipalRow, 'id' | 'name' | 'grants'>): Principal => ({
  id,
  name,
  credential: null,
  grants: grants.map((grant) => ({
    role: grant.role,
    organisationId: grant.organisationId,
    reach: reachOf(grant),
  })),
});

export async function findPrincipalRow(
  db: Connection,
  id: string,
): Promise<PrincipalRow | undefined> {
  return (await run<PrincipalRow>(db, FIND_PRINCIPAL, [id]))[0];
}

/** Principals that lie wholly within these reaches, by id, after the one given. */
export const listPrincipals = (
  db: Connection,
  reaches: readonly string[],
  afterId: string | null,
  limit: number,
): Promise<PrincipalRow[]> => run<PrincipalRow>(db, LIST_PRINCIPALS, [reaches, afterId, limit]);

export async function lockPrincipal(tx: Tx, id: string): Promise<PrincipalRow | undefined> {
  return (await run<PrincipalRow>(tx, LOCK_PRINCIPAL, [id]))[0];
}

// One transaction at a time, so that two administrators cannot disable each other. The number only has
// to be the same in every replica.
const LOCK_ADMINISTRATION = statement(
  'lock-administration',
  'select pg_advisory_xact_lock(726378002)',
);
export const lockAdministration = (tx: Tx): Promise<unknown> => run(tx, LOCK_ADMINISTRATION, []);

const COUNT_OFFICERS = statement(
  'count-officers',
  `
    select count(*)::int as count from principal p
     where p.disabled_at is null
       and exists (select 1 from role_grant g
                    where g.principal_id = p.id and g.present and g.role = $1)
       and (exists (select 1 from api_key k
                     where k.principal_id = p.id and k.revoked_at is null
                       and k.expires_at > clock_timestamp())
            or exists (select 1 from claim c
                        where c.principal_id = p.id and c.claimed_at is null
                          and c.withdrawn_at is null and c.expires_at > now_instant()))`,
);

/** Holders of this role that can still get in: not disabled, with a live key or a code for one. */
export async function countOfficers(tx: Tx, role: Role): Promise<number> {
  const [row] = await run<{ count: number }>(tx, COUNT_OFFICERS, [role]);
  return row?.count ?? 0;
}

const INSERT_PRINCIPAL = statement(
  'insert-principal',
  `
    insert into principal (id, name, organisation_id, created_at)
    values ($1, $2, $3, now_instant())`,
);
/** Makes a principal that belongs to this organisation until it holds a role. */
export const insertPrincipal = (
  tx: Tx,
  { id, name, organisationId }: Pick<PrincipalRow, 'id' | 'name' | 'organisationId'>,
): Promise<unknown> => run(tx, INSERT_PRINCIPAL, [id, name, organisationId]);

const DISABLE_PRINCIPAL = statement(
  'disable-principal',
  `update principal set disabled_at = case when $2 then now_instant() end where id = $1`,
);
export const updateDisabled = (tx: Tx, id: string, disabled: boolean): Promise<unknown> =>
  run(tx, DISABLE_PRINCIPAL, [id, disabled]);

const UNCLAIMED_OFFICER = statement(
  'find-unclaimed-officer',
  `
    select ${COLUMNS} from principal p
      join role_grant g on g.principal_id = p.id and g.present and g.role = $1
      join organisation o on o.id = g.organisation_id and o.parent_id is null
     where p.disabled_at is null and not exists (select 1 from api_key k where k.principal_id = p.id)
     order by p.id limit 1`,
);

/** The oldest holder of this role over the whole directory who never had a key. */
export async function findUnclaimedOfficer(tx: Tx, role: Role): Promise<PrincipalRow | undefined> {
  return (await run<PrincipalRow>(tx, UNCLAIMED_OFFICER, [role]))[0];
}
