// The facts of events about sites: criteria that the records deny, failures now, and the sites that a change
// of the roster would touch.

import type { CampaignFacts } from '../../../machines/campaign/events.ts';
import type { DeniedCriterion } from '../../../machines/candidate/events.ts';
import { stageOf } from '../../../machines/kit/step.ts';
import { findSiteFacts } from '../../db/candidate/candidate-facts.ts';
import {
  countRegressions,
  findStandings,
  type SiteStandingRow,
} from '../../db/conformance/conformance.ts';
import { findSupplements } from '../../db/conformance/supplements.ts';
import { lockSites } from '../../db/county/sites.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Writes } from '../../db/tables.ts';
import { deniedCriteria } from '../../rules/candidate/criteria.ts';
import type { InForce } from '../../rules/conformance/supplements.ts';
import { inForce, withSupplement } from '../../rules/conformance/supplements.ts';
import type { SiteKind } from '../../rules/county/organisations.ts';
import type { Category, Plan } from '../../rules/plan/plan-schema.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';

/** The category by whose criteria a site is measured: that of villages or that of bases. */
const categoryOfSite = (plan: Plan, kind: SiteKind): Category | undefined =>
  plan.categories.find(({ subject }) => subject === (kind === 'BASE' ? 'base' : 'village'));

/** The criteria that the records deny of a site, by the supplements in force at an instant. */
export function deniedOf(
  plan: Plan,
  supplements: readonly InForce[],
  site: { kind: SiteKind; path: string; facts: { readonly [name: string]: unknown } },
  at: string,
): DeniedCriterion[] {
  const category = categoryOfSite(plan, site.kind);
  if (category === undefined) return [];
  const ask = { category: category.code, path: site.path, measuredAt: null };
  const supplement = inForce(supplements, ask, at);
  return deniedCriteria(plan, withSupplement(category, supplement?.changes ?? null), site.facts);
}

/** The id of the site of an ask: the named one, the candidate's own, or that of an order. */
function siteAsked({ draft, event }: Ask): string | null {
  const isOrder = draft.release.name === 'rectification';
  const own = isOrder ? contextOf(draft, 'rectification').siteId : draft.siteId;
  return typeof event.siteId === 'string' ? event.siteId : own;
}

const SELF_CHECKS = new Set(['submit-self-check', 'confirm-finding-rectified']);

const assesses = ({ event }: Ask): boolean =>
  event.conforms !== undefined || SELF_CHECKS.has(event.type);

/**
 * Locks the sites these asks assess or correct, before any fact of them is read, so that the facts by which a
 * site is found to conform cannot change meanwhile.
 */
