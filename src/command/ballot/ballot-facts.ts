// The facts of a ballot round: its urn, its roll and the result of its ballots.

import { hash } from 'node:crypto';
import type { BallotRoundContext, BallotRoundFacts } from '../../../machines/ballot/events.ts';
import type { BallotResult, StratumCount } from '../../../machines/ballot/result.ts';
import { countOtherRounds, findRollEntries } from '../../db/ballot/ballots.ts';
import type { UrnRow } from '../../db/ballot/urns.ts';
import { findUrns, lockUrns } from '../../db/ballot/urns.ts';
import type { BallotPolicy } from '../../rules/ballot/ballots.ts';
import {
  ballotPolicyOf,
  countOfSlips,
  groupOf,
  resultOf,
  resultOfGroups,
} from '../../rules/ballot/ballots.ts';
import { countUrn } from '../../rules/ballot/urn.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { keptShut, type Open } from '../../sealing/vault.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';
import { openUrn } from './urns.ts';

const roundOf = ({ draft }: Ask) => contextOf(draft, 'ballot-round');

/** The demands of the plan on every roll and count. */
const ballotRulesOf = (plan: Plan, stream: string): BallotRoundFacts['ballotRules'] => {
  const { gradePoints, strata, stratumMin } = ballotPolicyOf(plan, stream);
  return { grades: Object.keys(gradePoints), strata: strata.map(({ code }) => code), stratumMin };
};

/** The result, with the SHA-256 (hex) of the canonical JSON of the rest of it. */
function sealResult(policy: BallotPolicy, counts: readonly StratumCount[]): BallotResult {
  const result = resultOf(policy, counts);
  return { ...result, hash: hash('sha256', canonicalJson(result), 'hex') };
}

const loadRollEntries: FactLoader<'rollEntry'> = async ({ tx, campaignId }, wants) => {
  const asked = wants('rollEntry').map((ask) => ({
    roundId: ask.draft.id,
    generation: roundOf(ask).generation,
    entry: String(ask.event.entry ?? ''),
  }));
  const roll = await findRollEntries(tx, campaignId, asked);
  return {
    rollEntry: ({ draft, event }) => {
      const found = roll.find((row) => row.roundId === draft.id && row.entry === event.entry);
      return found === undefined ? null : { stratum: found.stratum, marked: found.marked };
    },
  };
};

const loadOtherRounds: FactLoader<'otherRounds'> = async ({ tx, campaignId }, wants) => {
  const asked = wants('otherRounds').map((ask) => ({
    id: ask.draft.id,
    parentId: ask.draft.parentId ?? '',
    stream: roundOf(ask).stream,
  }));
  const rounds = await countOtherRounds(tx, campaignId, asked);
  return { otherRounds: ({ draft }) => rounds.get(draft.id) ?? 0 };
};

/** Locks the urns that are counted, unless it is only explained, so that no ballot joins them meanwhile. */
const loadUrns: FactLoader<'ballotResult' | 'ballotsReturned'> = async (world, wants) => {
  const { tx, campaignId, plan, open = keptShut } = world;
  const asks = [...new Set([...wants('ballotResult'), ...wants('ballotsReturned')])];
  const readUrns = asks.some(({ isExplained }) => isExplained) ? findUrns : lockUrns;
  const ids = asks.filter((ask) => roundOf(ask).form === 'secret').map(({ draft }) => draft.id);
  const rows = ids.length === 0 ? [] : await readUrns(tx, campaignId, ids);
  // The urn of another generation is none of this one's.
  const urnOf = ({ draft, ...ask }: Ask): UrnRow | undefined =>
    rows.find(
      ({ roundId, generation, sealed }) =>
        roundId === draft.id &&
        generation === roundOf({ draft, ...ask }).generation &&
        sealed !== null,
    );
  return {
    ballotResult: (ask) => {
      const { form, counted, stream } = roundOf(ask);
      // Whoever only asks what could be done opens no urn.
      if (form === 'secret' && ask.isExplained) return null;
      const counts = form === 'open' ? counted : countsOf(ask, urnOf(ask), open);
      const policy = ballotPolicyOf(plan, stream);
      return counts === null ? null : sealResult({ ...policy, form }, counts);
    },
    ballotsReturned: (ask) => urnOf(ask)?.returned ?? 0,
  };
};

export const ballotFacts: SourcesOf<
  'ballotRules' | 'rollEntry' | 'otherRounds' | 'ballotResult' | 'ballotsReturned'
> = {
  ballotRules: { atHand: ({ plan }, ask) => ballotRulesOf(plan, roundOf(ask).stream) },
  rollEntry: loadRollEntries,
  otherRounds: loadOtherRounds,
  ballotResult: loadUrns,
  ballotsReturned: loadUrns,
};

/** The ballots in the urn of a secret round; a round without slips has none. */
function countsOf(ask: Ask, row: UrnRow | undefined, open: Open): StratumCount[] {
  const { roll, issued } = roundOf(ask);
  const urn = row === undefined ? null : openUrn(open, row);
  return Object.keys(roll).map((stratum) =>
    countOfSlips(stratum, issued[stratum] ?? 0, urn === null ? {} : countUrn(urn, stratum)),
  );
}

type Slips = readonly { strata: string; choice: string; ballots: number }[];

/**
 * A valid result reckoned again, from the ballots as they were taken from the urn or from the count that two
 * tellers agreed on. Strata that were told together are counted together.
 */
export function recount(plan: Plan, context: BallotRoundContext, ballots: Slips): BallotResult {
  const policy = { ...ballotPolicyOf(plan, context.stream), form: context.form };
  if (context.form === 'open') return sealResult(policy, context.counted ?? []);
  const groups = (context.result?.groups ?? []).map(({ strata, issued }) => {
    const own = ballots.filter((row) => row.strata === strata.join('+'));
    const slips = Object.fromEntries(own.map(({ choice, ballots: count }) => [choice, count]));
    return groupOf(policy, [countOfSlips(strata.join('+'), issued, slips)], strata);
  });
  const result = resultOfGroups(policy, groups);
  return { ...result, hash: hash('sha256', canonicalJson(result), 'hex') };
}
