// 双随机抽签 (R58): published, committed, sealed, revealed, checked by a script of its own. A tampered copy is
// found out, and an inspector who must stand back is replaced by the next in the drawn order.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { systemEntropy } from '../../src/entropy.ts';
import type { Actor } from '../kit/client.ts';
import { expectRefusal, moveTo, type Play, today } from '../kit/play.ts';

export type Drawn = { drawId: string; units: { unitId: string; inspectors: string[] }[] };

type Published = {
  snapshot: { inspectors: { id: string; name: string }[] };
  state: string;
  units: { unitId: string; inspectors: string[]; recused: { inspectorId: string }[] }[] | null;
  serviceSeed: string | null;
  resultHash: string | null;
  predecessors: { round: number; cancelledBy: object[] }[];
};

const SCRIPT = join(import.meta.dirname, '../../scripts/verify-draw.ts');

/** The differences found by the script that shares no code with the service; null when every step holds. */
export async function differencesIn(draw: unknown): Promise<string | null> {
  const child = spawn(process.execPath, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(JSON.stringify(draw));
  return (await ended) === 0 ? null : said;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const villagesOf = ({ cast, campaignId }: Play, round: number) => ({
  campaignId,
  round,
  population: 'candidates',
  kinds: ['DEMONSTRATION_VILLAGE'],
  stratifyBy: 'township',
  perStratum: 1,
  inspectorIds: [...cast.officers, ...cast.assessors].map((actor) => actor.id),
  parties: ['county-office', 'auditor'],
  revealAt: '2017-10-12T08:30:00+08:00',
});

/** Round 1 is published without the parties and taken back: one officer asks, another confirms. */
async function takeBack(play: Play): Promise<void> {
  const { cast, client, timeline } = play;
  const [officer, colleague] = cast.officers;
  const { id } = await client.post<{ id: string }>(officer, '/v1/draws', {
    ...villagesOf(play, 1),
    parties: [],
  });
  const events = `/v1/draws/${id}/events`;
  await client.post(officer, events, { type: 'publish' });
  await client.post(officer, events, { type: 'cancel', reason: '漏了共同产生种子的各方' });
  const confirmation = { type: 'confirm-cancellation' };
  await expectRefusal(play, officer, events, confirmation, { status: 422, clause: 'R58' }, [
    '一人撤销已经公布的抽签',
    'a published draw is taken back by one person',
  ]);
  await client.post(colleague, events, confirmation);
  timeline.say(
    '第1轮抽签公布后经两人撤销',
    'the first round is taken back by two after its publication',
  );
  await expectRefusal(
    play,
    officer,
    '/v1/draws',
    villagesOf(play, 2),
    { status: 422, clause: 'R58' },
    ['重抽而不写明接续的轮次和理由', 'drawn again without a word of what is repeated'],
  );
}

/** Draws round 2, 10 to 12 October: one village of each township, two of five inspectors to each. */
export async function drawVillages(play: Play): Promise<Drawn> {
  const { cast, client, campaignId, timeline } = play;
  const [officer] = cast.officers;
  await takeBack(play);
  const { id } = await client.post<{ id: string }>(officer, '/v1/draws', {
    ...villagesOf(play, 2),
    repeats: [1],
    repeatReason: '补上共同产生种子的各方',
  });
  await contribute(play, id);
  const published = await client.get<Published>(cast.auditor, `/v1/draws/${id}`);
  if (published.units !== null || published.serviceSeed !== null) throw new Error('not sealed');
  const [before] = published.predecessors;
  if (before?.round !== 1 || before.cancelledBy.length !== 2) throw new Error('repeated unseen');
  timeline.say(
    '第2轮双随机抽签公布：范围、规则和种子承诺在前，揭晓在后',
    'a draw is published: population, rule and commitments before, the outcome after',
  );
  await expectRefusal(
    play,
    officer,
    '/v1/draws',
    {
      campaignId,
      round: 1,
      population: 'sites',
      perStratum: 1,
      inspectorIds: cast.officers.map((actor) => actor.id),
      revealAt: '2017-10-13T08:30:00+08:00',
    },
    { status: 422, clause: 'R58' },
    ['同一轮再抽一次', 'the same round drawn again'],
  );
  await moveTo(play, '2017-10-12', '08:30');
  const units = await recuseOne(play, id);
  await checkOpenly(play, id);
  return { drawId: id, units };
}

/** The county office and the auditor commit, the draw is published, and both reveal their commitments. */
export async function contribute(play: Play, id: string): Promise<void> {
  const { cast, client } = play;
  const [officer] = cast.officers;
  const events = `/v1/draws/${id}/events`;
  const secrets: [Actor, string, string][] = [
    [officer, 'county-office', systemEntropy.bytes(32).toString('hex')],
    [cast.auditor, 'auditor', systemEntropy.bytes(32).toString('hex')],
  ];
  await expectRefusal(play, officer, events, { type: 'publish' }, { status: 422, clause: 'R58' }, [
    '各方尚未承诺种子即公布',
    'published before anybody has committed',
  ]);
  for (const [actor, party, secret] of secrets) {
    const commitment = sha256(secret);
    await client.post(actor, events, { type: 'commit-contribution', party, commitment });
  }
  await client.post(officer, events, { type: 'publish' });
  for (const [actor, party, value] of secrets) {
    await client.post(actor, events, { type: 'reveal-contribution', party, value });
  }
}

/** One inspector is related to somebody of a drawn village. Answers the units with names of inspectors. */
async function recuseOne({ client, cast, timeline }: Play, id: string): Promise<Drawn['units']> {
  const [officer] = cast.officers;
  const before = await client.get<Published>(officer, `/v1/draws/${id}`);
  const [unit] = before.units ?? [];
  const [inspectorId] = unit?.inspectors ?? [];
  if (unit === undefined || inspectorId === undefined) throw new Error('nothing was drawn');
  const recusal = { inspectorId, unitId: unit.unitId, reason: '与该村支部书记系近亲属' };
  await client.post(officer, `/v1/draws/${id}/events`, { type: 'declare-recusal', ...recusal });
  const { units, snapshot } = await client.get<Published>(officer, `/v1/draws/${id}`);
  const now = units?.find(({ unitId }) => unitId === unit.unitId);
  if (now === undefined || now.inspectors.includes(inspectorId) || now.inspectors.length !== 2) {
    throw new Error('a recused inspector was not replaced');
  }
  const nameOf = new Map(snapshot.inspectors.map((one) => [one.id, one.name]));
  timeline.say(
    `抽签揭晓：8 个乡镇各 1 村、每村 2 人；${nameOf.get(inspectorId)}回避，由抽签顺序的下一人替补`,
    'revealed: one village of each township; a recusal brings in the next in the drawn order',
  );
  return (units ?? []).map(({ unitId, inspectors }) => ({
    unitId,
    inspectors: inspectors.map((one) => nameOf.get(one) ?? one),
  }));
}

/**
 * The service and the script verify the draw; the script finds out a copy in which one unit was exchanged.
 */
async function checkOpenly({ client, cast, timeline }: Play, id: string): Promise<void> {
  const { verified } = await client.get<{ verified: boolean }>(
    cast.auditor,
    `/v1/draws/${id}/verify`,
  );
  const draw = await client.get<Published>(cast.auditor, `/v1/draws/${id}`);
  const found = await differencesIn(draw);
  if (!verified || found !== null) throw new Error(`the draw does not verify: ${found}`);
  const [first, ...rest] = draw.units ?? [];
  const tampered = { ...draw, units: [{ ...first, unitId: rest[0]?.unitId }, ...rest] };
  if ((await differencesIn(tampered)) === null) throw new Error('a tampered copy was not found');
  timeline.say(
    '系统与独立脚本核验一致；换掉一个单位的副本被查出',
    'verified by the service and by the script; a tampered copy is found out',
  );
}

/**
 * Counts today's orders by colour: behind (yellow), due soon (blue), overdue (red). Throws when others are
 * expected.
 */
export async function sayColours(
  play: Play,
  expected: { yellow: number; blue: number; red: number },
): Promise<void> {
  const { client, cast, campaignId, timeline } = play;
  const [officer] = cast.officers;
  const counts = { yellow: 0, blue: 0, red: 0 };
  for (const colour of ['yellow', 'blue', 'red'] as const) {
    const path = `/v1/rectifications?campaignId=${campaignId}&colour=${colour}`;
    counts[colour] = (await client.list(officer, path)).length;
  }
  if (JSON.stringify(counts) !== JSON.stringify(expected)) {
    throw new Error(`the ledger of ${today(play)} has ${JSON.stringify(counts)}`);
  }
  timeline.say(
    `整改台账：滞后（黄）${counts.yellow} 份，临期（蓝）${counts.blue} 份，逾期（红）${counts.red} 份`,
    'the ledger of orders by colour',
  );
}
