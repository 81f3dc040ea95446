// The rules of visibility that the nouns' resources choose from.

import { isKeptFrom } from '../../db/kernel/recusal.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead, readableReaches } from '../../rules/access/access.ts';
import { problem } from './problems.ts';
import { recusalOf } from './recusal.ts';
import type { Service, SubjectResource } from './service.ts';

/** Everybody whom a campaign concerns knows of it: above, at and below the place that leads it. */
export const mayKnowCampaign = (principal: Principal, path: string): boolean =>
  mayRead(principal, path) || readableReaches(principal).some((reach) => reach.startsWith(path));

/**
 * 回避 (R61): a person who sees candidates only as an assessor sees none they must not assess, nor
 * anything about it. Throws 404, as for everything hidden.
 */
export async function assertNotRecused(
  service: Service,
  principal: Principal,
  campaignId: string,
  subjectId: string,
): Promise<void> {
  const recusal = await recusalOf(service, principal);
  if (await isKeptFrom(service.pool, recusal, campaignId, subjectId)) throw problem('not-found');
}

/** The subject is visible to readers of its place who need not stay away from it. */
export const seenAtItsPlace: Pick<SubjectResource, 'isKnownTo' | 'assertVisible'> = {
  isKnownTo: mayRead,
  assertVisible: (service, principal, { campaignId }, id) =>
    assertNotRecused(service, principal, campaignId, id),
};

/** The subject is published: everybody whom its campaign concerns sees it. */
export const seenByAllConcerned: Pick<SubjectResource, 'isKnownTo' | 'assertVisible'> = {
  isKnownTo: mayKnowCampaign,
  assertVisible: async () => {},
};
