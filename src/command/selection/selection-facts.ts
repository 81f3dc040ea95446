// The facts of the merit selection (R63): the candidates to be ranked, the rule, and the standing of a
// selection that candidates have left.

import type { CampaignFacts, Standing } from '../../../machines/campaign/events.ts';
import { countUndecided } from '../../db/selection/final-lists.ts';
import {
  countStanding,
  findAwaited,
  findLastSelection,
  findStanding,
  listRanked,
  listVetoes,
} from '../../db/selection/rankings.ts';
import { placesIn } from '../../rules/access/addressees.ts';
import { policiesOf } from '../../rules/plan/category-policies.ts';
import { entriesOf, type RankingBody, ruleOf } from '../../rules/selection/ranking.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf, World } from '../kernel/facts.ts';

type Place = Omit<World, 'sources'>;

/** The candidates of this category between application and selection, and the plan's rule for it. */
export async function loadRanking(
  { tx, campaignId, plan, reference }: Place,
  { category, at }: { category: string; at: string },
): Promise<CampaignFacts['ranking']> {
  const rows = await listRanked(tx, campaignId, category);
  const rule = ruleOf(plan, category, at);
  const vetoes = rule.vetoFrom === null ? [] : await listVetoes(tx, campaignId);
  const counted = await countStanding(tx, campaignId, category);
  const placesOf = placesIn(reference.directory);
  return { rule, counted, entries: entriesOf(plan, category, rows, vetoes, placesOf) };
}

const loadRankings: FactLoader<'ranking'> = async (world, wants) => {
  const rankings = new Map<Ask, CampaignFacts['ranking']>();
  for (const ask of wants('ranking')) {
    const category = String(ask.event.category);
    rankings.set(ask, await loadRanking(world, { category, at: ask.at }));
  }
  return { ranking: (ask) => rankings.get(ask) };
};

/** The awaited candidates may be named, as a reader below the campaign sees no fact of its log. */
const loadAwaited: FactLoader<'awaited'> = async ({ tx, campaignId }, wants) => {
  const categories = wants('awaited').map(({ event }) => String(event.category));
  const awaited = await findAwaited(tx, campaignId, categories);
  return { awaited: ({ event }) => awaited.get(String(event.category)) ?? [] };
};

const loadStandings: FactLoader<'standing'> = async (world, wants) => {
  const standings = new Map<Ask, Standing | null>();
  for (const ask of wants('standing')) {
    standings.set(ask, await loadStanding(world, String(ask.event.category)));
  }
  return { standing: (ask) => standings.get(ask) ?? null };
};

const loadUndecided: FactLoader<'undecided'> = async ({ tx, campaignId }) => {
  const undecided = await countUndecided(tx, campaignId);
  return { undecided: () => undecided };
};

const loadSelectionHeld: FactLoader<'selectionHeld'> = async ({ tx, campaignId }, wants) => {
  const held = new Map<string, boolean>();
  for (const { draft } of wants('selectionHeld')) {
    const category = draft.category ?? '';
    if (held.has(category)) continue;
    held.set(category, (await findLastSelection(tx, campaignId, category)) !== undefined);
  }
  return { selectionHeld: ({ draft }) => held.get(draft.category ?? '') ?? false };
};

export const selectionFacts: SourcesOf<
  'ranking' | 'awaited' | 'standing' | 'undecided' | 'selectionHeld'
> = {
  ranking: loadRankings,
  awaited: loadAwaited,
  standing: loadStandings,
  undecided: loadUndecided,
  selectionHeld: loadSelectionHeld,
};

const LEFT = ['disqualified', 'withdrawn', 'lapsed', 'not-selected', 'revoked'];
// A candidate that the city has judged and not passed has used its place up, because the county submits so
// many and no more.
const REMOVED = ['disqualified', 'withdrawn'];

/** The last selection of this category and the candidates it has lost since; null before the first. */
export async function loadStanding(
  { tx, campaignId, plan }: Omit<Place, 'reference'>,
  category: string,
): Promise<Standing | null> {
  const last = await findLastSelection(tx, campaignId, category);
  if (last === undefined) return null;
  const { input, result } = JSON.parse(last.body) as RankingBody;
  const placed = (outcome: string): string[] =>
    result.placed.filter((one) => one.outcome === outcome).map(({ candidateId }) => candidateId);
  const [selected, reserves] = [placed('selected'), placed('reserve')];
  const refills = policiesOf(plan, category).refillAfterSubmission?.value ?? false;
  const rows = await findStanding(tx, campaignId, [...selected, ...reserves]);
  const gone = rows
    .filter(({ stage, submittedAt }) =>
      submittedAt === null ? LEFT.includes(stage) : refills && REMOVED.includes(stage),
    )
    .map(({ id }) => id);
  return { rankingId: last.id, input, selected, reserves, gone: gone.sort() };
}
