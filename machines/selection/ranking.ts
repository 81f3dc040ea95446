// 择优 (R63): eligible → veto look-back → score → preference class (R27) → tie chain → quota, caps and
// minima → reserves. It is deterministic, and only people decide a tie that matters.

import type { ByStream } from '../candidate/scoring.ts';
import { allocate, type Seating, type SeatRule } from './allocation.ts';
import type { Places } from './caps.ts';
import { type Counted, type Quota, seatsOf } from './quota.ts';

/** The code of a stream, whose better figure goes first; or who applied earlier. */
export type TieBreaker = string;

export const EARLIER_APPLICATION = 'earlier-application';

export type RankingEntry = {
  candidateId: string;
  /** The county has accepted the candidate; the others are never ranked (Q20). */
  accepted: boolean;
  scoreCenti: number;
  figures: ByStream<number | null>;
  /** 0 is the most preferred class (R27); it only breaks ties of score. */
  priority: number;
  priorityClass: string | null;
  places: Places;
  appliedAt: string;
  /** The latest veto within the look-back window of the rule. */
  veto: { id: string; occurredOn: string; reason: string } | null;
};

export type RankingRule = {
  passMarkCenti: number;
  streamWeights: ByStream<number>;
  /** First day of the look-back window; null where the plan knows no veto. */
  vetoFrom: string | null;
  tieChain: readonly TieBreaker[];
  quota: Quota;
  caps: SeatRule['caps'];
  classMinima: SeatRule['classMinima'];
  /** The number of reserves beyond the quota (差额). */
  reserves: number;
};

/** A tie decision by people: the tied groups, and the order within them. */
export type TieDecision = {
  tied: readonly (readonly string[])[];
  prefer: readonly string[];
  reason: string;
  proposedBy: string;
  confirmedBy: string;
};

export type RankingInput = {
  category: string;
  rule: RankingRule;
  /** The numbers that a share is of; kept, so that the quota can be computed again. */
  counted: Counted;
  entries: readonly RankingEntry[];
  decision: TieDecision | null;
  /** Candidates who keep their seats while somebody moves up into a vacancy. */
  held: readonly string[];
};

export type Outcome = 'selected' | 'reserve' | 'passed-over' | 'ineligible' | 'vetoed';
type Because = Seating['because'] | 'not-accepted' | 'below-pass-mark' | 'veto';
/** The first criterion in which a candidate falls behind the one before. */
type Separator = 'first' | 'score' | 'priority-class' | TieBreaker | 'decision' | 'tie';

export type Placed = {
  candidateId: string;
  /** Those who stay tied share the place of the first of them, and the next has the place after them all. */
  rank: number | null;
  outcome: Outcome;
  because: Because;
  separatedBy: Separator | null;
  /** The place among the reserves, from 1. */
  reserve: number | null;
};

type Derivation =
  | { step: 'eligible' | 'veto'; kept: number; excluded: { candidateId: string; why: Because }[] }
  | { step: 'order'; criteria: string[]; order: string[] }
  | {
      step: 'quota';
      quota: Quota;
      counted: Counted;
      seats: number | null;
      selected: string[];
      reserves: string[];
      shortfalls: { priorityClass: string; min: number; reached: number }[];
    }
  | { step: 'ties'; undecided: string[][] };

export type Ranking = { placed: Placed[]; undecided: string[][]; derivation: Derivation[] };

const broken = (by: TieBreaker, a: RankingEntry, b: RankingEntry): number =>
  by === EARLIER_APPLICATION
    ? byText(a.appliedAt, b.appliedAt)
    : (b.figures[by] ?? -1) - (a.figures[by] ?? -1);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The reason of the rule for the order of two candidates; null when it leaves them tied. */
export function compare(
  rule: Pick<RankingRule, 'tieChain'>,
  a: RankingEntry,
  b: RankingEntry,
): [number, Separator] | null {
  if (a.scoreCenti !== b.scoreCenti) return [b.scoreCenti - a.scoreCenti, 'score'];
  if (a.priority !== b.priority) return [a.priority - b.priority, 'priority-class'];
  for (const name of rule.tieChain) {
    const difference = broken(name, a, b);
    if (difference !== 0) return [difference, name];
  }
  return null;
}

/** Ranks the candidates of one category. Pure: the same input gives the same ranking for ever. */
export function rank(input: RankingInput): Ranking {
  const { rule, entries } = input;
  const why = new Map(entries.map((entry) => [entry.candidateId, exclusion(rule, entry)]));
  const standing = entries.filter(({ candidateId }) => why.get(candidateId) === null);
  const groups = tiedGroups(rule, standing);
  const order = groups.flatMap((group) => decided(input.decision, group));
  const { outcomes, shortfalls } = outcomesOf(order, input);
  const undecided = groups
    .filter((group) => group.length > 1 && decisionOf(input.decision, group) === null)
    .filter((group) => mattersTo(input, order, group))
    .map((group) => idsOf(group).sort());
  const placed = [...placesOf(input, order, outcomes), ...excludedPlaces(entries, why)];
  return { placed, undecided, derivation: derive(input, why, placed, shortfalls, undecided) };
}

function placesOf(
  input: RankingInput,
  order: readonly RankingEntry[],
  outcomes: ReadonlyMap<string, Fate>,
): Placed[] {
  let shared = 1;
  return order.map((entry, index) => {
    const separatedBy = separator(input, order[index - 1], entry);
    if (separatedBy !== 'tie') shared = index + 1;
    const fate = outcomes.get(entry.candidateId) as Fate;
    return { candidateId: entry.candidateId, rank: shared, separatedBy, ...fate };
  });
}

