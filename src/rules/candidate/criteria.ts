// Measures criteria by records and facts. A criterion that only people can judge is not measured,
// and an unknown fact never meets one.

import type { CriterionFact, DeniedCriterion } from '../../../machines/candidate/events.ts';
import type { ByStream } from '../../../machines/candidate/scoring.ts';
import type { Plain } from '../../../machines/kit/requirement.ts';
import type { Counts } from '../conformance/conformance.ts';
import { NO_SITES, sumOf } from '../conformance/conformance.ts';
import type { SiteKind } from '../county/organisations.ts';
import type { Category, Criterion, CriterionTest, Plan } from '../plan/plan-schema.ts';
import { DETERMINED } from '../record/record-kind.ts';

/** The data that measure the criteria of one candidate. */
export type CriteriaData = {
  /** Its evidence; the reviewer determined the `attributes`, and the applicant gave the `detail`. */
  records: readonly {
    kind: string;
    verdict: 'accepted' | 'rejected' | null;
    detail: Readonly<Record<string, unknown>>;
    attributes: Readonly<Record<string, string>>;
    siteIds: readonly string[];
  }[];
  /** Recorded facts of its site or base, such as `televisionInches`; null without a site. */
  site: Readonly<Record<string, unknown>> | null;
  base: Readonly<Record<string, unknown>> | null;
  /** The findings of the latest inspection about its site (R37); null before the first. */
  inspection: Readonly<Record<string, unknown>> | null;
  /** The figures of the streams in hundredths of a point; a stream has none before it is gathered. */
  figures: ByStream<number>;
  /** The scores of each electorate (R39), by its code in the plan, of streams of ballots. */
  strata: ByStream<Readonly<Record<string, number>>>;
  /** The number of conforming sites of the place, by kind (the roll-up of R12 and R15). */
  rollUp: Counts;
  /** Every site of its roster, which are the denominators of R14 and R16. */
  sites: readonly {
    id: string;
    kind: SiteKind;
    supervised: boolean;
    administrators: number;
    trained: number;
  }[];
};

type Measured = NonNullable<CriterionFact['measured']>;
type Test = Omit<CriterionTest, 'anyOf' | 'of' | 'siteKinds' | 'percent'>;
type Site = CriteriaData['sites'][number];

/** Counts the things at the sites of these kinds, and those for which the fact holds. */
type Tally = (data: CriteriaData, kinds: readonly SiteKind[]) => { held: number; total: number };

const overSites =
  (count: (site: Site) => { held: number; total: number }): Tally =>
  ({ sites }, kinds) =>
    sites
      .filter(({ kind }) => kinds.includes(kind))
      .map(count)
      .reduce((sum, one) => ({ held: sum.held + one.held, total: sum.total + one.total }), {
        held: 0,
        total: 0,
      });

/** The shares that a plan may ask for, by the counted thing (`of`) and the fact that must hold. */
export const SHARES: { readonly [of: string]: { readonly [fact: string]: Tally } } = {
  sites: {
    conformance: ({ rollUp }, kinds) => {
      const { conforming, total } = sumOf(rollUp, kinds);
      return { held: conforming, total };
    },
    supervised: overSites(({ supervised }) => ({ held: supervised ? 1 : 0, total: 1 })),
  },
  'site-administrators': {
    // The surplus of one site never fills the gap of another.
    trained: overSites(({ trained, administrators }) => ({
      held: Math.min(trained, administrators),
      total: administrators,
    })),
  },
};

/**
 * One fact for each criterion of the category, in its order. `measured` is null for attestations
 * and judgements. Otherwise `actual` and `required` are counts, values or points, one per
 * alternative of an `anyOf`; `met` includes the bound itself (以上, 不少于, 至少). Pure.
 */
export function measureCriteria(
  plan: Plan,
  category: Category,
  data: CriteriaData,
): CriterionFact[] {
  return category.criteria.map((criterion) => ({
    ...told(criterion),
    measured: measure(plan, category, criterion, data),
  }));
}

