// What a role must be, and reach, for a request that no machine decides about.

import type { Role } from '../../../machines/kit/access.ts';
import type { Principal } from '../../rules/access/access.ts';
import { rolesAt } from '../../rules/access/access.ts';
import { problem } from './problems.ts';

/** True when one of these roles is held with a reach over the place. */
export const hasRoleAt = (principal: Principal, roles: readonly Role[], path: string): boolean =>
  rolesAt(principal, path).some((role) => roles.includes(role));

/** Throws 403, naming the roles, unless one of them is held with a reach over the place. */
export function assertRoleAt(principal: Principal, roles: readonly Role[], path: string): void {
  if (!hasRoleAt(principal, roles, path)) throw problem('forbidden', { roles });
}

/** Throws 403, naming the roles, unless one of them is held anywhere. */
export function assertRole(principal: Principal, roles: readonly Role[]): void {
  if (!principal.grants.some(({ role }) => roles.includes(role))) {
    throw problem('forbidden', { roles });
  }
}

/** Where these roles of the principal reach. */
export const reachesOf = (principal: Principal, roles: readonly Role[]): string[] =>
  principal.grants.filter(({ role }) => roles.includes(role)).map(({ reach }) => reach);
