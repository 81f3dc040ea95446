// The facts recorded of a site belong to no campaign. A fact that denies a criterion ends the site's
// conformance in every running campaign; these functions find those campaigns and tell them.

import { findSiteFacts } from '../../db/candidate/candidate-facts.ts';
import { findConforming } from '../../db/conformance/conformance.ts';
import { findSupplements } from '../../db/conformance/supplements.ts';
import { lockCampaign } from '../../db/kernel/campaign-heads.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { insertOperation } from '../../db/list/imports.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Deciding } from '../kernel/noun.ts';
import { deniedOf } from './site-facts.ts';

/** One event names no more sites than a person can read. */
const SITES_AT_ONCE = 100;

export type Recorded = { id: string; facts: { readonly [name: string]: unknown } };
type Plans = { plan: (tx: Tx, planId: string, version: number) => Promise<Plan | null> };

/** The ids of conforming sites of which these facts deny a criterion, by the id of the running campaign. */
export async function findDenied(
  tx: Tx,
  plans: Plans,
  sites: readonly Recorded[],
): Promise<Map<string, string[]>> {
  const facts = new Map(sites.map((site) => [site.id, site.facts]));
  const rows = await findConforming(tx, [...facts.keys()]);
  const denied = new Map<string, string[]>();
  for (const [campaignId, own] of Map.groupBy(rows, (row) => row.campaignId)) {
    const [first] = own;
    const plan = first && (await plans.plan(tx, first.planId, first.planVersion));
    if (!plan) continue;
    const asked = plan.categories.flatMap(({ code }) =>
      own.map(({ path }) => ({ category: code, path })),
    );
    const supplements = await findSupplements(tx, campaignId, asked);
    const failing = own.filter((row) => {
      const site = { ...row, facts: facts.get(row.siteId) ?? {} };
      return deniedOf(plan, supplements, site, row.assessedAt).length > 0;
    });
    if (failing.length > 0)
      denied.set(
        campaignId,
        failing.map(({ siteId }) => siteId),
      );
  }
  return denied;
}

/** Locks the campaigns that these facts will concern for update, in order of id and before any site. */
export async function lockConcerned(
  tx: Tx,
  plans: Plans,
  sites: readonly Recorded[],
): Promise<ReadonlySet<string>> {
  const ids = [...(await findDenied(tx, plans, sites)).keys()].sort();
  for (const id of ids) await lockCampaign(tx, id, 'update');
  return new Set(ids);
}

/** The events that end the conformance of these sites, each with at most `SITES_AT_ONCE` of them. */
export const endings = (siteIds: readonly string[]) =>
  Array.from({ length: Math.ceil(siteIds.length / SITES_AT_ONCE) }, (_, part) => ({
    type: 'end-conformance',
    siteIds: siteIds.slice(part * SITES_AT_ONCE, (part + 1) * SITES_AT_ONCE),
  }));

/**
 * A fact corrected through an order of one campaign is a fact in the others, too. An operation stored with it
 * tells them, because a command never holds two campaigns.
 */
export async function endElsewhere(
  { tx, entropy, campaignId, writes: { siteFacts: corrections } }: Deciding,
  plans: Plans,
): Promise<void> {
  if (corrections.length === 0) return;
  const before = await findSiteFacts(tx, [...new Set(corrections.map((one) => one.site_id))]);
  const sites = [...before].map(([id, facts]) => ({
    id,
    facts: {
      ...facts,
      ...Object.fromEntries(
        corrections.flatMap(({ site_id, field, value }) =>
          site_id === id ? [[field, value]] : [],
        ),
      ),
    },
  }));
  for (const [other, siteIds] of await findDenied(tx, plans, sites)) {
    if (other === campaignId) continue;
    await insertOperation(tx, {
      id: entropy.newId(),
      campaignId: other,
      kind: 'site-facts',
      createdBy: corrections[0]?.by ?? 'system',
      credential: null,
      detail: { sites: siteIds.length },
      commands: endings(siteIds).map((event) => ({ subjectId: other, event })),
    });
  }
}
