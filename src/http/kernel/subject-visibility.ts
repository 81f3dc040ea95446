// Who sees a subject: the rules that the resources of the nouns choose from.

import { isKeptFrom } from '../../db/kernel/recusal.ts';
import type { Principal } from '../../rules/access/access.ts';
import { mayRead, readableReaches } from '../../rules/access/access.ts';
import { problem } from './problems.ts';
import { recusalOf } from './recusal.ts';
import type { Service, SubjectResource } from './service.ts';

/** A campaign is known to everybody it concerns: above, at and below the place that leads it. */
export const mayKnowCampaign = (principal: Principal, path: string): boolean =>
  mayRead(principal, path) || readableReaches(principal).some((reach) => reach.startsWith(path));

/**
 * 回避 (R61): who sees a candidate only because they assess does not see one they must not assess,
 * nor what is about it. Throws 404, as for everything that is not theirs to know.
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

/** Seen by whoever reads its place and need not stay away from it. */
export const seenAtItsPlace: Pick<SubjectResource, 'isKnownTo' | 'assertVisible'> = {
  isKnownTo: mayRead,
  assertVisible: (service, principal, { campaignId }, id) =>
    assertNotRecused(service, principal, campaignId, id),
};

/** Published: seen by everybody whom its campaign concerns. */
export const seenByAllConcerned: Pick<SubjectResource, 'isKnownTo' | 'assertVisible'> = {
  isKnownTo: mayKnowCampaign,
  assertVisible: async () => {},
};
