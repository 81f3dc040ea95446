// County and township look for themselves (R58, R72); one of four triggers opens an order (R59).

import { actorOf } from './actors.ts';
import type { Actor, Told } from './client.ts';
import { forEach } from './client.ts';
import { PARTS, townshipOf, villageOf } from './county.ts';
import { type Candidate, candidateOfVillage, moveTo, type Play, today } from './play.ts';

type Kind = 'FIELD_VISIT' | 'RANDOM' | 'SCHEDULED' | 'UNSCHEDULED';
type Look = { kind: Kind; triggers?: string[]; findings?: string[]; rectificationDays?: number };

/** The order each part of the story got, by its id. */
export type Orders = { [Part in OrderedPart]: string };
type OrderedPart =
  | 'closedInTime'
  | 'secondRound'
  | 'extended'
  | 'escalated'
  | 'overdue'
  | 'stillOpen';

const inspect = (play: Play, actor: Actor, candidate: Candidate, look: Look): Promise<Told> =>
  play.client.post(actor, '/v1/inspections', {
    candidateId: candidate.id,
    occurredOn: today(play),
    inspectors: [actor.name],
    triggers: [],
    findings: [],
    ...look,
  });

async function order(play: Play, actor: Actor, part: OrderedPart, look: Look): Promise<string> {
  const candidate = candidateOfVillage(play, villageOf(play.county, PARTS[part]));
  const { opened } = await inspect(play, actor, candidate, look);
  const found = opened.find(({ kind }) => kind === 'rectification');
  if (found === undefined) throw new Error(`no order was opened to ${candidate.name}`);
  return found.id;
}

const REPEATED = ['档案集中补写', '签到册笔迹雷同'];

/** Field visits, random and scheduled inspections; six orders, the first five on 12 October. */
export async function inspectSites(play: Play): Promise<Omit<Orders, 'stillOpen'>> {
  const { cast, timeline } = play;
  const [visitor, drawer] = cast.officers;
  await moveTo(play, '2017-10-12');
  const orders = {
    closedInTime: await order(play, visitor, 'closedInTime', {
      kind: 'FIELD_VISIT',
      triggers: ['FORMALISM'],
      findings: REPEATED,
    }),
    secondRound: await order(play, visitor, 'secondRound', {
      kind: 'FIELD_VISIT',
      triggers: ['NOT_ACTIVE'],
      findings: ['三季度未开展集中学习'],
    }),
    extended: await order(play, drawer, 'extended', {
      kind: 'RANDOM',
      triggers: ['LITTLE_EFFECT'],
      findings: ['学用成果无记录'],
    }),
    escalated: await order(play, drawer, 'escalated', {
      kind: 'RANDOM',
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
    '实地察看、随机抽查发现图形式等问题，开出 5 份通报和限期整改通知（期限 10 月 27 日）',
    'visits and spot checks find formalism: five circulars and orders',
  );
  await lookAround(play);
  return orders;
}

/** What finds nothing is recorded just the same; the draw can be repeated: every 17th village. */
async function lookAround(play: Play): Promise<void> {
  const { county, cast, timeline } = play;
  const [, drawer] = cast.officers;
  const drawn = county.villages.filter((_, index) => index % 17 === 5);
  await forEach(drawn, (village) =>
    inspect(play, drawer, candidateOfVillage(play, village), { kind: 'RANDOM' }),
  );
  await forEach(county.townships, async (township) => {
    const office = actorOf(cast.offices, township.id);
    const [first, second] = township.villages.map((village) => candidateOfVillage(play, village));
    await inspect(play, office, first as Candidate, { kind: 'SCHEDULED' });
    const findings = ['桌椅摆放不整齐'];
    await inspect(play, office, second as Candidate, { kind: 'UNSCHEDULED', findings });
  });
  timeline.say(
    `随机抽查 ${drawn.length} 个村未发现问题；8 个乡镇定期、不定期督查各一次（R72）`,
    'random draws and the townships’ own inspections',
  );
}

/** Late in October a good village is caught out, with thirty days to put it right. */
export async function inspectLate(play: Play): Promise<string> {
  const { cast, timeline } = play;
  await moveTo(play, '2017-10-25');
  const id = await order(play, cast.officers[1], 'stillOpen', {
    kind: 'RANDOM',
    triggers: ['PROBLEMS_NOT_SOLVED'],
    findings: ['饮水工程诉求未答复'],
    rectificationDays: 30,
  });
  timeline.say('再抽查一村，责令 30 日内整改', 'one more order, of thirty days');
  return id;
}

/** Sites that are no candidates any more still count for the county (R12): their township looks. */
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
