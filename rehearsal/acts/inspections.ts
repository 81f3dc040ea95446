// County and township inspect on their own account (R58, R72); one of four triggers opens an order (R59).

import { actorOf } from '../kit/actors.ts';
import type { Actor, Told } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { PARTS, townshipOf, villageOf } from '../kit/county.ts';
import {
  type Candidate,
  candidateOfTownship,
  candidateOfVillage,
  expectRefusal,
  moveTo,
  type Play,
  recordEvidence,
  today,
} from '../kit/play.ts';
import { signWaiting } from '../kit/signing.ts';
import { type Drawn, drawVillages } from './draws.ts';

type Kind = 'FIELD_VISIT' | 'RANDOM' | 'SCHEDULED' | 'UNSCHEDULED';
type Look = {
  kind: Kind;
  triggers?: string[];
  findings?: string[];
  rectificationDays?: number;
  responsiblePerson?: string;
  openFacts?: string[];
  inspectors?: string[];
  drawId?: string;
};

/** The id of the order of each part of the story. */
export type Orders = { [Part in OrderedPart]: string };
type OrderedPart =
  | 'closedInTime'
  | 'secondRound'
  | 'extended'
  | 'escalated'
  | 'overdue'
  | 'stillOpen';

const inspect = async (
  play: Play,
  actor: Actor,
  candidate: Candidate,
  look: Look,
): Promise<Told> => {
  const told = await play.client.post(actor, '/v1/inspections', {
    candidateId: candidate.id,
    occurredOn: today(play),
    inspectors: [actor.name],
    triggers: [],
    findings: [],
    ...look,
  });
  if (told.opened.some(({ kind }) => kind === 'rectification')) await signWaiting(play);
  return told;
};

async function order(play: Play, actor: Actor, part: OrderedPart, look: Look): Promise<string> {
  const candidate = candidateOfVillage(play, villageOf(play.county, PARTS[part]));
  const { opened } = await inspect(play, actor, candidate, look);
  const found = opened.find(({ kind }) => kind === 'rectification');
  if (found === undefined) throw new Error(`no order was opened to ${candidate.name}`);
  return found.id;
}

const REPEATED = ['档案集中补写', '签到册笔迹雷同'];

/**
 * Holds field visits, drawn and scheduled inspections; they open six orders, the first five on 12 October.
 */
export async function inspectSites(play: Play): Promise<Omit<Orders, 'stillOpen'>> {
  const { cast, timeline } = play;
  const [visitor, drawer] = cast.officers;
  await planSupervision(play);
  const drawn = await drawVillages(play);
  await moveTo(play, '2017-10-12');
  const orders = {
    closedInTime: await order(play, visitor, 'closedInTime', {
      kind: 'FIELD_VISIT',
      triggers: ['FORMALISM'],
      findings: REPEATED,
      responsiblePerson: '村党支部书记',
      openFacts: ['seats'],
    }),
    secondRound: await order(play, visitor, 'secondRound', {
      kind: 'FIELD_VISIT',
      triggers: ['NOT_ACTIVE'],
      findings: ['三季度未开展集中学习'],
    }),
    extended: await order(play, drawer, 'extended', {
      kind: 'FIELD_VISIT',
      triggers: ['LITTLE_EFFECT'],
      findings: ['学用成果无记录'],
    }),
    escalated: await order(play, drawer, 'escalated', {
      kind: 'FIELD_VISIT',
      triggers: ['PROBLEMS_NOT_SOLVED'],
      findings: ['群众反映的信号故障两月未处理'],
    }),
    overdue: await order(play, visitor, 'overdue', {
      kind: 'FIELD_VISIT',
      triggers: ['FORMALISM', 'LITTLE_EFFECT'],
      findings: ['讨论本照抄文件'],
    }),
  };
  timeline.say(
    '实地察看发现图形式等问题，开出 5 份通报和限期整改通知（期限 10 月 27 日）',
    'field visits find formalism: five circulars and orders',
  );
  await lookAround(play, drawn);
  return orders;
}

/** 定期督查 (R72): each township office plans a visit; it stands in its worklist until it is made. */
async function planSupervision(play: Play): Promise<void> {
  const { county, cast, timeline } = play;
  await forEach(county.townships, async (township) => {
    const [first] = township.villages;
    if (first === undefined) return;
    const visits = [{ siteId: first.siteId, dueOn: '2017-10-13' }];
    await recordEvidence(
      play,
      candidateOfTownship(play, township.name),
      { kind: 'supervision-plan', summary: '十月份督查计划', detail: { visits } },
      actorOf(cast.offices, township.id),
    );
  });
  await expectPlanned(play, 1);
  timeline.say(
    '各乡镇制定督查计划，列入待检查任务（R72）',
    'each township plans its supervision; the visits stand in its worklist',
  );
}

