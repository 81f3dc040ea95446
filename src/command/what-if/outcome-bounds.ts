// The possible outcomes of a category (R61, R63) are bounded by its candidates as they stand, read in a
// transaction that can write nothing.

import type pg from 'pg';
import type { ByStream, CountedSheet } from '../../../machines/candidate/scoring.ts';
import { seatsOf } from '../../../machines/selection/quota.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import type { ContenderRow } from '../../db/selection/contenders.ts';
import { hasOpenSheetIn, listContenders } from '../../db/selection/contenders.ts';
import { countStanding, listVetoes } from '../../db/selection/rankings.ts';
import { placesIn } from '../../rules/access/addressees.ts';
import type {
  BoundedRule,
  CategoryOutcome,
  Contender,
} from '../../rules/assessment/category-outcomes.ts';
import { categoryOutcomes } from '../../rules/assessment/category-outcomes.ts';
import type { Bounds } from '../../rules/assessment/outcome-bounds.ts';
import { compositeBounds, streamBounds } from '../../rules/assessment/outcome-bounds.ts';
import { policiesOf } from '../../rules/plan/category-policies.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { weighs } from '../../rules/plan/streams.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import { entriesOf, ruleOf } from '../../rules/selection/ranking.ts';
import type { Cache } from '../kernel/perform.ts';
import { loadStanding } from '../selection/selection-facts.ts';

export type Bounded = {
  row: ContenderRow;
  composite: Bounds;
  /** The number of sheets that have no assessor yet. */
  unassigned: number;
  /** The streams that weigh and have no valid round yet. */
  missingRounds: string[];
  /** The owed sheets of the round that counts; sheets of an earlier one change nothing. */
  owed: ContenderRow['sheets'];
  said: CategoryOutcome;
};

type CategoryBounds =
  | { kind: 'owes-a-sheet' }
  /** The category has been selected, and missing sheets or rounds do not change that. */
  | { kind: 'selected'; rankingId: string }
  | { kind: 'bounded'; rule: BoundedRule; candidates: Bounded[] };

/**
 * The bounds of a category; null when there is no such campaign. An assessor who owes a sheet in it gets no
 * bounds, and the same snapshot tells who does.
 */
export const boundCategory = (
  pool: pg.Pool,
  cache: Cache,
  plan: Plan,
  { campaignId, category, askedBy }: { campaignId: string; category: string; askedBy: string },
): Promise<CategoryBounds | null> =>
  inSnapshot(pool, async (tx) => {
    const head = await findCampaignHead(tx, campaignId);
    if (head === undefined) return null;
    if (await hasOpenSheetIn(tx, campaignId, category, askedBy)) return { kind: 'owes-a-sheet' };
    const standing = await loadStanding({ tx, campaignId, plan }, category);
    if (standing !== null) return { kind: 'selected', rankingId: standing.rankingId };
    const { directory } = await cache.reference(tx, head);
    const rows = await listContenders(tx, campaignId, category);
    const stated = ruleOf(plan, category, head.now);
    const { registered, applied } = await countStanding(tx, campaignId, category);
    // Everybody who stands is taken to apply.
    const yetToApply = rows.filter(({ appliedAt }) => appliedAt === '').length;
    const counted = { registered, applied: applied + yetToApply };
    const rule = { ...stated, quota: seatsOf(stated.quota, counted) };
    const vetoes = rule.vetoFrom === null ? [] : await listVetoes(tx, campaignId);
    const entries = entriesOf(plan, category, rows, vetoes, placesIn(directory));
    const bounded = rows.map((row) => boundsOf(plan, category, row));
    const contenders = bounded.map(({ composite, row, isMissing }, index): Contender => {
      const entry = entries[index];
      if (entry === undefined) throw new Error('a candidate without an entry');
      return { ...composite, entry, applied: hasApplied(row), missing: isMissing };
    });
    const said = categoryOutcomes(rule, contenders);
    return {
      kind: 'bounded',
      rule,
      candidates: bounded.map(({ isMissing: _, ...one }) => {
        const outcome = said.get(one.row.candidateId);
        if (outcome === undefined) throw new Error('a candidate of whom nothing is said');
        return { ...one, said: outcome };
      }),
    };
  });

export const hasApplied = ({ selectable }: ContenderRow): boolean => selectable !== 'later';

function boundsOf(plan: Plan, category: string, row: ContenderRow) {
  const { figures, sheets } = row.scores;
  const { streams } = procedureOf(plan, category);
  const bounded = streamBounds(plan, category, { streams, figures, sheets, owed: row.sheets });
  const policies = policiesOf(plan, category);
  const weighing = bounded.filter(({ stream }) => weighs(policies, stream));
  const missingRounds = weighing.flatMap((one) => (one.missingRound ? [one.stream] : []));
  // Sheets of an earlier round change nothing.
  const owed = row.sheets.filter(({ stream, round }) =>
    [...row.sheets, ...asOf(sheets, stream)].every(
      (other) => other.stream !== stream || other.round <= round,
    ),
  );
  return {
    row,
    composite: compositeBounds(bounded, policies.streamWeights.value),
    unassigned: bounded.reduce((sum, one) => sum + one.unassigned, 0),
    missingRounds,
    owed,
    isMissing: missingRounds.length > 0 || weighing.some((one) => one.owed + one.unassigned > 0),
  };
}

const asOf = (sheets: ByStream<readonly CountedSheet[]>, stream: string) =>
  (sheets[stream] ?? []).map(({ round }) => ({ stream, round }));
