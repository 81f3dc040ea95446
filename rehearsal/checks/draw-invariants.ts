// The invariants of every draw and of every random inspection (R58), and of supervision (R72).

import { differencesIn } from '../acts/draws.ts';
import type { Ledgers } from '../kit/ledgers.ts';
import type { Play } from '../kit/play.ts';
import type { Invariant } from './invariants.ts';

type Inspection = {
  id: string;
  kind: string;
  candidateId: string | null;
  body: { drawId: string | null; unitId: string | null; inspectors: string[] };
};
type Draw = {
  id: string;
  snapshot: { inspectors: { id: string; name: string }[] };
  units: { unitId: string; inspectors: string[] }[] | null;
};

/** Every draw verifies with the script that shares no code with the service. */
export async function drawsVerify(play: Play, { histories }: Ledgers): Promise<Invariant> {
  const draws = histories.filter(({ subject }) => subject.machine === 'draw');
  const faults: string[] = [];
  for (const { subject } of draws) {
    const found = await differencesIn(subject);
    if (found !== null) faults.push(`${subject.id}: ${found}`);
  }
  return {
    zh: '每次抽签均经独立脚本核验一致',
    en: 'every draw verifies with a script that shares no code with the service',
    counted: `${draws.length} 次抽签 · draws, ${play.plan.id}`,
    faults,
  };
}

/** Where the plan asks for draws, a random inspection inspects a drawn unit, by its drawn inspectors. */
export async function randomMeansDrawn(
  { client, cast, campaignId, plan }: Play,
  { histories }: Ledgers,
): Promise<Invariant> {
  const path = `/v1/inspections?campaignId=${campaignId}&kind=RANDOM`;
  const inspections = await client.list<Inspection>(cast.auditor, path);
  const draws = new Map(
    histories.flatMap(({ subject }) =>
      subject.machine === 'draw' ? [[subject.id, subject as unknown as Draw] as const] : [],
    ),
  );
  const isAsked = plan.policies.randomInspectionByDraw.value;
  const isOwed = plan.phases.some(({ leave }) => leave?.includes('random-inspections-made'));
  const faults = inspections.flatMap(({ id, candidateId, body }) => {
    const draw = draws.get(body.drawId ?? '');
    const unit = draw?.units?.find(({ unitId }) => unitId === candidateId);
    const nameOf = new Map(draw?.snapshot.inspectors.map((one) => [one.id, one.name]));
    const drawn = unit?.inspectors.map((one) => nameOf.get(one) ?? one).sort();
    const isDrawn = JSON.stringify(drawn) === JSON.stringify([...body.inspectors].sort());
    return isDrawn || !isAsked ? [] : [`${id}: ${JSON.stringify(body)}`];
  });
  return {
    zh: '每次随机抽查的单位和检查人都是抽签抽中的',
    en: 'every random inspection follows from a draw: the unit and its inspectors',
    counted: `${inspections.length} 次随机抽查 · random inspections`,
    faults: isAsked && isOwed && inspections.length === 0 ? ['there was none'] : faults,
  };
}
