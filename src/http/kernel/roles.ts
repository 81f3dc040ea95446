// The roles, and their reach, that requests need about which no machine decides.

import type { Role } from '../../../machines/kit/access.ts';
import type { Principal } from '../../rules/access/access.ts';
import { holdsAtTop, rolesAt } from '../../rules/access/access.ts';
import { problem } from './problems.ts';

/** True when the principal holds one of these roles over the place. */
export const hasRoleAt = (principal: Principal, roles: readonly Role[], path: string): boolean =>
  rolesAt(principal, path).some((role) => roles.includes(role));

/** Throws 403, naming the roles, unless the principal holds one of them over the place. */
export function assertRoleAt(principal: Principal, roles: readonly Role[], path: string): void {
  if (!hasRoleAt(principal, roles, path)) throw problem('forbidden', { roles });
}

/** Throws 403, naming the roles, unless the principal holds one of them anywhere. */
export function assertRole(principal: Principal, roles: readonly Role[]): void {
  if (!principal.grants.some(({ role }) => roles.includes(role))) {
    throw problem('forbidden', { roles });
  }
}

/** Throws 403, naming the roles, unless the principal holds one of them at the top of the tree. */
export function assertRoleAtTop(principal: Principal, roles: readonly Role[]): void {
  if (!holdsAtTop(principal, roles)) throw problem('forbidden', { roles });
}

/** The reaches of these roles of the principal. */
export const reachesOf = (principal: Principal, roles: readonly Role[]): string[] =>
  principal.grants.filter(({ role }) => roles.includes(role)).map(({ reach }) => reach);
