// Who is certainly within the quota of a category, who certainly not, and who is open (R61, R63),
// while ballots and sheets are missing. Ranked as machines/selection/ranking.ts ranks.
//
// It speaks of what is missing and of nothing else: it takes for granted that everybody who stands
// will apply and be accepted, and that nobody leaves. Where it cannot be sure it says open: between
// equals before both have applied, and where limits of townships and minima of classes meet.

import type { RankingEntry, RankingRule } from '../../../machines/selection/ranking.ts';
import { compare, rank } from '../../../machines/selection/ranking.ts';
import type { Bounds } from './outcome-bounds.ts';

export type Contender = Bounds & {
  entry: RankingEntry;
  /** Before that nobody knows its preference class, nor when it applied. */
  applied: boolean;
  /** Ballots or sheets of it are missing. */
  missing: boolean;
};

type Outcome = 'certain-in' | 'certain-out' | 'open';

export type CategoryOutcome = {
  outcome: Outcome;
  because: 'veto' | 'pass-mark' | 'quota' | 'township-full' | 'tie';
  /** Open, and what is missing of this or another candidate is a reason for it. */
  restsOnMissing: boolean;
};

/** What may still become of each contender, by candidate. */
export function categoryOutcomes(
  rule: RankingRule,
  contenders: readonly Contender[],
): Map<string, CategoryOutcome> {
  const told =
    contenders.every(({ applied }) => applied) && contenders.length > 0
      ? knownOutcomes(rule, contenders)
      : contenders.map((own) => [own.entry.candidateId, outcomeOf(rule, contenders, own)] as const);
  return new Map(told);
}

/** Everybody has applied, so nothing is missing: the ranking itself says it, but for its ties. */
function knownOutcomes(rule: RankingRule, contenders: readonly Contender[]) {
  const entries = contenders.map(({ entry }) => ({ ...entry, accepted: true }));
  const { placed, undecided } = rank({ category: '', rule, entries, decision: null, held: [] });
  const tied = new Set(undecided.flat());
  return placed.map(({ candidateId, outcome, because }): [string, CategoryOutcome] => {
    if (tied.has(candidateId)) return [candidateId, told('open', 'tie')];
    if (outcome === 'selected') return [candidateId, told('certain-in', 'quota')];
    if (because === 'below-pass-mark') return [candidateId, told('certain-out', 'pass-mark')];
    if (because === 'veto') return [candidateId, told('certain-out', 'veto')];
    const full = because === 'township-full' ? 'township-full' : 'quota';
    return [candidateId, told('certain-out', full)];
  });
}

const told = (
  outcome: Outcome,
  because: CategoryOutcome['because'],
  restsOnMissing = false,
): CategoryOutcome => ({ outcome, because, restsOnMissing });

function outcomeOf(
  rule: RankingRule,
  contenders: readonly Contender[],
  own: Contender,
): CategoryOutcome {
  if (isVetoed(rule, own)) return told('certain-out', 'veto');
  if (own.maxCenti < rule.passMarkCenti) return told('certain-out', 'pass-mark');
  const rivals = contenders.filter(
    (other) => other !== own && !isVetoed(rule, other) && other.maxCenti >= rule.passMarkCenti,
  );
  const before = rivals.filter((other) => standing(rule, other, own) === 'before');
  const perhaps = rivals.filter((other) => standing(rule, other, own) === 'open');
  const full = surelyFull(rule, own, before);
  if (full !== null) return told('certain-out', full);
  const passes = own.minCenti >= rule.passMarkCenti;
  if (passes && surelyRoom(rule, own, [...before, ...perhaps])) return told('certain-in', 'quota');
  const restsOnMissing = own.missing || perhaps.some(({ missing }) => missing);
  if (!passes) return told('open', 'pass-mark', restsOnMissing);
  return told('open', restsOnMissing ? 'quota' : 'tie', restsOnMissing);
}

const isVetoed = ({ vetoFrom }: RankingRule, { entry: { veto } }: Contender): boolean =>
  vetoFrom !== null && veto !== null && veto.occurredOn >= vetoFrom;

/** The place of another, whatever is still to come; equals are told apart when both have applied. */
function standing(
  rule: RankingRule,
  other: Contender,
  own: Contender,
): 'before' | 'behind' | 'open' {
  if (other.minCenti > own.maxCenti) return 'before';
  if (other.maxCenti < own.minCenti) return 'behind';
  const found = other.applied && own.applied ? compare(rule, other.entry, own.entry) : null;
  if (found === null) return 'open';
  return found[0] < 0 ? 'before' : 'behind';
}

const ofTownship = (all: readonly Contender[], townshipId: string | null): number =>
  all.filter(({ entry }) => entry.townshipId === townshipId).length;

/** Why no seat is left behind those who surely stand before; null when there may be one. */
function surelyFull(
  { quota, perTownshipMax, classMinima }: RankingRule,
  own: Contender,
  before: readonly Contender[],
): 'quota' | 'township-full' | null {
  if (quota === 0) return 'quota';
  const minima = classMinima.filter(({ min }) => min > 0);
  if (minima.length === 0) {
    const { townshipId } = own.entry;
    if (quota !== null && seatsTaken(before, perTownshipMax) >= quota) return 'quota';
    const isLimited = townshipId !== null && perTownshipMax !== null;
    return isLimited && ofTownship(before, townshipId) >= perTownshipMax ? 'township-full' : null;
  }
  if (quota === null || perTownshipMax !== null || before.length < quota) return null;
  // A seat kept for its class could still be its own, unless that class is served before.
  const asked = minima.filter(
    ({ priorityClass }) => !own.applied || own.entry.priorityClass === priorityClass,
  );
  const served = asked.every(
    ({ priorityClass, min }) =>
      before.filter(({ applied, entry }) => applied && entry.priorityClass === priorityClass)
        .length >= min,
  );
  return served ? 'quota' : null;
}

/** So many seats do these take where nothing is kept and all are had, and never more. */
function seatsTaken(before: readonly Contender[], perTownshipMax: number | null): number {
  const townships = Map.groupBy(before, ({ entry }) => entry.townshipId);
  let seats = 0;
  for (const [townshipId, members] of townships) {
    const isLimited = townshipId !== null && perTownshipMax !== null;
    seats += isLimited ? Math.min(members.length, perTownshipMax) : members.length;
  }
  return seats;
}

/** True when a seat is left though all these stand before, and every seat kept for a class is. */
function surelyRoom(
  { quota, perTownshipMax, classMinima }: RankingRule,
  { entry: { townshipId } }: Contender,
  before: readonly Contender[],
): boolean {
  const kept = classMinima.reduce((sum, { min }) => sum + min, 0);
  const taken = seatsTaken(before, perTownshipMax);
  if (taken + 1 + kept > (quota ?? Number.POSITIVE_INFINITY)) return false;
  if (townshipId === null || perTownshipMax === null) return true;
  return ofTownship(before, townshipId) + 1 + kept <= perTownshipMax;
}