const told = ({ id, clause, modality, at, text, english }: Criterion) => ({
  id,
  clause,
  modality,
  at,
  zh: text,
  en: english,
});

function measure(
  plan: Plan,
  category: Category,
  { id, kind, required, deniedByFact }: Criterion,
  data: CriteriaData,
): Measured | null {
  if (deniedByFact !== undefined && factValue(deniedByFact, data) === false) {
    return { actual: false, required: true, met: false };
  }
  if (kind === 'attestation' || kind === 'judgement') return null;
  if (required === undefined) throw new Error(`criterion ${id} does not say what is measured`);
  if (required.of !== undefined) return share(plan, category, required, data);
  if (required.anyOf === undefined) return single(plan, required, data);
  const each = required.anyOf.map((test) => single(plan, test, data));
  return {
    actual: each.map(({ actual }) => actual),
    required: each.map((one) => one.required),
    met: each.some(({ met }) => met),
  };
}

function single(plan: Plan, test: Test, data: CriteriaData): Measured {
  if (test.evidence !== undefined) {
    return bound(countEvidence(test.evidence, test.where ?? {}, data), test.atLeast ?? 1);
  }
  const actual = factValue(test.fact ?? '', data);
  if (test.equals !== undefined) {
    return { actual, required: test.equals, met: actual === test.equals };
  }
  if (test.atLeastFact !== undefined) return bound(actual, factValue(test.atLeastFact, data));
  if (test.atLeastPolicy !== undefined) return bound(actual, policyValue(plan, test.atLeastPolicy));
  return bound(actual, test.atLeast ?? null);
}

const bound = (actual: Plain, required: Plain): Measured => ({
  actual,
  required,
  met: typeof actual === 'number' && typeof required === 'number' && actual >= required,
});

function countEvidence(
  kind: string,
  where: { readonly [attribute: string]: readonly string[] },
  { records }: CriteriaData,
): number {
  return records.filter(
    (record) =>
      record.kind === kind &&
      record.verdict !== 'rejected' &&
      Object.entries(where).every(([attribute, allowed]) => {
        const isDetermined = Object.hasOwn(DETERMINED, attribute);
        if (isDetermined && record.verdict !== 'accepted') return false;
        const value = own(isDetermined ? record.attributes : record.detail, attribute);
        return typeof value === 'string' && allowed.includes(value);
      }),
  ).length;
}

function factValue(path: string, data: CriteriaData): Plain {
  const { site, base, inspection } = data;
  if (path === 'site.bothPostsHeld') return bothPostsHeld(site);
  const [subject, name = '', score = ''] = path.split('.');
  if (subject === 'stream') return streamScore(name, score, data);
  if (subject === 'site') return plain(own(site, name));
  if (subject === 'base') return plain(own(base, name));
  if (subject === 'inspection') return plain(own(inspection, name));
  return null;
}

/** `score` is the figure of the stream, `membersScore` that of its stratum `members` (R39). */
function streamScore(stream: string, name: string, { figures, strata }: CriteriaData): Plain {
  const centi =
    name === 'score' ? own(figures, stream) : own(strata[stream] ?? {}, name.replace(/Score$/, ''));
  return typeof centi === 'number' ? centi / 100 : null;
}

/** AB岗 (R35): the recorded answer, or whether both posts name a holder. */
function bothPostsHeld(site: CriteriaData['site']): Plain {
  if (site === null) return null;
  const given = own(site, 'bothPostsHeld');
  if (given !== undefined) return plain(given);
  return ['postA', 'postB'].every((post) => {
    const holder = own(site, post);
    return typeof holder === 'string' && holder.trim() !== '';
  });
}

function policyValue({ policies }: Plan, name: string): number {
  const value: unknown = policies[name as keyof Plan['policies']]?.value;
  if (typeof value !== 'number') throw new Error(`the plan has no number of policy ${name}`);
  return value;
}

