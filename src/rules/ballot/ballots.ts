// The counting, grouping and scoring of a round's ballots (R61), in whole numbers only.

import type {
  BallotForm,
  BallotGroup,
  BallotResult,
  StratumCount,
  VoidReason,
} from '../../../machines/ballot/result.ts';
import { sumOf } from '../../../machines/ballot/result.ts';
import type { Plan } from '../plan/plan-schema.ts';

/** The choice without a grade (弃权); the plan names the others. */
export const ABSTAIN = 'ABSTAIN';

export type BallotPolicy = {
  form: BallotForm;
  gradePoints: { readonly [grade: string]: number };
  quorumPercent: number;
  combine: 'pooled' | 'weighted';
  strata: readonly { code: string; name: string; weight: number }[];
  /** A secret round publishes strata with fewer ballots than this only together with others. */
  stratumMin: number;
};

/**
 * The policy for ballots of a stream, by a plan with the policies that decide the candidate. A survey is
 * answered openly; as its answers count 100 or nothing, its score is the percentage of the satisfied.
 */
export function ballotPolicyOf({ policies, streams }: Plan, stream: string): BallotPolicy {
  const { kind, satisfied = [], dissatisfied = [] } = streams[stream] ?? {};
  const answers = [
    ...satisfied.map((name) => [name, 100]),
    ...dissatisfied.map((name) => [name, 0]),
  ];
  return {
    form: kind === 'survey' ? 'open' : policies.ballotForm.value,
    gradePoints: kind === 'survey' ? Object.fromEntries(answers) : policies.gradePoints.value,
    quorumPercent: policies.quorumPercent.value,
    combine: policies.ballotStrata.value.combine,
    strata: policies.ballotStrata.value.strata,
    stratumMin: policies.ballotStratumMin.value,
  };
}

/** The choices on a ballot. */
export const choicesOf = ({ gradePoints }: Pick<BallotPolicy, 'gradePoints'>): string[] => [
  ...Object.keys(gradePoints),
  ABSTAIN,
];

/** Counts the slips of an urn. */
export function countOfSlips(
  stratum: string,
  issued: number,
  slips: { readonly [choice: string]: number },
): StratumCount {
  const { [ABSTAIN]: abstained = 0, ...grades } = slips;
  return { stratum, issued, returned: sumOf(slips), invalid: 0, abstained, grades };
}

/** `sum / count` in hundredths, half up. BigInt, because products of counts outgrow a number. */
const centiOf = (sum: bigint, count: bigint): number =>
  Number((2n * 100n * sum + count) / (2n * count));

const pointsOf = (
  { gradePoints }: BallotPolicy,
  grades: { readonly [grade: string]: number },
): { sum: bigint; votes: bigint } => {
  let [sum, votes] = [0n, 0n];
  for (const [grade, count] of Object.entries(grades)) {
    sum += BigInt(count) * BigInt(gradePoints[grade] ?? 0);
    votes += BigInt(count);
  }
  return { sum, votes };
};

/** The reason why a round does not count; null when it counts. */
export function voidReasonOf(
  policy: BallotPolicy,
  counts: readonly StratumCount[],
): VoidReason | null {
  const issued = counts.reduce((total, count) => total + count.issued, 0);
  const returned = counts.reduce((total, count) => total + count.returned, 0);
  if (counts.some((count) => count.returned > count.issued)) return 'more-returned-than-issued';
  if (returned * 100 <= issued * policy.quorumPercent) return 'no-quorum';
  if (policy.form === 'secret' && returned < policy.stratumMin) return 'too-few';
  return counts.every(({ grades }) => sumOf(grades) === 0) ? 'no-grade' : null;
}

/**
 * Groups the strata for publication. In a secret round a stratum with few ballots is joined with
 * the next smallest, until nobody can be identified, not even by subtracting groups from the whole.
 */
export function groupStrata(
  policy: BallotPolicy,
  counts: readonly StratumCount[],
): StratumCount[][] {
  const least = policy.form === 'secret' ? policy.stratumMin : 0;
  const isFew = ({ returned }: StratumCount): boolean => returned > 0 && returned < least;
  const together = counts.filter(isFew);
  const others = counts
    .filter((count) => count.returned > 0 && !isFew(count))
    .sort((a, b) => a.returned - b.returned);
  const total = (): number => together.reduce((sum, { returned }) => sum + returned, 0);
  for (const next of others) {
    if (together.length === 0 || total() >= least) break;
    together.push(next);
  }
  const alone = counts.filter((count) => !together.includes(count)).map((count) => [count]);
  const joined = counts.filter((count) => together.includes(count));
  return joined.length === 0 ? alone : [...alone, joined];
}