export async function lockAssessedSites({ tx }: { tx: Tx }, asks: readonly Ask[]): Promise<void> {
  const deciding = asks.filter(({ isExplained }) => isExplained !== true);
  const corrects = deciding.some(({ event }) => event.type === 'correct-site-fact');
  const ids = deciding
    .filter((ask) => assesses(ask) || ask.event.type === 'correct-site-fact')
    .flatMap((ask) => siteAsked(ask) ?? []);
  if (ids.length > 0) await lockSites(tx, [...new Set(ids)], corrects ? 'update' : 'share');
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

type Wanted = { ask: Ask; siteIds: string[] };

/** The sites whose facts an ask needs; none where it has nothing to do with conformance. */
function wanted(ask: Ask): Wanted {
  const { draft, event } = ask;
  const names: readonly string[] = draft.release.factsFor(
    event.type,
    stageOf(draft.instance.value),
  );
  if (names.includes('denied')) {
    const siteId = siteAsked(ask);
    return { ask, siteIds: event.conforms === true && siteId !== null ? [siteId] : [] };
  }
  if (event.type === 'correct-site-fact') {
    const siteId = siteAsked(ask);
    return { ask, siteIds: siteId === null ? [] : [siteId] };
  }
  if (names.includes('failing')) return { ask, siteIds: listed(event.siteIds) };
  if (!names.includes('rosterChange')) return { ask, siteIds: [] };
  return { ask, siteIds: [...listed(event.add), ...listed(event.remove)] };
}

const loadSites: FactLoader<'denied' | 'failing' | 'rosterChange'> = async (world, wants) => {
  const { tx, campaignId, plan } = world;
  const asks = new Set([...wants('denied'), ...wants('failing'), ...wants('rosterChange')]);
  const ids = [...new Set([...asks].map(wanted).flatMap(({ siteIds }) => siteIds))];
  if (ids.length === 0) {
    return {
      denied: () => [],
      failing: () => [],
      rosterChange: () => ({ unknown: [], already: [], missing: [] }),
    };
  }
  const sites = new Map((await findStandings(tx, campaignId, ids)).map((site) => [site.id, site]));
  const facts = await findSiteFacts(tx, ids);
  const supplements = await findSupplements(
    tx,
    campaignId,
    [...sites.values()].flatMap(({ kind, path }) => {
      const category = categoryOfSite(plan, kind);
      return category === undefined ? [] : [{ category: category.code, path }];
    }),
  );
  const denied = (siteId: string, at: string, corrected: object = {}): DeniedCriterion[] => {
    const site = sites.get(siteId);
    if (site === undefined) return [];
    const recorded = { ...facts.get(siteId), ...corrected };
    return deniedOf(plan, supplements, { ...site, facts: recorded }, at);
  };
  // A correction through an order is measured with the corrected value.
  const corrected = ({ event }: Ask): object =>
    event.type === 'correct-site-fact' ? { [String(event.field)]: event.value } : {};
  return {
    denied: (ask) => wanted(ask).siteIds.flatMap((siteId) => denied(siteId, ask.at)),
    failing: (ask) =>
      wanted(ask).siteIds.flatMap((siteId) => {
        const found = denied(siteId, sites.get(siteId)?.assessedAt ?? ask.at, corrected(ask));
        const [first] = found;
        if (first === undefined || sites.get(siteId)?.conforms !== true) return [];
        return [{ siteId, criteria: found.map(({ id }) => id), clause: first.clause }];
      }),
    rosterChange: ({ draft, event }) => rosterChange(sites, draft.path, event),
  };
};

/** The number of undecided losses since the application, with those of this very batch. */
const loadLosses: FactLoader<'undecidedRegressions'> = async ({ tx, campaignId, plan }, wants) => {
  const ids = wants('undecidedRegressions').map(({ draft }) => draft.id);
  const countsBases = plan.policies.countyRosterIncludesBases.value;
  const losses = await countRegressions(tx, campaignId, ids, countsBases);
  return {
    undecidedRegressions: ({ draft }, locked) => {
      const found = losses.get(draft.id) ?? 0;
      const rollUps = locked?.held['roll-ups'];
      if (locked === undefined || rollUps === undefined) return found;
      return (rollUps.regressions.get(draft.id) ?? found) + lostJustNow(locked.writes, draft);
    },
  };
};

/** The number of sites that ceased to conform in a step of this very batch. */
const lostJustNow = ({ conformances }: Writes, draft: Draft): number =>
  conformances.filter(
    (row) =>
      !row.conforms &&
      row.lost_at === row.assessed_at &&
      (row.site_id === draft.siteId ||
        ['township', 'county'].includes(contextOf(draft, 'candidate').subject)),
  ).length;

export const siteFacts: SourcesOf<'denied' | 'failing' | 'rosterChange' | 'undecidedRegressions'> =
  {
    denied: loadSites,
    failing: loadSites,
    rosterChange: loadSites,
    undecidedRegressions: loadLosses,
  };

function rosterChange(
  sites: ReadonlyMap<string, SiteStandingRow>,
  path: string,
  event: Ask['event'],
): CampaignFacts['rosterChange'] {
  const add = listed(event.add);
  const onRoster = (id: string): boolean => sites.get(id)?.onRoster ?? false;
  return {
    unknown: add.filter((id) => !sites.get(id)?.path.startsWith(path)),
    already: add.filter(onRoster),
    missing: listed(event.remove).filter((id) => !onRoster(id)),
  };
}
