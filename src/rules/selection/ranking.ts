// Makes the input of a ranking from a plan and its candidates, supposes other weights and quotas,
// and checks whether a stored ranking follows from its input.

import type { ByStream } from '../../../machines/candidate/scoring.ts';
import { compositeCenti } from '../../../machines/candidate/scoring.ts';
import type { Places } from '../../../machines/selection/caps.ts';
import type {
  Outcome,
  Ranking,
  RankingEntry,
  RankingInput,
  RankingRule,
  TieBreaker,
} from '../../../machines/selection/ranking.ts';
import { rank } from '../../../machines/selection/ranking.ts';
import { isSameName } from '../candidate/personal-name.ts';
import { canonicalJson } from '../plan/canonical-json.ts';
import { policiesOf } from '../plan/category-policies.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { passMarkOf } from '../plan/streams.ts';
import { localDate } from '../time/calendar.ts';

type Scores = { figures: ByStream<number>; compositeCenti: number | null };

/** A stored candidate between its application and the selection. */
export type RankedRow = {
  candidateId: string;
  /** The step that is to be done about it. */
  step: string;
  organisationId: string;
  personName: string | null;
  priorityClass: string | null;
  appliedAt: string;
  scores: Scores;
};

export type Veto = {
  id: string;
  organisationId: string;
  personName: string | null;
  occurredOn: string;
  reason: string;
};

/** The plan's rule of one category on this day; unknown categories have none. */
export function ruleOf(plan: Plan, code: string, at: string): RankingRule {
  const policies = policiesOf(plan, code);
  const category = plan.categories.find((item) => item.code === code);
  const months = policies.vetoLookBackMonths.value;
  const today = Temporal.PlainDate.from(localDate(Temporal.Instant.from(at), plan.timeZone));
  return {
    passMarkCenti: passMarkOf(policies) * 100,
    streamWeights: policies.streamWeights.value,
    vetoFrom: months === 0 ? null : today.subtract({ months }).toString(),
    tieChain: policies.tieChain.value,
    quota: category?.quota ?? null,
    caps: category?.caps ?? [],
    classMinima: category?.classMinima ?? [],
    reserves: policies.surplusNominations.value,
  };
}

/** The entries of a ranking: each row with its preference class, its places and its latest veto. */
export function entriesOf(
  plan: Plan,
  code: string,
  rows: readonly RankedRow[],
  vetoes: readonly Veto[],
  placesOf: (organisationId: string) => Places,
): RankingEntry[] {
  const classes: readonly string[] =
    plan.categories.find((item) => item.code === code)?.priorityClasses ?? [];
  return rows.map((row) => {
    const position = row.priorityClass === null ? -1 : classes.indexOf(row.priorityClass);
    return {
      candidateId: row.candidateId,
      accepted: row.step === 'select',
      scoreCenti: row.scores.compositeCenti ?? 0,
      figures: row.scores.figures,
      priority: position === -1 ? classes.length : position,
      priorityClass: row.priorityClass,
      places: placesOf(row.organisationId),
      appliedAt: row.appliedAt,
      veto: vetoOf(row, vetoes),
    };
  });
}

function vetoOf(row: RankedRow, vetoes: readonly Veto[]): RankingEntry['veto'] {
  const latest = vetoes
    .filter(
      ({ organisationId, personName }) =>
        organisationId === row.organisationId && isSameName(personName ?? '', row.personName ?? ''),
    )
    .toSorted((a, b) => (a.occurredOn < b.occurredOn ? 1 : -1))[0];
  if (latest === undefined) return null;
  const { id, occurredOn, reason } = latest;
  return { id, occurredOn, reason };
}

/** A "what if" question; fields that are left out stay as in the plan. */
export type Hypothesis = {
  streamWeights?: ByStream<number>;
  passMark?: number;
  quota?: RankingRule['quota'];
  caps?: RankingRule['caps'];
  classMinima?: RankingRule['classMinima'];
  tieChain?: readonly TieBreaker[];
  reserves?: number;
  vetoFrom?: string | null;
};

/** The input with another rule. Other weights make other scores, rounded half up. */
export function suppose(input: RankingInput, hypothesis: Hypothesis): RankingInput {
  const { passMark, ...change } = hypothesis;
  const rule: RankingRule = {
    ...input.rule,
    ...change,
    ...(passMark === undefined ? {} : { passMarkCenti: passMark * 100 }),
  };
  return {
    ...input,
    rule,
    entries: hypothesis.streamWeights
      ? input.entries.map((entry) => weighed(rule, entry))
      : input.entries,
  };
}

function weighed(rule: RankingRule, entry: RankingEntry): RankingEntry {
  const score = compositeCenti(entry.figures, rule.streamWeights);
  return { ...entry, scoreCenti: score ?? entry.scoreCenti };
}

type Change = {
  candidateId: string;
  from: { rank: number | null; outcome: Outcome };
  to: { rank: number | null; outcome: Outcome };
};

/** Candidates whose rank or outcome would change. */
export function differences(before: Ranking, after: Ranking): Change[] {
  const was = new Map(before.placed.map((one) => [one.candidateId, one]));
  return after.placed.flatMap(({ candidateId, rank: place, outcome }) => {
    const old = was.get(candidateId);
    if (old === undefined || (old.rank === place && old.outcome === outcome)) return [];
    return [
      {
        candidateId,
        from: { rank: old.rank, outcome: old.outcome },
        to: { rank: place, outcome },
      },
    ];
  });
}

/** The text of a ranking that is hashed and stored. */
export const rankingText = (body: unknown): string => canonicalJson(body);

export type RankingBody = { input: RankingInput; result: Ranking };

/** True when today's ranking of the stored input gives the stored result. */
export const recomputes = ({ input, result }: RankingBody): boolean =>
  canonicalJson(rank(input)) === canonicalJson(result);
