// 择优 (R63): who is selected within the quota. Deterministic; a tie across the line is decided by
// people, with a reason, never silently.

import type { SelectCandidates } from '../effect.ts';
import type { CampaignEvent, RankedCandidate } from './events.ts';
import { campaignFact } from './events.ts';

type SelectByMerit = Extract<CampaignEvent, { type: 'select-by-merit' }>;

const isTied = (a: RankedCandidate, b: RankedCandidate): boolean =>
  a.scoreCenti === b.scoreCenti && a.priority === b.priority;

/** Score, then preference class, then the decision of people, then the earlier application. */
function inOrder(event: SelectByMerit): RankedCandidate[] {
  const prefer = event.tieDecision?.prefer ?? [];
  const preference = ({ candidateId }: RankedCandidate): number => {
    const position = prefer.indexOf(candidateId);
    return position === -1 ? prefer.length : position;
  };
  return [...campaignFact(event, 'ranking').ranked].sort(
    (a, b) =>
      b.scoreCenti - a.scoreCenti ||
      a.priority - b.priority ||
      preference(a) - preference(b) ||
      (a.appliedAt < b.appliedAt ? -1 : a.appliedAt > b.appliedAt ? 1 : 0) ||
      (a.candidateId < b.candidateId ? -1 : 1),
  );
}

/** The names tied across the quota line that nobody has decided between; empty when none are. */
export function undecidedTie(event: SelectByMerit): string[] {
  const { quota } = campaignFact(event, 'ranking');
  const ranked = inOrder(event);
  const last = quota === null ? undefined : ranked[quota - 1];
  const next = quota === null ? undefined : ranked[quota];
  if (last === undefined || next === undefined || !isTied(last, next)) return [];
  const prefer = event.tieDecision?.prefer ?? [];
  const tied = ranked.filter((candidate) => isTied(candidate, last));
  const decided =
    Boolean(event.tieDecision?.reason) &&
    tied.slice(0, -1).every(({ candidateId }) => prefer.includes(candidateId));
  return decided ? [] : tied.map(({ candidateId }) => candidateId);
}

/** Within the quota selected, beyond it passed over; no quota in the plan selects everyone. */
export function selectByQuota(event: SelectByMerit): SelectCandidates {
  const { quota } = campaignFact(event, 'ranking');
  const ranked = inOrder(event).map(({ candidateId }, index) => ({ candidateId, rank: index + 1 }));
  const line = quota ?? ranked.length;
  return {
    category: event.category,
    selected: ranked.slice(0, line),
    passedOver: ranked.slice(line),
  };
}