function exclusion(rule: RankingRule, entry: RankingEntry): Because | null {
  if (!entry.accepted) return 'not-accepted';
  if (entry.scoreCenti < rule.passMarkCenti) return 'below-pass-mark';
  const { veto } = entry;
  return rule.vetoFrom !== null && veto !== null && veto.occurredOn >= rule.vetoFrom
    ? 'veto'
    : null;
}

const idsOf = (entries: readonly { candidateId: string }[]): string[] =>
  entries.map(({ candidateId }) => candidateId);

const excludedPlaces = (
  entries: readonly RankingEntry[],
  why: ReadonlyMap<string, Because | null>,
): Placed[] =>
  idsOf(entries)
    .sort(byText)
    .flatMap((candidateId) => {
      const because = why.get(candidateId) ?? null;
      if (because === null) return [];
      const outcome = because === 'veto' ? ('vetoed' as const) : ('ineligible' as const);
      return [{ candidateId, rank: null, outcome, because, separatedBy: null, reserve: null }];
    });

/** Best first; tied candidates stand together, in a fixed order that decides nothing. */
function tiedGroups(rule: RankingRule, standing: readonly RankingEntry[]): RankingEntry[][] {
  const sorted = [...standing].sort(
    (a, b) =>
      compare(rule, a, b)?.[0] ??
      (byText(a.appliedAt, b.appliedAt) || byText(a.candidateId, b.candidateId)),
  );
  const groups: RankingEntry[][] = [];
  for (const entry of sorted) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && compare(rule, last[0], entry) === null) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** The decision, if it is about exactly this group. */
function decisionOf(decision: TieDecision | null, group: readonly RankingEntry[]) {
  if (decision === null) return null;
  const ids = new Set(idsOf(group));
  const isOf = decision.tied.some(
    (tied) => tied.length === ids.size && tied.every((id) => ids.has(id)),
  );
  return isOf ? decision : null;
}

function decided(decision: TieDecision | null, group: RankingEntry[]): RankingEntry[] {
  const prefer = decisionOf(decision, group)?.prefer ?? [];
  const place = ({ candidateId }: RankingEntry): number => {
    const found = prefer.indexOf(candidateId);
    return found === -1 ? prefer.length : found;
  };
  return [...group].sort((a, b) => place(a) - place(b));
}

type Fate = Pick<Placed, 'outcome' | 'because' | 'reserve'>;

function outcomesOf(order: readonly RankingEntry[], { rule, counted, held }: RankingInput) {
  const limits = { ...rule, seats: seatsOf(rule.quota, counted) };
  const { seats, shortfalls } = allocate(order, limits, new Set(held));
  const outcomes = new Map<string, Fate>();
  let reserve = 0;
  for (const { candidateId } of order) {
    const { seated, because } = seats.get(candidateId) as Seating;
    if (seated) outcomes.set(candidateId, { outcome: 'selected', because, reserve: null });
    else if (reserve < rule.reserves) {
      reserve += 1;
      outcomes.set(candidateId, { outcome: 'reserve', because, reserve });
    } else outcomes.set(candidateId, { outcome: 'passed-over', because, reserve: null });
  }
  return { outcomes, shortfalls };
}

/** The order within a tied group matters when it changes the outcome of a member. */
function mattersTo(
  input: RankingInput,
  order: readonly RankingEntry[],
  group: readonly RankingEntry[],
): boolean {
  const ids = new Set(idsOf(group));
  const at = order.findIndex(({ candidateId }) => ids.has(candidateId));
  const fateIn = (arranged: readonly RankingEntry[], id: string): string => {
    const whole = [...order.slice(0, at), ...arranged, ...order.slice(at + group.length)];
    return JSON.stringify(fateOf(outcomesOf(whole, input).outcomes.get(id)));
  };
  return group.some((entry) => {
    const others = group.filter((other) => other !== entry);
    return (
      fateIn([entry, ...others], entry.candidateId) !==
      fateIn([...others, entry], entry.candidateId)
    );
  });
}

const fateOf = (fate: Fate | undefined) => [fate?.outcome, fate?.reserve];

function separator(
  { rule, decision }: RankingInput,
  before: RankingEntry | undefined,
  entry: RankingEntry,
): Separator {
  if (before === undefined) return 'first';
  const found = compare(rule, before, entry);
  if (found !== null) return found[1];
  const isDecided = decision?.tied.some(
    (tied) => tied.includes(before.candidateId) && tied.includes(entry.candidateId),
  );
  return isDecided ? 'decision' : 'tie';
}

function derive(
  { rule, counted }: RankingInput,
  why: ReadonlyMap<string, Because | null>,
  placed: readonly Placed[],
  shortfalls: readonly { priorityClass: string; min: number; reached: number }[],
  undecided: string[][],
): Derivation[] {
  const excluded = placed.filter(({ rank: place }) => place === null);
  const barred = (wanted: boolean) =>
    excluded
      .filter(({ because }) => (because === 'veto') === wanted)
      .map(({ candidateId, because }) => ({ candidateId, why: because }));
  const order = placed.filter(({ rank: place }) => place !== null);
  const outcome = (wanted: Outcome) => idsOf(order.filter((one) => one.outcome === wanted));
  const [ineligible, vetoed] = [barred(false), barred(true)];
  return [
    { step: 'eligible', kept: why.size - ineligible.length, excluded: ineligible },
    { step: 'veto', kept: order.length, excluded: vetoed },
    {
      step: 'order',
      criteria: ['score', 'priority-class', ...rule.tieChain, 'decision'],
      order: idsOf(order),
    },
    {
      step: 'quota',
      quota: rule.quota,
      counted,
      seats: seatsOf(rule.quota, counted),
      selected: outcome('selected'),
      reserves: outcome('reserve'),
      shortfalls: [...shortfalls],
    },
    { step: 'ties', undecided },
  ];
}
