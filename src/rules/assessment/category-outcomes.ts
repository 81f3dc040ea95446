// Candidates that are certainly within the quota of a category, certainly not, or open (R61, R63),
// while ballots and sheets are missing. The order is that of machines/selection/ranking.ts.
//
// It considers only the missing ballots and sheets, and assumes that every candidate will apply and
// be accepted and that nobody leaves. It says open where it cannot be sure: between equals before
// both have applied, and where limits of townships and minima of classes meet.

import type { RankingEntry, RankingRule } from '../../../machines/selection/ranking.ts';
import { compare, rank } from '../../../machines/selection/ranking.ts';
import type { Bounds } from './outcome-bounds.ts';

export type Contender = Bounds & {
  entry: RankingEntry;
  /** Its preference class and its time of application are unknown before. */
  applied: boolean;
  /** True while ballots or sheets about it are missing. */
  missing: boolean;
};

type Outcome = 'certain-in' | 'certain-out' | 'open';

export type CategoryOutcome = {
  outcome: Outcome;
  because: 'veto' | 'pass-mark' | 'quota' | 'township-full' | 'tie';
  /** True when the outcome is open because of something missing, of this or another candidate. */
  restsOnMissing: boolean;
};

/** The possible outcomes of each contender, by candidate. */
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

/** When everybody has applied nothing is missing, and the ranking itself decides, except for ties. */
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

/** The place relative to another for all that may come; only applicants can break ties. */
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

/** The reason why those who surely stand before leave no seat; null when there may be one. */
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
  // A seat kept for its class could still be its own, unless others of the class come before.
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

/** The most seats that these can take, when no seat is kept for a class. */
function seatsTaken(before: readonly Contender[], perTownshipMax: number | null): number {
  const townships = Map.groupBy(before, ({ entry }) => entry.townshipId);
  let seats = 0;
  for (const [townshipId, members] of townships) {
    const isLimited = townshipId !== null && perTownshipMax !== null;
    seats += isLimited ? Math.min(members.length, perTownshipMax) : members.length;
  }
  return seats;
}

/** True when a seat is left after all these and every seat kept for a class. */
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
