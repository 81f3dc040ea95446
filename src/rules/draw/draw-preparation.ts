// Makes the snapshot and the rule of a draw from a population and a wish: strata, numbers, and the
// homes of inspectors. Both are published as they are.

import { NO_BUSINESS } from '../access/access.ts';
import { reachOf } from '../county/grants.ts';
import type { DrawInspector, DrawRule, DrawSnapshot } from './draw.ts';
import { ALGORITHM } from './draw.ts';

export const STRATIFICATIONS = ['none', 'township', 'kind'] as const;
type Stratification = (typeof STRATIFICATIONS)[number];

/** A candidate or site that may be drawn, with its category or kind and its township. */
type Member = { id: string; name: string; path: string; kind: string; township: string };

type Wish = {
  population: DrawRule['population'];
  filter: DrawRule['filter'];
  stratifyBy: Stratification;
  perStratum: number;
  inspectorsPerUnit: number;
  takenAt: string;
};

const STRATUM: { readonly [By in Stratification]: (member: Member) => string } = {
  none: () => '',
  township: ({ township }) => township,
  kind: ({ kind }) => kind,
};

/** The frozen population and the rule; a stratum smaller than its share is taken whole. */
export function prepareDraw(
  members: readonly Member[],
  inspectors: readonly DrawInspector[],
  wish: Wish,
): { snapshot: DrawSnapshot; rule: DrawRule } {
  const { population, filter, stratifyBy, perStratum, inspectorsPerUnit, takenAt } = wish;
  const units = members.map((member) => ({
    id: member.id,
    name: member.name,
    stratum: STRATUM[stratifyBy](member),
    path: member.path,
  }));
  const strata = [...Map.groupBy(units, ({ stratum }) => stratum)].map(([name, { length }]) => ({
    name,
    size: length,
    take: Math.min(length, perStratum),
  }));
  return {
    snapshot: { takenAt, units, inspectors: [...inspectors] },
    rule: {
      algorithm: ALGORITHM,
      population,
      filter: { ...filter, stratifyBy },
      strata,
      inspectorsPerUnit,
    },
  };
}

const LOCAL = /^(?:TOWNSHIP|VILLAGE|BASE)/;
const WITHOUT_BUSINESS: ReadonlySet<string> = new Set(NO_BUSINESS);

/**
 * The place in which an inspector may not inspect: all that a township's, a village's or a base's
 * body reaches; otherwise the body itself. Null for a person without a role of the business.
 */
export function homeOf(
  grants: readonly { role: string; kind: string; path: string }[],
): string | null {
  const held = grants.filter(({ role }) => !WITHOUT_BUSINESS.has(role));
  const local = held.find(({ kind }) => LOCAL.test(kind));
  const first = local ?? held[0];
  if (first === undefined) return null;
  return local === undefined ? first.path : reachOf(local);
}
