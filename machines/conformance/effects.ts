// What is found of sites, the roster they are counted by, and the additions of townships.

import { effect } from '../kit/effect.ts';
import { localDate } from '../kit/time.ts';

/** What was found of a site, and which criteria it fails. */
export type SiteAssessment = {
  siteId: string;
  conforms: boolean;
  assessedOn: string;
  source: 'self-check' | 'inspection' | 'facts';
  clause: string;
  criteria: readonly string[];
};

/** Conformance is a dated fact of each site; the places above are rolled up with it (Q7). */
export type AssessSites = { assessments: readonly SiteAssessment[] };

/** Sites that conformed and that the facts now recorded of them deny. */
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

/** The sites of the campaign's division as they stand become its roster (R12). */
type FreezeRoster = { readonly [name: string]: never };

export type AmendRoster = { add: readonly string[]; remove: readonly string[]; reason: string };

/** The township's additions are in force from now on (R71). */
type AdoptSupplement = { category: string; version: number; changes: readonly unknown[] };

/** A fact of the site that an order left open, as its responsible body corrects it. */
type CorrectSiteFact = { siteId: string; field: string; value: string | number | boolean };

export const conformanceEffects = {
  'assess-sites': effect<AssessSites>(),
  'freeze-roster': effect<FreezeRoster>(),
  'amend-roster': effect<AmendRoster>(),
  'adopt-supplement': effect<AdoptSupplement>(),
  'correct-site-fact': effect<CorrectSiteFact>(),
};
