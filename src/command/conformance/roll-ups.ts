// A batch locks sites and places and reads them as its steps have left them so far. Several changes in one
// batch therefore compose, and a refused one leaves nothing behind.

import {
  type AffectedRow,
  countRegressions,
  findAffected,
  findStandings,
  lockRollUps,
  type RollUpRow,
  type SiteStandingRow,
} from '../../db/conformance/conformance.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Writes } from '../../db/tables.ts';
import type { Counts, Standing } from '../../rules/conformance/conformance.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';

export type HeldRollUps = {
  sites: ReadonlyMap<string, SiteStandingRow>;
  /** The roll-ups by organisation, from the county down. */
  places: ReadonlyMap<string, RollUpRow>;
  affected: readonly AffectedRow[];
  /** The number of undecided losses by candidate, for the events that are decided by it. */
  regressions: ReadonlyMap<string, number>;
};

declare module '../kernel/locked-rows.ts' {
  interface HeldRows {
    'roll-ups': HeldRollUps;
  }
}

type CountedRow = {
  villages: number;
  villages_conforming: number;
  communities: number;
  communities_conforming: number;
  bases: number;
  bases_conforming: number;
};

const DECIDES_ON_LOSSES = new Set([
  'propose-submission',
  'submit-upward',
  'propose-conferral',
  'confirm-conferral',
]);

/** The ids of the sites that the effects of this event may assess or enter into the roster. */
function sitesOf({ draft, event }: Ask): string[] {
  if (draft.release.name === 'rectification') {
    const { siteId } = contextOf(draft, 'rectification');
    const speaks = event.conforms !== undefined || event.type === 'correct-site-fact';
    return speaks && siteId !== null ? [siteId] : [];
  }
  if (draft.release.name === 'candidate') {
    return draft.siteId === null || event.type === 'apply' ? [] : [draft.siteId];
  }
  if (event.type === 'record-inspection') return [String(event.siteId)];
  return [event.siteIds, event.add, event.remove].flatMap((ids) =>
    Array.isArray(ids) ? ids.map(String) : [],
  );
}

const changes = ({ event }: Ask): boolean =>
  event.type !== 'apply' && !DECIDES_ON_LOSSES.has(event.type);

type World = { tx: Tx; campaignId: string; plan: Plan };

/**
 * Locks the places that these asks change, or shares those they are decided by. One statement locks them all
 * from the county down, so that no two transactions wait for each other.
 */
export async function lockPlaces(
  { tx, campaignId, plan }: World,
  asks: readonly Ask[],
): Promise<HeldRollUps> {
  const changing = asks.filter(changes);
  const changed = [...new Set(changing.flatMap(sitesOf))];
  const deciding = asks.filter((ask) => !changes(ask));
  const shared = [...new Set(deciding.flatMap(sitesOf))];
  const organisations = [...new Set(deciding.map(({ draft }) => draft.organisationId))];
  const candidates = deciding
    .filter(({ event }) => DECIDES_ON_LOSSES.has(event.type))
    .map(({ draft }) => draft.id);
  if (changed.length + shared.length + organisations.length === 0) return NOTHING_HELD;
  const lock = changed.length > 0 ? 'update' : 'share';
  const [places, sites, affected, regressions] = await Promise.all([
    lockRollUps(tx, campaignId, organisations, [...changed, ...shared], lock),
    changed.length > 0 ? findStandings(tx, campaignId, changed) : [],
    changed.length > 0 ? findAffected(tx, campaignId, changed) : [],
    candidates.length > 0
      ? countRegressions(tx, campaignId, candidates, plan.policies.countyRosterIncludesBases.value)
      : new Map<string, number>(),
  ]);
  return {
    sites: new Map(sites.map((site) => [site.id, site])),
    places: new Map(places.map((place) => [place.organisationId, place])),
    affected,
    regressions,
  };
}

const NOTHING_HELD: HeldRollUps = {
  sites: new Map(),
  places: new Map(),
  affected: [],
  regressions: new Map(),
};

/** The standing of a site now, after the steps before this one. */
export function standingOf(
  { sites }: HeldRollUps,
  { conformances }: Pick<Writes, 'conformances'>,
  siteId: string,
): Standing | null {
  const row = conformances.find(({ site_id }) => site_id === siteId);
  if (row !== undefined) {
    const { revision, conforms, assessed_on, lost_at } = row;
    return { revision, conforms, assessedOn: assessed_on, lostAt: lost_at };
  }
  const held = sites.get(siteId);
  if (held?.revision == null) return null;
  const { revision, conforms, assessedOn, lostAt } = held;
  return { revision, conforms: conforms ?? false, assessedOn: assessedOn ?? '', lostAt };
}

/**
 * The counts of a place now. Undefined when it has no row or when the batch locked only other places; no step
 * of the batch has changed it then, so the counts read before still hold.
 */
export function placeOf(
  { places }: HeldRollUps,
  { rollUps }: Pick<Writes, 'rollUps'>,
  organisationId: string,
): { revision: number; counts: Counts } | undefined {
  const row = rollUps.find((one) => one.organisation_id === organisationId);
  if (row !== undefined) return { revision: row.revision, counts: countsOf(row) };
  return places.get(organisationId);
}

const countsOf = (row: CountedRow): Counts => ({
  VILLAGE: { total: row.villages, conforming: row.villages_conforming },
  COMMUNITY: { total: row.communities, conforming: row.communities_conforming },
  BASE: { total: row.bases, conforming: row.bases_conforming },
});

/** The counts as the columns of a row. */
export const countedRow = (counts: Counts): CountedRow => ({
  villages: counts.VILLAGE.total,
  villages_conforming: counts.VILLAGE.conforming,
  communities: counts.COMMUNITY.total,
  communities_conforming: counts.COMMUNITY.conforming,
  bases: counts.BASE.total,
  bases_conforming: counts.BASE.conforming,
});

/** Replaces the row with the same key or adds this one; rows are never changed, so they can be put back. */
export function replaceRow<Row extends object>(rows: Row[], key: keyof Row, row: Row): void {
  const index = rows.findIndex((one) => one[key] === row[key]);
  if (index === -1) rows.push(row);
  else rows[index] = row;
}
