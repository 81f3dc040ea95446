// Grants of roles: proposed by one officer, confirmed by another, revoked by either. None is ever deleted.

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
};

const COLUMNS = `
  g.id, g.principal_id as "principalId", g.role, g.organisation_id as "organisationId",
  (select o.path from organisation o where o.id = g.organisation_id) as path,
  g.proposed_by as "proposedBy", g.confirmed_by as "confirmedBy", g.revoked_by as "revokedBy"`;

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
    update role_grant g set revoked_by = $2, revoked_at = now_instant()
     where g.id = $1 and g.revoked_at is null returning ${COLUMNS}`,
);
/** The grant after it; undefined where it was revoked before. */
export const updateGrantRevoked = async (
  tx: Tx,
  id: string,
  by: string,
): Promise<Grant | undefined> => (await run<Grant>(tx, REVOKE_GRANT, [id, by]))[0];
