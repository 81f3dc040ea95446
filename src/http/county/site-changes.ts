// Changes of a site's recorded facts. Each change is dated and named; facts that deny a criterion end
// the site's conformance in every running campaign, within the transaction of the change.

import { endings, findDenied } from '../../command/conformance/denials.ts';
import { recordAs, type Site, updateSites } from '../../db/county/sites.ts';
import { RaceLost } from '../../db/kernel/faults.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { SYSTEM } from '../../rules/access/access.ts';
import type { Service } from '../kernel/service.ts';

/** The transaction of a change of facts; `held` are the campaigns locked before its sites. */
type Recording = { tx: Tx; held: ReadonlySet<string> };

/**
 * Records these facts of locked sites and ends the conformance they deny (R18–R22). Throws `RaceLost`
 * when a site began to conform in a campaign that is not locked: the caller then starts over, because
 * locking a campaign after its sites could deadlock.
 */
export async function recordFacts(
  { cache, performer }: Service,
  { tx, held }: Recording,
  principal: Principal,
  sites: readonly Pick<Site, 'id' | 'name' | 'facts'>[],
): Promise<void> {
  await recordAs(tx, principal.id);
  await updateSites(tx, sites);
  const denied = await findDenied(tx, cache, sites);
  if ([...denied.keys()].some((campaignId) => !held.has(campaignId))) throw new RaceLost();
  for (const campaignId of [...denied.keys()].sort()) {
    for (const event of endings(denied.get(campaignId) ?? [])) {
      const command = { campaignId, subjectId: campaignId, event, principal: SYSTEM };
      const [outcome] = await performer.performTogether(tx, campaignId, [command]);
      if (outcome?.kind === 'done') continue;
      throw new Error(`a campaign took no word of a loss: ${outcome?.kind}`);
    }
  }
}
