// What is recorded of a site is dated and named, and what it denies ends the site's conformance in
// every running campaign: in the transaction of the change itself, places above it and notices too.

import {
  endings,
  findDenied,
  holdConcerned,
  type Recorded,
} from '../../command/conformance/denials.ts';
import { type Site, updateSites } from '../../db/county/sites.ts';
import { RaceLost } from '../../db/kernel/faults.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import type { Principal } from '../../rules/access/access.ts';
import { SYSTEM } from '../../rules/access/access.ts';
import type { Service } from '../kernel/service.ts';

const NAME_RECORDER = statement(
  'name-recorder',
  `select set_config('chuangping.recorded_by', $1, true)`,
);

/** Says in whose name this transaction records facts. */
export const recordsAs = (tx: Tx, { id }: Principal): Promise<unknown> =>
  run(tx, NAME_RECORDER, [id]);

/** What a change of facts is done in; `held` are the campaigns that were held before its sites. */
type Recording = { tx: Tx; held: ReadonlySet<string> };

/** Holds the campaigns that these facts would concern: always before the sites are locked. */
export const lockCampaigns = (
  { cache }: Service,
  tx: Tx,
  sites: readonly Recorded[],
): Promise<ReadonlySet<string>> => holdConcerned(tx, cache, sites);

/**
 * Records these facts of sites that are locked, and lets what follows from them follow (R18–R22).
 * Throws `RaceLost` when a site began to conform in a campaign that is not held: the change is then
 * done anew from its beginning, because waiting for a campaign with a site in hand could wait for ever.
 */
export async function recordFacts(
  { cache, performer }: Service,
  { tx, held }: Recording,
  principal: Principal,
  sites: readonly Pick<Site, 'id' | 'name' | 'facts'>[],
): Promise<void> {
  await recordsAs(tx, principal);
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
