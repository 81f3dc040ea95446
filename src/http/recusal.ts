// 回避 at every access: whom a person must not assess, by where they belong and what they declared.

import { findDeclared } from '../db/conflicts.ts';
import { findOrganisation } from '../db/organisations.ts';
import { findPlace } from '../db/places.ts';
import type { Principal } from '../rules/access.ts';
import { conflictOf } from '../rules/conflict-of-interest.ts';
import { reachOf } from '../rules/grants.ts';
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
      countyPath: campaign?.path ?? '/',
    },
  );
  return conflict !== null;
}