async function expectPlanned({ county, cast, client }: Play, count: number): Promise<void> {
  await forEach(county.townships, async (township) => {
    const office = actorOf(cast.offices, township.id);
    const work = await client.list<{ kind: string }>(office, '/v1/inspections/worklist');
    if (work.filter(({ kind }) => kind === 'SCHEDULED').length !== count) {
      throw new Error(`${township.name} has not ${count} planned visits`);
    }
  });
}

/** Drawn units are inspected by their drawn inspectors; the townships supervise, all kinds but one. */
async function lookAround(play: Play, { drawId, units }: Drawn): Promise<void> {
  const { county, cast, timeline, client } = play;
  const [visitor, drawer] = cast.officers;
  const [first] = units;
  if (first === undefined) throw new Error('nothing was drawn');
  const look = { occurredOn: today(play), kind: 'RANDOM', triggers: [], findings: [] };
  await expectRefusal(
    play,
    drawer,
    '/v1/inspections',
    { ...look, candidateId: first.unitId, drawId, inspectors: [drawer.name] },
    { status: 422, clause: 'R58' },
    ['随机抽查改由一人前往', 'a drawn unit inspected by others than were drawn'],
  );
  await expectRefusal(
    play,
    visitor,
    '/v1/inspections',
    { ...look, candidateId: first.unitId, inspectors: first.inspectors },
    { status: 422, clause: 'R58' },
    ['不依抽签而称随机抽查', 'a random inspection that follows from no draw'],
  );
  await forEach(units, ({ unitId, inspectors }) =>
    client.post(drawer, '/v1/inspections', { ...look, candidateId: unitId, drawId, inspectors }),
  );
  await client.post(drawer, `/v1/draws/${drawId}/events`, { type: 'complete' });
  const late = townshipOf(county, PARTS.supervisesLate);
  await forEach(county.townships, async (township) => {
    const office = actorOf(cast.offices, township.id);
    const [one, other] = township.villages.map((village) => candidateOfVillage(play, village));
    await inspect(play, office, one as Candidate, { kind: 'SCHEDULED' });
    if (township !== late) await superviseUnannounced(play, office, other as Candidate);
  });
  await expectPlanned(play, 0);
  timeline.say(
    `抽中的 ${units.length} 个村全部抽查完毕；8 个乡镇定期督查，${late.name}尚无不定期督查（R72）`,
    'what was drawn is inspected; one township has not supervised unannounced',
  );
}

const superviseUnannounced = (play: Play, office: Actor, candidate: Candidate) =>
  inspect(play, office, candidate, { kind: 'UNSCHEDULED', findings: ['桌椅摆放不整齐'] });

/** The township that the refusal named makes up for it. */
export async function superviseLate(play: Play): Promise<void> {
  const township = townshipOf(play.county, PARTS.supervisesLate);
  const office = actorOf(play.cast.offices, township.id);
  const [, village] = township.villages.map((one) => candidateOfVillage(play, one));
  await superviseUnannounced(play, office, village as Candidate);
  play.timeline.say(`${township.name}补做不定期督查`, 'it makes up for it');
}

/** An inspection late in October finds a good village at fault, which has thirty days to put it right. */
export async function inspectLate(play: Play): Promise<string> {
  const { cast, timeline } = play;
  await moveTo(play, '2017-10-25');
  const id = await order(play, cast.officers[1], 'stillOpen', {
    kind: 'FIELD_VISIT',
    triggers: ['PROBLEMS_NOT_SOLVED'],
    findings: ['饮水工程诉求未答复'],
    rectificationDays: 30,
  });
  timeline.say('再察看一村，责令 30 日内整改', 'one more order, of thirty days');
  return id;
}

/**
 * Sites that are no candidates any more still count for the county (R12), so their township inspects them.
 */
export async function inspectRemainingSites(play: Play): Promise<void> {
  const { cast, county, client, campaignId, timeline } = play;
  for (const part of [PARTS.withdraws, PARTS.declaresLateRefused]) {
    const village = villageOf(county, part);
    const township = townshipOf(county, village.township.name);
    await client.post(actorOf(cast.offices, township.id), '/v1/inspections', {
      campaignId,
      siteId: village.siteId,
      kind: 'SCHEDULED',
      occurredOn: today(play),
      inspectors: [`${township.name}站点督查组`],
      conforms: true,
    });
  }
  timeline.say(
    '乡镇对未创建、已撤回的两个站点督查，均达到示范标准',
    'townships inspect the two sites that are no candidates: they conform',
  );
}
