// 限期整改: closed in time, a second round, an extension, overdue, escalated, and one still open.

import { actorOf } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { bodyOf, PARTS, villageOf } from '../kit/county.ts';
import { uploadPhoto } from '../kit/photos.ts';
import { candidateOfVillage, expectRefusal, moveTo, type Play, tellOrder } from '../kit/play.ts';
import { sayColours } from './draws.ts';
import type { Orders } from './inspections.ts';

type Part = keyof Orders;

const villageActor = ({ cast, county }: Play, part: Part): Actor =>
  actorOf(cast.villages, villageOf(county, PARTS[part]).id);

async function accept(play: Play, orders: Partial<Orders>, part: Part): Promise<void> {
  const actor = villageActor(play, part);
  const id = orders[part] ?? '';
  await tellOrder(play, actor, id, { type: 'acknowledge' });
  await tellOrder(play, actor, id, {
    type: 'start',
    measures: '召开支部会议，逐条制定整改措施',
    responsiblePerson: '村党支部书记',
  });
}

/** A report needs a photo that exists, so each village uploads its own. */
async function submit(play: Play, orders: Partial<Orders>, part: Part): Promise<void> {
  const actor = villageActor(play, part);
  const candidate = candidateOfVillage(play, villageOf(play.county, PARTS[part]));
  const photo = await uploadPhoto(play, candidate, actor);
  await tellOrder(play, actor, orders[part] ?? '', {
    type: 'submit',
    report: '问题已逐条整改，附照片',
    evidence: [photo],
  });
}

const close = (
  play: Play,
  officer: Actor,
  orders: Partial<Orders>,
  part: Part,
  found: { conforms?: boolean } = {},
) =>
  tellOrder(play, officer, orders[part] ?? '', {
    type: 'close',
    remark: '复查合格，予以销号',
    ...found,
  });

/** 13 to 25 October: one closed, one sent into a second round, one given more time. */
export async function rectifyInTime(play: Play, orders: Omit<Orders, 'stillOpen'>): Promise<void> {
  const { cast, timeline } = play;
  const [visitor, drawer] = cast.officers;
  await moveTo(play, '2017-10-13');
  await signOrders(play);
  for (const part of ['closedInTime', 'secondRound', 'extended', 'escalated', 'overdue'] as const) {
    await accept(play, orders, part);
  }
  timeline.say('5 个村签收整改通知，制定措施、明确责任人', 'orders are acknowledged and begun');
  await correctOpenField(play, orders);
  await moveTo(play, '2017-10-18');
  await expectRefusal(
    play,
    villageActor(play, 'secondRound'),
    `/v1/rectifications/${orders.secondRound}/events`,
    { type: 'submit', report: '已整改', evidence: [] },
    { status: 422, clause: 'R59' },
    ['整改报告不附佐证', 'a report without evidence'],
  );
  await expectRefusal(
    play,
    villageActor(play, 'secondRound'),
    `/v1/rectifications/${orders.secondRound}/events`,
    { type: 'submit', report: '已整改', evidence: ['整改后照片'] },
    { status: 422, clause: 'R59' },
    ['佐证只写名称而未上传', 'evidence that nobody has uploaded'],
  );
  await submit(play, orders, 'closedInTime');
  await submit(play, orders, 'secondRound');
  await expectRefusal(
    play,
    visitor,
    `/v1/rectifications/${orders.closedInTime}/events`,
    { type: 'close', remark: '复查合格' },
    { status: 422, clause: 'R59' },
    ['原检查人自己复查销号', 'the inspector would re-inspect'],
  );
  await close(play, drawer, orders, 'closedInTime');
  timeline.say(`${PARTS.closedInTime}由另一检查人复查合格，按期销号`, 'closed in time by another');
  await tellOrder(play, drawer, orders.secondRound, {
    type: 'reopen',
    reason: '集中学习仍流于签到，责令继续整改',
  });
  timeline.say(`${PARTS.secondRound}复查不合格，重新限期整改（第二轮）`, 'a second round');
}

/** The facts that the order names may be corrected while it is open, and no others. */
async function correctOpenField(play: Play, { closedInTime }: Pick<Orders, 'closedInTime'>) {
  const actor = villageActor(play, 'closedInTime');
  const correct = { type: 'correct-site-fact', field: 'seats', value: 60 };
  await expectRefusal(
    play,
    actor,
    `/v1/rectifications/${closedInTime}/events`,
    { ...correct, field: 'partyMembers', value: 1 },
    { status: 422, clause: 'R59' },
    ['借整改改动通知未列明的站点情况', 'a fact that the order does not name'],
  );
  await tellOrder(play, actor, closedInTime, correct);
  play.timeline.say(
    `${PARTS.closedInTime}在整改中更正通知列明的座位数，记入台账`,
    'the field that the order names is corrected and logged',
  );
}