/**
 * Criteria of the self-check that the recorded facts of the site or base deny, because a fact is
 * too small or says no. An unrecorded fact denies nothing, because people look for themselves.
 */
export function deniedCriteria(
  plan: Plan,
  category: Category,
  facts: Readonly<Record<string, unknown>>,
): DeniedCriterion[] {
  const data = { ...NOTHING, site: facts, base: facts };
  return category.criteria.flatMap((criterion) => {
    const measured =
      criterion.at === 'self-check' ? measure(plan, category, criterion, data) : null;
    if (measured === null || measured.met || !isKnown(criterion, data)) return [];
    return [{ ...told(criterion), measured }];
  });
}

const NOTHING: Omit<CriteriaData, 'site' | 'base'> = {
  records: [],
  inspection: null,
  figures: {},
  strata: {},
  rollUp: NO_SITES,
  sites: [],
};

function isKnown({ kind, required, deniedByFact }: Criterion, data: CriteriaData): boolean {
  if (deniedByFact !== undefined && factValue(deniedByFact, data) === false) return true;
  if (kind !== 'measure' || required === undefined) return false;
  return (required.anyOf ?? [required]).some((test) =>
    [test.fact, test.atLeastFact].every(
      (path) => path === undefined || factValue(path, data) !== null,
    ),
  );
}

/** Whole things are counted, so that 99.6 % is never rounded to all; an empty roster lacks one. */
function share(
  plan: Plan,
  category: Category,
  { of = '', fact = '', siteKinds, percent = 100 }: CriterionTest,
  data: CriteriaData,
): Measured {
  const tally = SHARES[of]?.[fact];
  if (tally === undefined) throw new Error(`no share of ${of} is measured by ${fact}`);
  const kinds = rosterKinds(plan, category, siteKinds);
  const { held, total } = tally(data, kinds);
  return bound(held, Math.max(1, ceilPercent(total, percent)));
}

/** For each share counted site by site, whether one site holds its part. */
const HOLDS: { readonly [fact: string]: (site: Site) => boolean } = {
  supervised: ({ supervised }) => supervised,
  trained: ({ trained, administrators }) => trained >= administrators,
};

/**
 * Ids of the sites that keep a share from being all (R14, R16). Null where the criterion does not
 * count site by site, or counts their conformance, which the roster shows.
 */
export function failingSites(
  plan: Plan,
  category: Category,
  { required }: Criterion,
  { sites }: CriteriaData,
): string[] | null {
  const holds = required?.of === undefined ? undefined : HOLDS[required.fact ?? ''];
  if (holds === undefined) return null;
  const kinds = rosterKinds(plan, category, required?.siteKinds);
  return sites.filter((site) => kinds.includes(site.kind) && !holds(site)).map(({ id }) => id);
}

/** Bases count at the county and nowhere below it (Q6), unless the criterion says otherwise. */
function rosterKinds(
  { policies }: Plan,
  { subject }: Category,
  given: readonly SiteKind[] | undefined,
): readonly SiteKind[] {
  const isCounty = subject === 'county';
  const kinds = given ?? ['VILLAGE', 'COMMUNITY', ...(isCounty ? (['BASE'] as const) : [])];
  return isCounty && !policies.countyRosterIncludesBases.value
    ? kinds.filter((kind) => kind !== 'BASE')
    : kinds;
}

/** The least whole number that is `percent` of `total`, by remainder and not by fractions. */
function ceilPercent(total: number, percent: number): number {
  const hundredths = total * percent;
  const rest = hundredths % 100;
  return (hundredths - rest) / 100 + (rest > 0 ? 1 : 0);
}

const own = (values: Readonly<Record<string, unknown>> | null, name: string): unknown =>
  values !== null && Object.hasOwn(values, name) ? values[name] : undefined;

const plain = (value: unknown): Plain =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null;
