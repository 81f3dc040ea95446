// Candidates that are certainly within the quota of a category, certainly not, or open (R61, R63),
// while ballots and sheets are missing. The order is that of machines/selection/ranking.ts.
//
// It considers only the missing ballots and sheets, and assumes that every candidate will apply and
// be accepted and that nobody leaves. It says open where it cannot be sure: between equals before
// both have applied, where maxima of places and of classes meet, and where minima meet any maxima.

import { type Cap, type Full, limitedPlaces } from '../../../machines/selection/caps.ts';
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

/** A rule whose share of places, if it states one, is counted out. */
export type BoundedRule = Omit<RankingRule, 'quota'> & { quota: number | null };

type Outcome = 'certain-in' | 'certain-out' | 'open';

export type CategoryOutcome = {
  outcome: Outcome;
  because: 'veto' | 'pass-mark' | 'quota' | Full | 'tie';
  /** True when the outcome is open because of something missing, of this or another candidate. */
  restsOnMissing: boolean;
};

/** The possible outcomes of each contender, by candidate. */
export function categoryOutcomes(
  rule: BoundedRule,
  contenders: readonly Contender[],
): Map<string, CategoryOutcome> {
  const told =
    contenders.every(({ applied }) => applied) && contenders.length > 0
      ? knownOutcomes(rule, contenders)
      : contenders.map((own) => [own.entry.candidateId, outcomeOf(rule, contenders, own)] as const);
  return new Map(told);
}

/** When everybody has applied nothing is missing, and the ranking itself decides, except for ties. */
function knownOutcomes(rule: BoundedRule, contenders: readonly Contender[]) {
  const entries = contenders.map(({ entry }) => ({ ...entry, accepted: true }));
  const asked = { category: '', rule, counted: NOBODY, entries, decision: null, held: [] };
  const { placed, undecided } = rank(asked);
  const tied = new Set(undecided.flat());
  return placed.map(({ candidateId, outcome, because }): [string, CategoryOutcome] => {
    if (tied.has(candidateId)) return [candidateId, told('open', 'tie')];
    if (outcome === 'selected') return [candidateId, told('certain-in', 'quota')];
    if (because === 'below-pass-mark') return [candidateId, told('certain-out', 'pass-mark')];
    if (because === 'veto') return [candidateId, told('certain-out', 'veto')];
    const isOwn = because !== 'kept-for-class' && because !== 'within-quota';
    return [
      candidateId,
      told('certain-out', isOwn && because !== 'not-accepted' ? because : 'quota'),
    ];
  });
}

/** Nothing is counted where the quota is a number. */
const NOBODY = { registered: 0, applied: 0 };

const told = (
  outcome: Outcome,
  because: CategoryOutcome['because'],
  restsOnMissing = false,
): CategoryOutcome => ({ outcome, because, restsOnMissing });

function outcomeOf(
  rule: BoundedRule,
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

const isVetoed = ({ vetoFrom }: BoundedRule, { entry: { veto } }: Contender): boolean =>
  vetoFrom !== null && veto !== null && veto.occurredOn >= vetoFrom;

/** The place relative to another for all that may come; only applicants can break ties. */
function standing(
  rule: BoundedRule,
  other: Contender,
  own: Contender,
): 'before' | 'behind' | 'open' {
  if (other.minCenti > own.maxCenti) return 'before';
  if (other.maxCenti < own.minCenti) return 'behind';
  const found = other.applied && own.applied ? compare(rule, other.entry, own.entry) : null;
  if (found === null) return 'open';
  return found[0] < 0 ? 'before' : 'behind';
}

const inPlace = (caps: readonly Cap[], all: readonly Contender[], key: string): Contender[] =>
  all.filter(({ entry }) => limitedPlaces(caps, entry.places).some((group) => group.key === key));

type ClassCap = Extract<Cap, { priorityClass: string }>;
const isOfClass = (cap: Cap): cap is ClassCap => 'priorityClass' in cap;

/** The reason why those who surely stand before leave no seat; null when there may be one. */
function surelyFull(
  { quota, caps, classMinima }: BoundedRule,
  own: Contender,
  before: readonly Contender[],
): 'quota' | Full | null {
  if (quota === 0) return 'quota';
  const minima = classMinima.filter(({ min }) => min > 0);
  if (minima.length > 0) return surelyFullWithMinima({ quota, caps, minima }, own, before);
  const ofClasses = caps.filter(isOfClass);
  if (ofClasses.length > 0) {
    return caps.length > ofClasses.length ? null : surelyFullOfClass(quota, ofClasses, own, before);
  }
  if (quota !== null && seatsTaken(caps, before) >= quota) return 'quota';
  const full = limitedPlaces(caps, own.entry.places).find(
    ({ key, max }) => seatsTaken(caps, inPlace(caps, before, key)) >= max,
  );
  return full?.full ?? null;
}

/** Only of those who have applied is the class known; seats that the others take are not counted. */
function surelyFullOfClass(
  quota: number | null,
  caps: readonly ClassCap[],
  own: Contender,
  before: readonly Contender[],
): 'quota' | 'class-full' | null {
  const known = Map.groupBy(
    before.filter(({ applied }) => applied),
    ({ entry }) => entry.priorityClass,
  );
  let seats = 0;
  for (const [name, { length }] of known) {
    const max = caps.find(({ priorityClass }) => priorityClass === name)?.max;
    if (max !== undefined && own.applied && own.entry.priorityClass === name && length >= max) {
      return 'class-full';
    }
    seats += Math.min(length, max ?? length);
  }
  return quota !== null && seats >= quota ? 'quota' : null;
}

function surelyFullWithMinima(
  {
    quota,
    caps,
    minima,
  }: Pick<BoundedRule, 'quota' | 'caps'> & { minima: RankingRule['classMinima'] },
  own: Contender,
  before: readonly Contender[],
): 'quota' | null {
  if (quota === null || caps.length > 0 || before.length < quota) return null;
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

/**
 * The most seats that these can take within the maxima of places, when no seat is kept for a class. A place
 * never takes more than those that lie in it.
 */
function seatsTaken(caps: readonly Cap[], all: readonly Contender[]): number {
  const taken = new Map<string, number>();
  let seats = 0;
  for (const { entry } of all) {
    const groups = limitedPlaces(caps, entry.places);
    if (groups.some(({ key, max }) => (taken.get(key) ?? 0) >= max)) continue;
    for (const { key } of groups) taken.set(key, (taken.get(key) ?? 0) + 1);
    seats += 1;
  }
  return seats;
}

/** True when a seat is left after all these and every seat kept for a class. */
function surelyRoom(
  { quota, caps, classMinima }: BoundedRule,
  own: Contender,
  before: readonly Contender[],
): boolean {
  const kept = classMinima.reduce((sum, { min }) => sum + min, 0);
  const room = seatsTaken(caps, before) + 1 + kept;
  if (room > (quota ?? Number.POSITIVE_INFINITY)) return false;
  const isOf = ({ applied, entry }: Contender, name: string): boolean =>
    !applied || entry.priorityClass === name;
  const hasClass = caps
    .filter(isOfClass)
    .filter(({ priorityClass }) => isOf(own, priorityClass))
    .every(
      ({ priorityClass, max }) =>
        before.filter((other) => isOf(other, priorityClass)).length + 1 + kept <= max,
    );
  return (
    hasClass &&
    limitedPlaces(caps, own.entry.places).every(
      ({ key, max }) => inPlace(caps, before, key).length + 1 + kept <= max,
    )
  );
}