/** 25 October: an extension with a reason; a limit never moves backwards. */
export async function extendOrder(play: Play, { extended }: Pick<Orders, 'extended'>) {
  const { cast, timeline } = play;
  const [visitor] = cast.officers;
  const reason = '设备采购需走政府采购程序';
  await expectRefusal(
    play,
    visitor,
    `/v1/rectifications/${extended}/events`,
    { type: 'extend', until: '2017-10-26', reason },
    { status: 422, clause: 'R59' },
    ['把期限“延”到原期限之前', 'an extension that would shorten'],
  );
  await tellOrder(play, visitor, extended, { type: 'extend', until: '2017-11-10', reason });
  timeline.say(`${PARTS.extended}准予延期至 11 月 10 日：${reason}`, 'extended, with a reason');
}

/** 27 to 31 October: the second round closes, one is overdue and closes before it is escalated. */
export async function rectifyLate(play: Play, orders: Orders): Promise<void> {
  const { cast, timeline } = play;
  const [, drawer] = cast.officers;
  await accept(play, orders, 'stillOpen');
  await moveTo(play, '2017-10-27');
  await sayColours(play, { yellow: 1, blue: 2, red: 0 });
  await submit(play, orders, 'secondRound');
  await close(play, drawer, orders, 'secondRound', { conforms: true });
  timeline.say(
    `${PARTS.secondRound}第二轮整改合格，复查认定站点达到示范标准，销号`,
    'the second round is closed: the re-inspection finds that the site conforms',
  );
  await moveTo(play, '2017-10-30');
  const path = '/v1/timers/fire-due';
  const { fired } = await play.client.post<{ fired: number }>(cast.scheduler, path, {});
  timeline.say(
    `外部调度再触发一次：${fired} 项（不会重复）`,
    'an external scheduler fires nothing twice',
  );
  timeline.say(
    `${PARTS.escalated}、${PARTS.overdue}逾期未整改，已自动通知村、乡镇和县远程办`,
    'two orders are overdue; everybody concerned has been told',
  );
  await sayColours(play, { yellow: 0, blue: 0, red: 2 });
  await submit(play, orders, 'overdue');
  await close(play, drawer, orders, 'overdue');
  timeline.say(`${PARTS.overdue}逾期 3 日后整改销号`, 'closed late');
}

/** 6 and 7 November: one was escalated on the 4th; both are closed now. */
export async function rectifyEscalated(play: Play, orders: Orders): Promise<void> {
  const { cast, timeline } = play;
  const [visitor] = cast.officers;
  timeline.say(
    `${PARTS.escalated}逾期满 5 个工作日，已通报并报告县委组织部`,
    'five working days overdue: escalated to the department',
  );
  for (const part of ['escalated', 'extended'] as const) {
    await submit(play, orders, part);
    await close(play, visitor, orders, part);
  }
  timeline.say('该村整改销号；延期的一村也已销号', 'that one and the extended one are closed');
}

/** 22 November: the last finding, which blocked the submission, is put right. */
export async function rectifyLast(play: Play, orders: Orders): Promise<void> {
  await submit(play, orders, 'stillOpen');
  await close(play, play.cast.officers[0], orders, 'stillOpen');
  play.timeline.say(`${PARTS.stillOpen}整改销号，至此无未结整改`, 'the last order is closed');
}

type Notice = { id: string; receiptRequired: boolean; receivedAt: string | null };

/** Villages and their townships sign for circulars and orders; one village never does. */
async function signOrders(play: Play): Promise<void> {
  const { cast, county, client, campaignId } = play;
  for (const part of ['closedInTime', 'secondRound', 'extended', 'overdue'] as const) {
    const { id, township } = villageOf(county, PARTS[part]);
    const signers: [Actor, string][] = [
      [actorOf(cast.villages, id), bodyOf(county, id, 'village-organisation')],
      [actorOf(cast.offices, township.id), bodyOf(county, township.id, 'township-office')],
    ];
    for (const [actor, organisationId] of signers) {
      const query = `campaignId=${campaignId}&organisationId=${organisationId}`;
      const inbox = await client.list<Notice>(actor, `/v1/notices?${query}`);
      for (const notice of inbox) {
        if (!notice.receiptRequired || notice.receivedAt !== null) continue;
        const signature = { type: 'sign', signatory: actor.name };
        await client.post(actor, `/v1/notices/${notice.id}/events`, signature);
      }
    }
  }
}
