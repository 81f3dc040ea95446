// Conformance (达标) is a dated fact of a site and not a title (Q7). Assessments follow each other,
// and places add up their sites, in whole numbers only (Q5). Pure.

import type { SiteKind } from '../county/organisations.ts';
import type { Policies } from '../plan/plan-schema.ts';

export type Level = 'county' | 'township' | 'village' | 'base';

/** The numbers of a place's sites on the roster by kind, and of those that conform. */
export type Counts = { readonly [K in SiteKind]: { total: number; conforming: number } };

/** The conformance of a site; null before anybody has assessed it. */
export type Standing = {
  revision: number;
  conforms: boolean;
  assessedOn: string;
  /** When it last ceased to conform; null when it never has. */
  lostAt: string | null;
};

type Turn = 'lost' | 'regained' | 'reached' | null;

export const NO_SITES: Counts = {
  VILLAGE: { total: 0, conforming: 0 },
  COMMUNITY: { total: 0, conforming: 0 },
  BASE: { total: 0, conforming: 0 },
};

/**
 * The standing after one more assessment at `at`, and the change that it made. An assessment of an
 * earlier day than the present one enters the history and changes nothing.
 */
export function assess(
  present: Standing | null,
  { conforms, assessedOn }: { conforms: boolean; assessedOn: string },
  at: string,
): { standing: Standing; stands: boolean; turn: Turn } {
  const revision = (present?.revision ?? 0) + 1;
  if (present !== null && assessedOn < present.assessedOn) {
    return { standing: { ...present, revision }, stands: false, turn: null };
  }
  const turn = turnOf(present, conforms);
  const lostAt = turn === 'lost' ? at : (present?.lostAt ?? null);
  return { standing: { revision, conforms, assessedOn, lostAt }, stands: true, turn };
}

function turnOf(present: Standing | null, conforms: boolean): Turn {
  const before = present?.conforms ?? false;
  if (before === conforms) return null;
  if (!conforms) return 'lost';
  return present?.lostAt == null ? 'reached' : 'regained';
}

/** The counts after sites of a kind were added (or, below zero, taken away). */
export const added = (
  counts: Counts,
  kind: SiteKind,
  { total, conforming }: { total: number; conforming: number },
): Counts => ({
  ...counts,
  [kind]: {
    total: counts[kind].total + total,
    conforming: counts[kind].conforming + conforming,
  },
});

/** Q6: bases count only at the county, and only if the plan says so. */
export function countedKinds(policies: Policies, level: Level): readonly SiteKind[] {
  if (level === 'base') return ['BASE'];
  const bases = level === 'county' && policies.countyRosterIncludesBases.value;
  return bases ? ['VILLAGE', 'COMMUNITY', 'BASE'] : ['VILLAGE', 'COMMUNITY'];
}

export const sumOf = (
  counts: Counts,
  kinds: readonly SiteKind[],
): { total: number; conforming: number } =>
  kinds.reduce(
    (sum, kind) => ({
      total: sum.total + counts[kind].total,
      conforming: sum.conforming + counts[kind].conforming,
    }),
    { total: 0, conforming: 0 },
  );

/** R12, R15: all sites conform; an empty roster never passes. */
export const allConform = ({ total, conforming }: { total: number; conforming: number }): boolean =>
  total > 0 && conforming === total;
