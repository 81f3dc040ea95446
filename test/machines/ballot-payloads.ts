// What a round of ballots is told and what it knows of the world; the first choice is the one that
// serves.

import type { BallotRoundFacts } from '../../machines/ballot/events.ts';
import type { BallotResult, StratumCount } from '../../machines/ballot/result.ts';
import { ballotPolicyOf, resultOf } from '../../src/rules/ballot/ballots.ts';
import { planFor } from '../../src/rules/plan/category-policies.ts';
import type { Situation } from './situation.ts';
import { contextOf } from './situation.ts';
import { plan } from './yijun.ts';

type Payload = { readonly [name: string]: unknown };
type Written = (situation: Situation) => Payload;

const roundOf = ({ instance }: Situation) => contextOf(instance, 'ballot-round');

const later = (at: string, hours: number): string =>
  Temporal.Instant.from(at).add({ hours }).toString();

/** Four of each electorate. */
export const ROLL = ['members', 'masses'].flatMap((stratum) =>
  [1, 2, 3, 4].map((number) => ({
    entry: `${stratum}-${number}`,
    name: `${stratum} ${number}`,
    stratum,
  })),
);

const convene: Written = ({ at, pick }) => ({
  ...pick<Payload>({}, { opensAt: later(at, 3) }),
  closesAt: pick(later(at, 48), later(at, 48), later(at, -1)),
  roll: pick(ROLL, ROLL, ROLL.slice(0, 3), [...ROLL, ROLL[0]]),
});

export const handCount = (
  grades: StratumCount['grades'],
  change: Partial<StratumCount> = {},
): StratumCount[] =>
  ['members', 'masses'].map((stratum) => {
    const returned = Object.values(grades).reduce((total, count) => total + count, 0);
    return { stratum, issued: 4, returned, invalid: 0, abstained: 0, grades, ...change };
  });

export const BALLOT_PAYLOADS: { readonly [type: string]: Written } = {
  convene,
  reconvene: convene,
  'print-slips': (situation) => {
    const { roll, generation } = roundOf(situation);
    const slips = situation.pick(roll, roll, {});
    return { generation: situation.pick(generation, generation, 0), number: '0000', slips };
  },
  'mark-voter': ({ pick }) => ({ entry: pick('members-1', 'masses-2', 'nobody') }),
  'enter-count': ({ pick }) => ({
    strata: pick(
      handCount({ 好: 3, 较好: 1 }),
      handCount({ 好: 3, 较好: 1 }),
      handCount({ 优: 4 }),
      handCount({ 好: 1 }),
      handCount({ 好: 5 }),
    ),
  }),
  'reject-count': () => ({ reason: '票数不符' }),
  void: () => ({ reason: '会场秩序' }),
  lapse: () => ({ reason: '对象已退出' }),
};

export const extendRound: Written = (situation) => {
  const { closesAt } = roundOf(situation);
  const end = closesAt ?? situation.at;
  return { closesAt: situation.pick(later(end, 24), later(end, -1)), reason: '道路中断' };
};

const policy = ballotPolicyOf(planFor(plan, 'DEMONSTRATION_VILLAGE'), 'mass');

/** What these counts come to by the plan of Yijun. */
export const resultBy = (counts: readonly StratumCount[]): BallotResult => ({
  ...resultOf(policy, counts),
  hash: 'a'.repeat(64),
});

export const ballotFacts: {
  readonly [Name in Exclude<keyof BallotRoundFacts, 'deadline'>]: (
    situation: Situation,
  ) => BallotRoundFacts[Name];
} = {
  parent: ({ pick }) => ({
    id: 'candidate-1',
    stage: 'evaluation',
    state: 'evaluating',
    status: 'active',
    gathers: pick(['mass'], ['mass'], ['mass', 'assessment'], []),
  }),
  otherRounds: ({ pick }) => pick(0, 0, 0, 1),
  ballotRules: () => ({
    grades: Object.keys(policy.gradePoints),
    strata: policy.strata.map(({ code }) => code),
    stratumMin: policy.stratumMin,
  }),
  rollEntry: ({ pick }) =>
    pick({ stratum: 'members', marked: false }, { stratum: 'masses', marked: true }, null),
  ballotResult: (situation) => {
    const { form, counted } = roundOf(situation);
    if (form === 'open') return counted === null ? null : resultBy(counted);
    return resultBy(
      situation.pick(
        handCount({ 好: 3, 较好: 1 }),
        handCount({ 好: 4 }),
        handCount({ 好: 1 }),
        handCount({}),
      ),
    );
  },
  ballotsReturned: (situation) => {
    const issued = Object.values(roundOf(situation).issued).reduce((sum, one) => sum + one, 0);
    return situation.pick(issued, issued, issued - 1);
  },
};
