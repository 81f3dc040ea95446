// Grants of roles at organisations: their places, their reach, and the roles that exclude each
// other.

import type { Role } from '../../../machines/kit/access.ts';
import { BUSINESS_BLIND, HELD_AT } from '../access/access.ts';
import { rolesInWords } from '../plan/titles.ts';
import { KIND_NAMES } from './organisations.ts';

type Place = { kind: string; path: string };
type Text = { zh: string; en: string };

const REACHES_ITSELF = new Set(['PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE']);

/** A division and a base reach their own subtree; another body reaches that of its division. */
export const reachOf = ({ kind, path }: Place): string =>
  REACHES_ITSELF.has(kind) ? path : path.replace(/[^/]+\/$/, '');

const kindInWords = (kind: string): string =>
  Object.entries(KIND_NAMES).find(([known]) => known === kind)?.[1] ?? kind;

/** The reason why an organisation of this kind cannot have this role; null when it can. */
export function heldAtFault(role: Role, kind: string): Text | null {
  const kinds = HELD_AT[role];
  if (kinds === null || kinds.includes(kind)) return null;
  return {
    zh: `${rolesInWords(null, [role]).zh}的角色只能设在${kinds.map(kindInWords).join('、')}，不能设在${kindInWords(kind)}`,
    en: `the role ${role} is held at ${kinds.join(', ')}, not at ${kind}`,
  };
}

const OFFICERS: readonly Role[] = ['administrator', 'security-officer', 'auditor'];

const powerOf = (role: Role): Role | 'business' => (OFFICERS.includes(role) ? role : 'business');

/** 三员分立: the reason why one principal cannot hold these roles; null when it can. */
export function separationFault(roles: readonly Role[]): Text | null {
  if (new Set(roles.map(powerOf)).size <= 1) return null;
  return {
    zh: '三员分立：系统管理员、安全管理员、审计员与业务角色不得由同一账户担任',
    en: 'administrator, security officer, auditor and business roles are never one principal',
  };
}

/** The places that one principal's roles of the business may reach, which the read wall asks of each row. */
export const REACHES_MAX = 8;

/**
 * The reason why one principal cannot hold these roles at these places; null when it can. Places within one
 * another are counted too: the outermost may be revoked at any time, and then the inner ones are left.
 */
export function reachesFault(grants: readonly (Place & { role: Role })[]): Text | null {
  const business = grants.filter(({ role }) => !BUSINESS_BLIND.includes(role));
  if (new Set(business.map(reachOf)).size <= REACHES_MAX) return null;
  return {
    zh: `一个账户的业务角色至多管辖 ${REACHES_MAX} 处；请改在上级单位任职，或另建账户`,
    en: `the business roles of one principal reach at most ${REACHES_MAX} places: take a role further up, or another account`,
  };
}

type Belonging = {
  path: string;
  grants: readonly { path: string }[];
  proposed: readonly { path: string }[];
};

/** The places of an account: those of its roles, also of proposed ones; without any, where it was made. */
export const placesOf = ({ path, grants, proposed }: Belonging): string[] => {
  const places = [...grants, ...proposed].map((grant) => grant.path);
  return places.length === 0 ? [path] : places;
};

/** The place that all these lie in, that of the county for two of its townships. */
export function commonPlace(places: readonly string[]): string {
  const [first = '/', ...others] = places;
  const names = first.split('/').slice(1, -1);
  const shared = names.findIndex((_, index) => {
    const place = `/${names.slice(0, index + 1).join('/')}/`;
    return others.some((other) => !other.startsWith(place));
  });
  return shared === -1
    ? first
    : `/${names
        .slice(0, shared)
        .map((name) => `${name}/`)
        .join('')}`;
}
