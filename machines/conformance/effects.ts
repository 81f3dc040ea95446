// Effects on the conformance of sites, on the roster, and on the standards that townships add.

import { effect } from '../kit/effect.ts';
import { localDate } from '../kit/time.ts';

/** A finding about a site, with the criteria that it fails. */
export type SiteAssessment = {
  siteId: string;
  conforms: boolean;
  assessedOn: string;
  source: 'self-check' | 'inspection' | 'facts';
  clause: string;
  criteria: readonly string[];
};

/** Conformance is a dated fact of a site (Q7); the counts of the places above follow. */
export type AssessSites = { assessments: readonly SiteAssessment[] };

/** Sites that conformed, although the facts now recorded of them say otherwise. */
export type FailingSites = readonly Pick<SiteAssessment, 'siteId' | 'clause' | 'criteria'>[];

/** A change of facts ends the conformance of the sites that fail by it, as of its day. */
export const failingByFacts = ({
  event,
}: {
  event: { at: string; facts: { failing?: FailingSites } };
}): AssessSites => ({
  assessments: (event.facts.failing ?? []).map((failing) => ({
    ...failing,
    conforms: false,
    assessedOn: localDate(event.at),
    source: 'facts',
  })),
});

/** The present sites of the campaign's division become its roster (R12). */
type FreezeRoster = { readonly [name: string]: never };

export type AmendRoster = { add: readonly string[]; remove: readonly string[]; reason: string };

/** R71: the township's additions are in force from now on. */
type AdoptSupplement = { category: string; version: number; changes: readonly unknown[] };

/** The responsible body corrects a fact of the site that an order left open. */
type CorrectSiteFact = { siteId: string; field: string; value: string | number | boolean };

export const conformanceEffects = {
  'assess-sites': effect<AssessSites>(),
  'freeze-roster': effect<FreezeRoster>(),
  'amend-roster': effect<AmendRoster>(),
  'adopt-supplement': effect<AdoptSupplement>(),
  'correct-site-fact': effect<CorrectSiteFact>(),
};