/** Joins strata to a group; `strata` names them when their own counts are gone. */
export function groupOf(
  policy: BallotPolicy,
  counts: readonly StratumCount[],
  strata: readonly string[] = counts.map(({ stratum }) => stratum),
): BallotGroup {
  const add = (part: (count: StratumCount) => number): number =>
    counts.reduce((total, count) => total + part(count), 0);
  const grades = Object.fromEntries(
    Object.keys(policy.gradePoints).map((grade): [string, number] => [
      grade,
      add((count) => count.grades[grade] ?? 0),
    ]),
  );
  const { sum, votes } = pointsOf(policy, grades);
  const [returned, invalid] = [add((count) => count.returned), add((count) => count.invalid)];
  return {
    strata,
    issued: add((count) => count.issued),
    returned,
    valid: returned - invalid,
    invalid,
    abstained: add((count) => count.abstained),
    grades,
    scoreCenti: votes === 0n ? null : centiOf(sum, votes),
  };
}

/**
 * 评议得分 of these groups in hundredths; null without any grade. `pooled` gives every ballot the same
 * weight. `weighted` weighs the means of the groups by their strata and leaves out groups without a
 * grade. Abstentions and invalid ballots do not count.
 */
export function scoreOf(
  policy: BallotPolicy,
  groups: readonly Pick<BallotGroup, 'strata' | 'grades'>[],
): number | null {
  const weightOf = (code: string): number =>
    policy.strata.find((stratum) => stratum.code === code)?.weight ?? 0;
  const parts = groups
    .map(({ strata, grades }) => ({
      ...pointsOf(policy, grades),
      weight: BigInt(strata.reduce((total, code) => total + weightOf(code), 0)),
    }))
    .filter(({ votes }) => votes > 0n);
  if (parts.length === 0) return null;
  if (policy.combine === 'pooled') {
    return centiOf(
      parts.reduce((total, { sum }) => total + sum, 0n),
      parts.reduce((total, { votes }) => total + votes, 0n),
    );
  }
  // One fraction over the product of all counts is rounded once, at the end.
  const product = parts.reduce((total, { votes }) => total * votes, 1n);
  const weighted = parts.reduce(
    (total, { sum, votes, weight }) => total + weight * sum * (product / votes),
    0n,
  );
  const weights = parts.reduce((total, { weight }) => total + weight, 0n);
  return centiOf(weighted, product * weights);
}

/** The result of a round without its hash; rules do not hash. */
export function resultOf(
  policy: BallotPolicy,
  counts: readonly StratumCount[],
): Omit<BallotResult, 'hash'> {
  const groups = groupStrata(policy, counts).map((members) => groupOf(policy, members));
  const reason = voidReasonOf(policy, counts);
  if (reason === null) return resultOfGroups(policy, groups);
  const untold = { valid: null, invalid: null, abstained: null, scoreCenti: null };
  return { ...turnoutOf(groups), ...untold, void: reason, strataCenti: {}, groups: [] };
}

/** The result from published groups, which are all that is left of a secret round. */
export function resultOfGroups(
  policy: BallotPolicy,
  groups: readonly BallotGroup[],
): Omit<BallotResult, 'hash'> {
  return {
    ...turnoutOf(groups),
    valid: total(groups, ({ valid }) => valid),
    invalid: total(groups, ({ invalid }) => invalid),
    abstained: total(groups, ({ abstained }) => abstained),
    void: null,
    scoreCenti: scoreOf(policy, groups),
    strataCenti: Object.fromEntries(
      groups.flatMap(({ strata, scoreCenti }) =>
        scoreCenti === null ? [] : strata.map((stratum) => [stratum, scoreCenti]),
      ),
    ),
    groups,
  };
}

const total = (groups: readonly BallotGroup[], part: (group: BallotGroup) => number): number =>
  groups.reduce((sum, group) => sum + part(group), 0);

const turnoutOf = (groups: readonly BallotGroup[]) => ({
  issued: total(groups, ({ issued }) => issued),
  returned: total(groups, ({ returned }) => returned),
});
