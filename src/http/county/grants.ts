// The check of requested roles as a whole: where each may be held, who may grant it, and that
// administrator, auditor and business roles stay apart.

import Type, { type Static } from 'typebox';
import { findOrganisations } from '../../db/county/organisations.ts';
import type { PrincipalRow } from '../../db/county/principals.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { heldAtFault, reachesFault, reachOf, separationFault } from '../../rules/county/grants.ts';
import { ROLES } from '../../rules/plan/schema-terms.ts';
import type { Text } from '../kernel/problem-catalog.ts';
import { problem } from '../kernel/problems.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import { assertStands } from './organisations.ts';

export const GRANTS_MAX = 50;

export const GrantRequest = Type.Object({
  role: Type.Enum([...ROLES], { description: '角色 · Role' }),
  organisationId: Type.String({
    minLength: 1,
    maxLength: 40,
    description: '担任角色的单位 · The organisation it is held at',
  }),
});
export type GrantRequest = Static<typeof GrantRequest>;

const HeldSchema = Type.Object({
  id: Type.String({ format: 'uuid' }),
  role: Type.Enum([...ROLES]),
  organisationId: Type.String(),
  organisationName: Type.String(),
  reach: Type.String({ description: '管辖范围，单位路径的前缀 · A prefix of paths' }),
});

export const PrincipalSchema = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  disabledAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: '停用时间；停用后其密钥全部失效 · Disabled since; none of its keys works then',
  }),
  organisationId: Type.String({
    description: '未担任角色时所属的单位 · Where it belongs while it holds no role',
  }),
  grants: Type.Array(HeldSchema, { description: '有效的角色 · The roles it holds' }),
  proposed: Type.Array(HeldSchema, {
    description: '待安全管理员确认的角色 · Roles that wait for a security officer',
  }),
});

const withReach = ({ kind, path, ...grant }: PrincipalRow['grants'][number]) => ({
  ...grant,
  reach: reachOf({ kind, path }),
});

export const principalToJson = ({
  grants,
  proposed,
  path: _,
  ...row
}: PrincipalRow): Static<typeof PrincipalSchema> => ({
  ...row,
  grants: grants.map(withReach),
  proposed: proposed.map(withReach),
});

/**
 * Checks the new grants together with those held already. `at` is the JSON pointer of the grants in
 * the request. Throws 422 with every fault, or 403 for a place the administrator does not reach.
 */
export async function assertGrants(
  tx: Tx,
  administrator: Principal,
  held: readonly Pick<PrincipalRow['grants'][number], 'role' | 'kind' | 'path'>[],
  asked: readonly GrantRequest[],
  at: (index: number) => string,
): Promise<void> {
  const organisations = await findOrganisations(
    tx,
    asked.map(({ organisationId }) => organisationId),
  );
  const errors: { path: string; message: Text }[] = [];
  const all = [...held];
  for (const [index, { role, organisationId }] of asked.entries()) {
    const organisation = organisations.get(organisationId);
    if (organisation === undefined) {
      const message = { zh: '没有这个单位', en: 'there is no such organisation' };
      errors.push({ path: `${at(index)}/organisationId`, message });
      continue;
    }
    assertRoleAt(administrator, ['administrator'], organisation.path);
    await assertStands(tx, organisation);
    const message = heldAtFault(role, organisation.kind);
    if (message !== null) errors.push({ path: `${at(index)}/role`, message });
    all.push({ role, ...organisation });
  }
  const separation = separationFault([...held, ...asked].map(({ role }) => role));
  if (separation !== null) errors.push({ path: '/body', message: separation });
  const tooMany = reachesFault(all);
  if (tooMany !== null) errors.push({ path: '/body', message: tooMany });
  if (errors.length > 0) {
    throw problem('content-invalid', { errors, ...(separation ? { detail: separation } : {}) });
  }
}
