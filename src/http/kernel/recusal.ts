// Recusal (回避) at every access: whom a person must not assess, by affiliation and declaration.

import { findOrganisation } from '../../db/county/organisations.ts';
import { findPlace } from '../../db/kernel/places.ts';
import { findAvoided, findDeclared } from '../../db/kernel/recusal.ts';
import type { Principal } from '../../rules/access/access.ts';
import { readableReaches } from '../../rules/access/access.ts';
import { conflictOf } from '../../rules/access/conflict-of-interest.ts';
import type { Reading, Recusal } from '../../rules/access/recusal.ts';
import { reachOf } from '../../rules/county/grants.ts';
import type { Service } from './service.ts';

type Where = { campaignId: string; organisationId: string; path: string };

/** True when this person must not assess what belongs to this organisation. */
export async function staysAway(
  { pool }: Service,
  principal: Principal,
  { campaignId, organisationId, path }: Where,
): Promise<boolean> {
  const organisation = await findOrganisation(pool, organisationId);
  const campaign = await findPlace(pool, campaignId);
  const conflict = conflictOf(
    { held: principal.grants, declared: await findDeclared(pool, campaignId, principal.id) },
    {
      organisationId,
      path,
      unitPath: organisation === undefined ? path : reachOf(organisation),
      judgedAt: campaign?.path ?? '/',
    },
  );
  return conflict !== null;
}

/** The recusal that hides subjects from this reader; null for readers without any. */
export async function recusalOf({ pool }: Service, principal: Principal): Promise<Recusal | null> {
  const { id, grants } = principal;
  if (!grants.some(({ role }) => role === 'assessor')) return null;
  const reaches = [...new Set(grants.map(({ reach }) => reach))];
  const avoided = await findAvoided(pool, id, reaches);
  if (avoided.length === 0) return null;
  const others = grants.filter(({ role }) => role !== 'assessor');
  return { others: readableReaches({ ...principal, grants: others }), avoided };
}

/** The reaches and the recusal of this reader, by which every list is filtered. */
export const readingOf = async (service: Service, principal: Principal): Promise<Reading> => ({
  reaches: readableReaches(principal),
  recusal: await recusalOf(service, principal),
});
