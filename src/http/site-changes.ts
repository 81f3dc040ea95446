// What is recorded of a site is dated and named, and what it denies ends the site's conformance in
// every running campaign: as an operation stored with the change itself, so that it surely follows.

import { deniedOf } from '../command/site-facts.ts';
import { findConforming } from '../db/conformance.ts';
import { insertOperation } from '../db/imports.ts';
import { type Site, updateSites } from '../db/sites.ts';
import { findSupplements } from '../db/supplements.ts';
import type { Tx } from '../db/transaction.ts';
import { run } from '../db/transaction.ts';
import type { Principal } from '../rules/access.ts';
import type { Service } from './service.ts';
import { planOf } from './visibility.ts';

const NAME_RECORDER = {
  name: 'name-recorder',
  text: `select set_config('chuangping.recorded_by', $1, true)`,
};

const SITES_AT_ONCE = 100;

/** Says in whose name this transaction records facts. */
export const recordsAs = (tx: Tx, { id }: Principal): Promise<unknown> =>
  run(tx, NAME_RECORDER, [id]);

/** Records these facts and lets what follows from them follow (R18–R22). */
export async function recordFacts(
  service: Service,
  tx: Tx,
  principal: Principal,
  sites: readonly Pick<Site, 'id' | 'name' | 'facts'>[],
): Promise<void> {
  await recordsAs(tx, principal);
  await updateSites(tx, sites);
  const facts = new Map(sites.map((site) => [site.id, site.facts]));
  const rows = await findConforming(tx, [...facts.keys()]);
  for (const [campaignId, own] of Map.groupBy(rows, (row) => row.campaignId)) {
    const [first] = own;
    if (first === undefined) continue;
    const plan = await planOf(service, first);
    const asked = plan.categories.flatMap(({ code }) =>
      own.map(({ path }) => ({ category: code, path })),
    );
    const supplements = await findSupplements(tx, campaignId, asked);
    const failing = own.filter(
      (row) =>
        deniedOf(plan, supplements, { ...row, facts: facts.get(row.siteId) ?? {} }, row.assessedAt)
          .length > 0,
    );
    const ids = failing.map(({ siteId }) => siteId);
    const commands = Array.from({ length: Math.ceil(ids.length / SITES_AT_ONCE) }, (_, part) => ({
      subjectId: campaignId,
      event: {
        type: 'end-conformance',
        siteIds: ids.slice(part * SITES_AT_ONCE, (part + 1) * SITES_AT_ONCE),
      },
    }));
    if (commands.length === 0) continue;
    const detail = { sites: ids.length };
    const operation = { campaignId, kind: 'site-facts', createdBy: principal.id, detail };
    await insertOperation(tx, { ...operation, commands });
  }
}
