// The criteria of candidates are measured by records, recorded facts and roll-ups, as the plan and the
// supplement of their township demand.

import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import {
  findEvidence,
  findSiteFacts,
  findSitesUnder,
  findTrainings,
  type SiteFactsRow,
} from '../../db/candidate/candidate-facts.ts';
import { lockRollUps } from '../../db/conformance/conformance.ts';
import { findSupplements } from '../../db/conformance/supplements.ts';
import { findLatestInspections } from '../../db/inspection/inspections.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { CriteriaData } from '../../rules/candidate/criteria.ts';
import { failingSites, measureCriteria } from '../../rules/candidate/criteria.ts';
import type { Training } from '../../rules/candidate/training.ts';
import { trainedOf } from '../../rules/candidate/training.ts';
import type { Counts } from '../../rules/conformance/conformance.ts';
import { NO_SITES } from '../../rules/conformance/conformance.ts';
import type { InForce } from '../../rules/conformance/supplements.ts';
import { inForce, withSupplement } from '../../rules/conformance/supplements.ts';
import type { Category, Plan } from '../../rules/plan/plan-schema.ts';
import { localDate } from '../../rules/time/calendar.ts';
import { placeOf } from '../conformance/roll-ups.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader } from '../kernel/facts.ts';

type Criteria = CandidateFacts['criteria'];

type MeasuredCriteria = {
  measured: Criteria;
  /** Measures the criteria by other roll-ups; null where no criterion is rolled up. */
  remeasure: ((rollUp: Counts) => Criteria) | null;
  /** The ids of the failing sites of each criterion that counts sites one by one, by the criterion's id. */
  failing: ReadonlyMap<string, readonly string[]>;
};

/** The category with the supplement a candidate is measured by, which it keeps after its self-check. */
export function effectiveCategory(
  plan: Plan,
  supplements: readonly InForce[],
  candidate: Pick<Draft, 'category' | 'path' | 'release' | 'instance'>,
  at: string,
): Category {
  const { category: code, path } = candidate;
  const category = plan.categories.find((one) => one.code === code);
  if (category === undefined) throw new Error(`the plan has no category ${code}`);
  const measuredAt = contextOf(candidate, 'candidate').selfCheckedAt;
  const supplement = inForce(supplements, { category: category.code, path, measuredAt }, at);
  return withSupplement(category, supplement?.changes ?? null);
}

const rollsUp = ({ criteria }: Category): boolean =>
  criteria.some(({ required }) => required?.of !== undefined);

const looksAtInspections = ({ criteria }: Category): boolean =>
  criteria.some(({ required }) =>
    [required, ...(required?.anyOf ?? [])].some((test) => test?.fact?.startsWith('inspection.')),
  );

/** The criteria as they were read, or by the locked roll-ups as the batch has left them so far. */
export const loadCriterionFacts: FactLoader<'criteria'> = async (world, wants) => {
  const { tx, campaignId, plan } = world;
  const criteria = await loadCriteria(tx, campaignId, plan, wants('criteria'));
  return {
    criteria: (ask, locked) => {
      const { measured, remeasure } = criteria(ask);
      const rollUps = locked?.held['roll-ups'];
      const place = locked && rollUps && placeOf(rollUps, locked.writes, ask.draft.organisationId);
      return place === undefined || remeasure === null ? measured : remeasure(place.counts);
    },
  };
};

/** Gives a function that measures the criteria of each of these asks; each kind of data is one query. */
export async function loadCriteria(
  tx: Tx,
  campaignId: string,
  plan: Plan,
  asks: readonly Ask[],
): Promise<(ask: Ask) => MeasuredCriteria> {
  if (asks.length === 0) return () => ({ measured: [], remeasure: null, failing: new Map() });
  const drafts = asks.map(({ draft }) => draft);
  const supplements = await findSupplements(
    tx,
    campaignId,
    drafts.map(({ category, path }) => ({ category: category ?? '', path })),
  );
  const categoryOf = ({ draft, at }: Ask) => effectiveCategory(plan, supplements, draft, at);
  const evidence = await findEvidence(
    tx,
    campaignId,
    drafts.map(({ id }) => id),
  );
  const siteIds = drafts.flatMap(({ siteId }) => (siteId === null ? [] : [siteId]));
  const facts = await findSiteFacts(tx, siteIds);
  const inspected = await findLatestInspections(
    tx,
    campaignId,
    asks.flatMap((ask) =>
      ask.draft.siteId !== null && looksAtInspections(categoryOf(ask)) ? [ask.draft.siteId] : [],
    ),
  );
  const rolled = asks.filter((ask) => rollsUp(categoryOf(ask))).map(({ draft }) => draft);
  const below = await loadBelow(tx, campaignId, rolled);
  return (ask) => {
    const { draft, at } = ask;
    const category = categoryOf(ask);
    const { figures, strata } = contextOf(draft, 'candidate');
    const site = draft.siteId === null ? null : (facts.get(draft.siteId) ?? null);
    const data: CriteriaData = {
      records: evidence
        .filter(({ subjectId }) => subjectId === draft.id)
        .map(({ kind, verdict, attributes, body, status }) => ({
          kind,
          verdict,
          attributes,
          // A matter is solved by its outcome and never by the claim with which it was raised.
          detail: {
            ...body.detail,
            ...(status === null ? {} : { status: status === 'solved' ? 'RESOLVED' : 'OPEN' }),
          },
          siteIds: body.siteIds ?? [],
        })),
      site,
      base: site,
      inspection: draft.siteId === null ? null : (inspected.get(draft.siteId) ?? null),
      figures,
      strata,
      ...below(draft, yearOf(plan, at)),
    };
    return {
      measured: measureCriteria(plan, category, data),
      failing: new Map(
        category.criteria.flatMap((criterion) => {
          const sites = failingSites(plan, category, criterion, data);
          return sites === null ? [] : [[criterion.id, sites] as const];
        }),
      ),
      remeasure: rollsUp(category)
        ? (rollUp) => measureCriteria(plan, category, { ...data, rollUp })
        : null,
    };
  };
}

const yearOf = (plan: Plan, at: string): number =>
  Number(localDate(Temporal.Instant.from(at), plan.timeZone).slice(0, 4));

type Below = Pick<CriteriaData, 'sites' | 'rollUp'>;

/** The sites and roll-ups of townships and counties; no query is sent where no category rolls up. */
async function loadBelow(
  tx: Tx,
  campaignId: string,
  drafts: readonly Draft[],
): Promise<(draft: Draft, year: number) => Below> {
  if (drafts.length === 0) return () => ({ sites: [], rollUp: NO_SITES });
  const paths = [...new Set(drafts.map(({ path }) => path))];
  const organisationIds = drafts.map(({ organisationId }) => organisationId);
  const rows = await findSitesUnder(tx, campaignId, paths);
  const trainings = await findTrainings(tx, campaignId, paths);
  const places = await lockRollUps(tx, campaignId, organisationIds, [], 'none');
  return ({ path, organisationId }, year) => ({
    sites: rows.filter(({ asked }) => asked === path).map((row) => siteOf(row, trainings, year)),
    rollUp: places.find((place) => place.organisationId === organisationId)?.counts ?? NO_SITES,
  });
}

const siteOf = (row: SiteFactsRow, trainings: readonly Training[], year: number) => ({
  id: row.id,
  kind: row.kind,
  supervised: row.supervised,
  ...trainedOf(row, trainings, year),
});
