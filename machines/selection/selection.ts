// Consequences of a ranking (R63): its snapshot, the task where a tie matters, the candidates that are
// selected, kept in reserve or passed over, and those who move up into a vacancy.

import type { CampaignContext, CampaignEvent, Standing, TieTask } from '../campaign/events.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { SelectCandidates, StoreRanking } from './effects.ts';
import type { Placed, Ranking, RankingInput, TieDecision } from './ranking.ts';
import { rank } from './ranking.ts';

type Ranks = EventOf<CampaignEvent, 'rank-candidates' | 'select-by-merit'>;

const decisionOf = (task: TieTask | undefined): TieDecision | null => {
  const { tied, prefer, reason, proposedBy, confirmedBy } = task ?? {};
  if (!tied || !prefer || reason == null || proposedBy == null || confirmedBy == null) return null;
  return { tied, prefer, reason, proposedBy, confirmedBy };
};

/** The input of a ranking: the candidates, the plan's rule, and the tie decisions of people. */
export const inputOf = ({ ties }: CampaignContext, event: Ranks): RankingInput => ({
  category: event.category,
  ...factOf(event, 'ranking'),
  decision: decisionOf(ties[event.category]),
  held: [],
});

export const rankingOf = (context: CampaignContext, event: Ranks): Ranking =>
  rank(inputOf(context, event));

/** The input for the seats of those who left; null where nothing was selected yet. */
export function vacancyInput(event: EventOf<CampaignEvent, 'move-up'>): RankingInput | null {
  const standing = factOf(event, 'standing');
  if (standing === null) return null;
  const gone = new Set(standing.gone);
  const staying = new Set(
    [...standing.selected, ...standing.reserves].filter((id) => !gone.has(id)),
  );
  return {
    ...standing.input,
    entries: standing.input.entries.filter(({ candidateId }) => staying.has(candidateId)),
    held: standing.selected.filter((id) => !gone.has(id)),
  };
}

const of = ({ placed }: Ranking, outcome: Placed['outcome']): Placed[] =>
  placed.filter((one) => one.outcome === outcome);

/** Candidates who move up are selected now and were not before. */
export function movingUp(event: EventOf<CampaignEvent, 'move-up'>): Placed[] {
  const input = vacancyInput(event);
  if (input === null) return [];
  return of(rank(input), 'selected').filter(({ candidateId }) => !input.held.includes(candidateId));
}

export const vacancies = ({ selected, gone }: Standing): number =>
  selected.filter((id) => gone.includes(id)).length;

/** The row of a ranking holds its input and result, so that anybody can recompute it. */
export const snapshot = (
  kind: StoreRanking['kind'],
  { id, category }: { id: string; category: string },
  input: RankingInput,
  basedOn: string | null = null,
): StoreRanking => ({ id, category, kind, basedOn, body: { input, result: rank(input) } });

const ranked = ({ candidateId, rank: place }: Placed) => ({ candidateId, rank: place ?? 0 });

/** The first are selected within the quota, the next kept in reserve, the rest passed over. */
export function selectByMerit(
  context: CampaignContext,
  event: EventOf<CampaignEvent, 'select-by-merit'>,
): SelectCandidates {
  const ranking = rankingOf(context, event);
  const leaving = ranking.placed.filter(({ outcome }) => !/^(?:selected|reserve)$/.test(outcome));
  return {
    category: event.category,
    rankingId: event.id,
    selected: of(ranking, 'selected').map(ranked),
    reserves: of(ranking, 'reserve').map((one) => ({ ...ranked(one), position: one.reserve ?? 0 })),
    passedOver: leaving.map(({ candidateId, rank: place, because }) => ({
      candidateId,
      rank: place,
      because,
    })),
  };
}

export const selectVacancies = (event: EventOf<CampaignEvent, 'move-up'>): SelectCandidates => ({
  category: event.category,
  rankingId: event.id,
  selected: movingUp(event).map(ranked),
  reserves: [],
  passedOver: [],
});

/** Reserves that are still waiting to move up. */
export const waiting = ({ reserves, gone }: Standing): string[] =>
  reserves.filter((id) => !gone.includes(id));

/** The remaining reserves are passed over once no place will fall vacant any more. */
export function releaseReserves(
  event: EventOf<CampaignEvent, 'release-reserves'>,
): SelectCandidates {
  const standing = factOf(event, 'standing');
  if (standing === null) throw new Error(`nothing was selected of ${event.category}`);
  const { placed } = rank(standing.input);
  const rankOf = new Map(placed.map(({ candidateId, rank: place }) => [candidateId, place]));
  return {
    category: event.category,
    rankingId: standing.rankingId,
    selected: [],
    reserves: [],
    passedOver: waiting(standing).map((candidateId) => ({
      candidateId,
      rank: rankOf.get(candidateId) ?? null,
      because: 'not-moved-up',
    })),
  };
}

const sameGroups = (a: readonly (readonly string[])[], b: readonly (readonly string[])[]) =>
  JSON.stringify(a) === JSON.stringify(b);

/** A ranking finds a tie when no task is about that tie yet. */
export const findsTie = (context: CampaignContext, event: Ranks): boolean => {
  const { undecided } = rankingOf(context, event);
  const task = context.ties[event.category];
  return undecided.length > 0 && !(task && sameGroups(task.tied, undecided));
};
