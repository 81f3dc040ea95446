// The question whether missing sheets can still change the result (R61), asked while they are owed and when
// they are in. Every answer given as certain is held against the selection.

import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import type { Actor } from '../kit/client.ts';
import { Unexpected } from '../kit/client.ts';
import type { Play } from '../kit/play.ts';

type Item = { candidateId: string; name: string; outcome: string; because: string };
type Bounds = { mayChange: boolean; missing: { sheets: number }; items: Item[] };
type Ranking = { placed: { candidateId: string; outcome: string; because: string }[] };

const saidIn = new WeakMap<object, { category: string; item: Item }[]>();

/** Asks for every category with candidates; an assessor who owes a sheet is refused meanwhile. */
export async function askOutcomes(play: Play, owing: Actor): Promise<void> {
  const { client, cast, campaignId, plan, timeline } = play;
  const said = saidIn.get(play) ?? [];
  saidIn.set(play, said);
  const counts = { within: 0, 'not-within': 0, open: 0 };
  let sheets = 0;
  for (const { code } of plan.categories) {
    const path = `/v1/campaigns/${campaignId}/outcome-bounds?category=${code}`;
    const bounds = await client.get<Bounds>(cast.officers[0], path);
    sheets += bounds.missing.sheets;
    for (const item of bounds.items) {
      said.push({ category: code, item });
      counts[item.outcome as keyof typeof counts] += 1;
    }
    const { status } = await client.ask(owing, 'GET', path);
    if (status !== 403 && status !== 404) {
      throw new Error(`${owing.name} who assesses is told of outcomes: ${status}`);
    }
  }
  timeline.say(
    `尚缺考评表 ${sheets} 份：必在名额内 ${counts.within} 个、必不在 ${counts['not-within']} 个、未定 ${counts.open} 个`,
    'whether what is missing can still change the result; assessors are not told',
  );
}

/** The selection contradicts nothing that was said for certain before; where no sheet is given out nothing is. */
export async function holdOutcomes(play: Play, category: string): Promise<void> {
  const { client, cast, campaignId } = play;
  const path = `/v1/campaigns/${campaignId}`;
  const bounds = await client.get<Bounds & { rankingId: string | null }>(
    cast.officers[0],
    `${path}/outcome-bounds?category=${category}`,
  );
  if (bounds.rankingId === null || bounds.mayChange) throw new Error(`${category} is selected`);
  const { placed } = await client.get<Ranking>(
    cast.officers[0],
    `/v1/rankings/${bounds.rankingId}`,
  );
  const places = new Map(placed.map((one) => [one.candidateId, one]));
  const streams = Object.values(procedureOf(play.plan, category).streams);
  const said = saidIn.get(play) ?? [];
  if (said.length === 0 && streams.some(({ kind }) => kind === 'sheets')) {
    throw new Error('nobody asked what could still change');
  }
  for (const { category: of, item } of said) {
    const place = places.get(item.candidateId);
    if (of !== category || place === undefined) continue;
    const isSelected = place.outcome === 'selected';
    // The scores are foreseen; the acceptance, and the failure of a candidate in it, are not.
    const broken =
      item.outcome === 'within'
        ? !isSelected && place.because !== 'not-accepted'
        : item.outcome === 'not-within' && item.because === 'pass-mark' && isSelected;
    if (broken)
      throw new Unexpected(`${item.name} was said to be ${item.outcome}: ${place.outcome}`);
  }
}
