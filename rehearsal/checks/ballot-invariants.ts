// The invariant of ballots: a recount of each round comes to the score that was told.

import type { Ledgers } from '../kit/ledgers.ts';
import type { Invariant } from './invariants.ts';

type Scores = { streams: { [code: string]: { points: number | null } } };

/**
 * (10) A recount of each valid round gives its candidate's score; as many ballots are issued as voters
 * marked.
 */
export function ballotsAddUp({ rounds, histories }: Ledgers): Invariant {
  const scores = new Map(
    histories
      .filter(({ subject }) => subject.machine === 'candidate')
      .map(({ subject }) => [
        subject.id,
        (subject.context?.scores as Scores | undefined)?.streams ?? {},
      ]),
  );
  const scoreOf = (candidateId: string, stream: string) =>
    scores.get(candidateId)?.[stream]?.points;
  const valid = rounds.filter(({ state }) => state === 'valid');
  const faults = [
    ...valid.flatMap(({ id, candidateId, stream, count, result }) => [
      ...(count?.agrees ? [] : [`${id}: counted again it is another result`]),
      ...(count?.recounted.score === scoreOf(candidateId, stream) ? [] : [`${id}: another score`]),
      ...(result?.score === scoreOf(candidateId, stream)
        ? []
        : [`${id}: not what its candidate has`]),
    ]),
    ...rounds
      .filter(({ form }) => form === 'secret')
      .filter(({ marked, turnout }) => marked !== sum(turnout.issued))
      .map(({ id, marked }) => `${id}: ${marked} are marked, but another number is issued`),
  ];
  const ballots = valid.reduce((total, { result }) => total + (result?.returned ?? 0), 0);
  return {
    zh: '重新计票与公布的得分一致；发出的票数等于名册上注记的人数',
    en: 'counted again, each round gives the score that was told; who was marked has a ballot',
    counted: `${rounds.length} 次评议、${ballots} 张有效评议的选票 · rounds, ballots`,
    faults,
  };
}

const sum = (counts: { [stratum: string]: number }): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
