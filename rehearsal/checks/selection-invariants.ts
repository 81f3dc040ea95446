// The invariants of the merit selection: rankings that compute again, titles that were ranked within the
// quota, and nobody conferred over an open objection.

import { createHash } from 'node:crypto';
import type { RankingBody } from '../../src/rules/selection/ranking.ts';
import { recomputes } from '../../src/rules/selection/ranking.ts';
import type { Actor, Client } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import type { Ledgers } from '../kit/ledgers.ts';
import type { Plan } from '../kit/play.ts';
import type { Invariant } from './invariants.ts';

type RankingRow = {
  id: string;
  category: string;
  kind: string;
  sha256: string;
  body: string;
};

/** Every ranking of the campaign, whole. */
export async function readRankings(
  client: Client,
  auditor: Actor,
  campaignId: string,
): Promise<RankingRow[]> {
  const listed = await client.list<{ id: string }>(auditor, `/v1/campaigns/${campaignId}/rankings`);
  return forEach(listed, ({ id }) => client.get<RankingRow>(auditor, `/v1/rankings/${id}`));
}

/** The stored text alone gives its hash and, from its input, the same ranking. */
export function rankingsRecompute(rankings: readonly RankingRow[]): Invariant {
  const faults = rankings.flatMap(({ id, body, sha256 }) => [
    ...(createHash('sha256').update(body).digest('hex') === sha256 ? [] : [`${id}: its hash`]),
    ...(recomputes(JSON.parse(body) as RankingBody) ? [] : [`${id}: its result`]),
  ]);
  return {
    zh: '每份择优排名由原文重新推算，结果和散列一致',
    en: 'every ranking computes again to its result and its hash',
    counted: `${rankings.length} 份排名 · rankings`,
    faults,
  };
}

const conferredIn = ({ histories }: Ledgers) =>
  histories.filter(({ subject }) => subject.stage === 'conferred');

/** Every candidate who passed the county's step and was conferred stands as selected in some ranking. */
export function conferredWereRanked(
  ledgers: Ledgers,
  rankings: readonly RankingRow[],
  { categories }: Plan,
): Invariant {
  const ranked = new Set(
    rankings
      .filter(({ kind }) => kind !== 'ranking')
      .flatMap(({ body }) => (JSON.parse(body) as RankingBody).result.placed)
      .filter(({ outcome }) => outcome === 'selected')
      .map(({ candidateId }) => candidateId),
  );
  const byCounty = new Set(
    categories.filter(({ route }) => route.countyStep === 'applicable').map(({ code }) => code),
  );
  const conferred = conferredIn(ledgers).filter(({ subject }) =>
    byCounty.has(subject.category as (typeof categories)[number]['code']),
  );
  return {
    zh: '经县级一步被确定的，都在名额内择优入选',
    en: 'whoever was conferred through the county was selected within a ranking',
    counted: `${conferred.length} 个 · conferred`,
    faults: conferred
      .filter(({ subject }) => !ranked.has(subject.id))
      .map(({ subject }) => `${subject.name} was never selected`),
  };
}

/** By the logs, no objection to a candidate was open at the instant of its conferral. */
export function noneOverObjection(ledgers: Ledgers): Invariant {
  const faults = conferredIn(ledgers).flatMap(({ subject, log }) => {
    const open = new Set<string>();
    for (const { type, payload } of log) {
      if (type === 'objection-opened') open.add(String(payload.objectionId));
      if (type === 'objection-closed') open.delete(String(payload.objectionId));
      if (type === 'confirm-conferral' && open.size > 0) return [`${subject.name}`];
    }
    return [];
  });
  const objections = ledgers.histories.filter(({ subject }) => subject.machine === 'objection');
  return {
    zh: '有异议未办结的，没有一个被确定',
    en: 'nobody was conferred with an objection open',
    counted: `${objections.length} 项异议 · objections`,
    faults,
  };
}
