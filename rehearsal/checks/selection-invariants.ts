// The invariants of the merit selection: rankings that compute again, titles that were ranked within the
// quota, and nobody conferred over an open objection.

import { createHash } from 'node:crypto';
import { stepsOfKind } from '../../machines/procedure/reading.ts';
import { procedureNamed } from '../../src/rules/procedure/procedures.ts';
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
  madeAt: string;
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

const RANKED: ReadonlySet<string> = new Set(['ranking', 'selection']);

/** What a share is of was counted as the logs say: who had been registered and not withdrawn by then. */
export function countedAsLogged(
  { histories }: Ledgers,
  rankings: readonly RankingRow[],
): Invariant {
  const candidates = histories.filter(({ subject }) => subject.machine === 'candidate');
  const faults = rankings
    .filter(({ kind }) => RANKED.has(kind))
    .flatMap(({ id, category, madeAt, body }) => {
      const told = candidates
        .filter(({ subject }) => subject.category === category)
        .map(({ log }) => new Set(log.filter(({ at }) => isBy(at, madeAt)).map(({ type }) => type)))
        .filter((types) => types.size > 0 && !types.has('withdraw'));
      const logged = [told.length, told.filter((types) => types.has('apply')).length];
      const { registered, applied } = (JSON.parse(body) as RankingBody).input.counted;
      return logged[0] === registered && logged[1] === applied
        ? []
        : [`${id}: ${registered} and ${applied} were counted, ${logged.join(' and ')} logged`];
    });
  return {
    zh: '排名时登记、申报的个数与日志一致',
    en: 'whom a ranking counted as registered and as applied, the logs say too',
    counted: `${rankings.length} 份排名 · rankings`,
    faults,
  };
}

const isBy = (at: string, madeAt: string): boolean =>
  Temporal.Instant.compare(Temporal.Instant.from(at), Temporal.Instant.from(madeAt)) <= 0;

const ROUND = { down: Math.floor, up: Math.ceil, 'half-up': Math.round };

/** The places by the last selection; the share is reckoned anew, not taken from the machine. */
function placesOf(
  { code, quota }: Plan['categories'][number],
  rankings: readonly RankingRow[],
): number {
  if (quota === null) return Number.POSITIVE_INFINITY;
  if (typeof quota === 'number') return quota;
  const [last] = rankings.filter(({ kind, category }) => kind === 'selection' && category === code);
  const counted = last && (JSON.parse(last.body) as RankingBody).input.counted;
  return ROUND[quota.rounding]((quota.share * (counted?.[quota.of] ?? 0)) / 100);
}

/** (7) No more titles than the quotas allow. */
export function quotasHold(
  ledgers: Ledgers,
  rankings: readonly RankingRow[],
  { categories }: Plan,
): Invariant {
  const conferred = conferredIn(ledgers);
  const counts = categories.map((category) => ({
    name: category.name,
    places: placesOf(category, rankings),
    count: conferred.filter(({ subject }) => subject.category === category.code).length,
  }));
  return {
    zh: '各类别被确定的数目不超过名额',
    en: 'conferred within the quota of each category',
    counted: counts.map(({ name, count, places }) => `${name} ${count}/${places}`).join('，'),
    faults: counts
      .filter(({ count, places }) => count > places)
      .map(({ name, count }) => `${name}: ${count}`),
  };
}

const conferredIn = ({ histories }: Ledgers) =>
  histories.filter(({ subject }) => subject.stage === 'conferred');

/** Whoever was conferred by a procedure that selects on merit stands as selected in some ranking. */
export function conferredWereRanked(
  ledgers: Ledgers,
  rankings: readonly RankingRow[],
  plan: Plan,
): Invariant {
  const ranked = new Set(
    rankings
      .filter(({ kind }) => kind !== 'ranking')
      .flatMap(({ body }) => (JSON.parse(body) as RankingBody).result.placed)
      .filter(({ outcome }) => outcome === 'selected')
      .map(({ candidateId }) => candidateId),
  );
  const selecting = new Set(
    plan.categories
      .filter(({ procedure }) => stepsOfKind(procedureNamed(plan, procedure), 'select').length > 0)
      .map(({ code }) => code),
  );
  const conferred = conferredIn(ledgers).filter(({ subject }) =>
    selecting.has(String(subject.category)),
  );
  return {
    zh: '程序中有择优的，被确定的都在名额内择优入选',
    en: 'whoever was conferred where the plan selects was selected within a ranking',
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
