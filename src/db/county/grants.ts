// Grants of roles: proposed by one officer, confirmed by another, revoked by either. None is ever deleted.

import type pg from 'pg';
import type { Role } from '../../../machines/kit/access.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type Grant = {
  id: string;
  principalId: string;
  role: Role;
  organisationId: string;
  /** The path of the organisation. */
  path: string;
  proposedBy: string;
  confirmedBy: string | null;
  revokedBy: string | null;
  /** True while its holder is disabled. */
  isDisabled: boolean;
};

const COLUMNS = `
  g.id, g.principal_id as "principalId", g.role, g.organisation_id as "organisationId",
  (select o.path from organisation o where o.id = g.organisation_id) as path,
  g.proposed_by as "proposedBy", g.confirmed_by as "confirmedBy", g.revoked_by as "revokedBy",
  (select p.disabled_at is not null from principal p where p.id = g.principal_id) as "isDisabled"`;

const INSERT_GRANTS = statement(
  'insert-grants',
  `
    insert into role_grant as g (id, principal_id, role, organisation_id, proposed_by, proposed_at)
    select asked.id, $1, asked.role, asked.organisation_id, $5, now_instant()
      from unnest($2::uuid[], $3::text[], $4::text[]) as asked (id, role, organisation_id)
        on conflict (principal_id, role, organisation_id) where revoked_at is null do nothing
    returning ${COLUMNS}`,
);
/** Proposes roles; one that is held or proposed already stays as it is and is not answered. */
export const insertGrants = (
  tx: Tx,
  principalId: string,
  grants: readonly Pick<Grant, 'id' | 'role' | 'organisationId'>[],
  by: string,
): Promise<Grant[]> =>
  run<Grant>(tx, INSERT_GRANTS, [
    principalId,
    grants.map(({ id }) => id),
    grants.map(({ role }) => role),
    grants.map(({ organisationId }) => organisationId),
    by,
  ]);

const LOCK_GRANT = statement(
  'lock-grant',
  `select ${COLUMNS} from role_grant g where g.id = $1 for update of g`,
);
export const lockGrant = async (tx: Tx, id: string): Promise<Grant | undefined> =>
  (await run<Grant>(tx, LOCK_GRANT, [id]))[0];

const CONFIRM_GRANTS = statement(
  'confirm-grants',
  `
    update role_grant g set confirmed_by = $2, confirmed_at = now_instant()
     where g.id = any ($1::uuid[]) returning ${COLUMNS}`,
);
/** From now on these roles are held. */
export const updateConfirmed = (tx: Tx, ids: readonly string[], by: string): Promise<Grant[]> =>
  run<Grant>(tx, CONFIRM_GRANTS, [ids, by]);

const REVOKE_GRANT = statement(
  'revoke-grant',
  `
    update role_grant g set revoked_by = $2, revoked_at = now_instant(), reason = $3
     where g.id = $1 and g.revoked_at is null returning ${COLUMNS}`,
);
/** The grant after it; undefined where it was revoked before. */
export const updateGrantRevoked = async (
  tx: Tx,
  id: string,
  by: string,
  reason: string,
): Promise<Grant | undefined> => (await run<Grant>(tx, REVOKE_GRANT, [id, by, reason]))[0];

export const GRANT_STATES = ['proposed', 'held', 'declined', 'revoked'] as const;
export type GrantState = (typeof GRANT_STATES)[number];

/** A grant with its history, in the names of those who acted; they are null for the service itself. */
export type GrantView = {
  id: string;
  principalId: string;
  principalName: string;
  role: Role;
  organisationId: string;
  organisationName: string;
  path: string;
  state: GrantState;
  proposedBy: string | null;
  proposedAt: string;
  confirmedBy: string | null;
  confirmedAt: string | null;
  revokedBy: string | null;
  revokedAt: string | null;
  reason: string | null;
};

const VIEW = `
  select g.id, g.principal_id as "principalId", p.name as "principalName", g.role,
         g.organisation_id as "organisationId", o.name as "organisationName", o.path,
         case when g.present then 'held' when g.revoked_at is null then 'proposed'
              when g.confirmed_at is null then 'declined' else 'revoked' end as state,
         (select a.name from principal a where a.id::text = g.proposed_by) as "proposedBy",
         g.proposed_at as "proposedAt",
         (select a.name from principal a where a.id::text = g.confirmed_by) as "confirmedBy",
         g.confirmed_at as "confirmedAt",
         (select a.name from principal a where a.id::text = g.revoked_by) as "revokedBy",
         g.revoked_at as "revokedAt", g.reason
    from role_grant g
    join principal p on p.id = g.principal_id
    join organisation o on o.id = g.organisation_id`;

const FIND_VIEW = statement('find-grant', `${VIEW} where g.id = $1`);
export const findGrant = async (
  db: pg.ClientBase | pg.Pool,
  id: string,
): Promise<GrantView | undefined> => (await run<GrantView>(db, FIND_VIEW, [id]))[0];

const LIST_VIEWS = statement(
  'list-grants',
  `
    select * from (${VIEW}) v
     where exists (select 1 from unnest($1::text[]) as reach (path)
                    where v.path like reach.path || '%')
       and ($2::uuid is null or v."principalId" = $2)
       and ($3::text is null or v.state = $3)
       and ($4::uuid is null or v.id > $4)
     order by v.id limit $5`,
);

/** Grants at places within these reaches, the oldest first, after the one given. */
export const listGrants = (
  db: pg.ClientBase | pg.Pool,
  reaches: readonly string[],
  { principalId, state }: { principalId: string | null; state: GrantState | null },
  afterId: string | null,
  limit: number,
): Promise<GrantView[]> =>
  run<GrantView>(db, LIST_VIEWS, [reaches, principalId, state, afterId, limit]);
