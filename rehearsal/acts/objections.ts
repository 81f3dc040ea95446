// 公示 (R63): an objection is investigated by somebody without conflict, decided by another, and answered.
// When one is upheld, the next in rank moves up with a notice of its own. The last minute counts.

import { listInState } from '../kit/candidate-states.ts';
import type { Actor } from '../kit/client.ts';
import { villageOf } from '../kit/county.ts';
import {
  type Candidate,
  type Category,
  candidateOfVillage,
  candidatesOf,
  eventsOf,
  expectRefusal,
  moveTo,
  type Play,
  settle,
  tell,
  tellCampaign,
  today,
} from '../kit/play.ts';
import { expectAnswered, lodgeObjection, newestObjection } from '../kit/public-objections.ts';
import { signWaiting } from '../kit/signing.ts';

type Raised = { id: string; state: string };

const tellObjection = (play: Play, actor: Actor, id: string, event: object): Promise<unknown> =>
  play.client.post(actor, `/v1/objections/${id}/events`, event);

const object = (play: Play, actor: Actor, candidate: Candidate, said: object): Promise<Raised> =>
  play.client.post<Raised>(actor, '/v1/objections', { candidateId: candidate.id, ...said });

/** The third officer investigates; the first one decides, having had no part in that. */
async function decide(
  play: Play,
  id: string,
  findings: string,
  decision: { type: 'uphold' | 'dismiss'; reason: string },
): Promise<void> {
  const [officer, , investigator] = play.cast.officers;
  await tellObjection(play, officer, id, { type: 'admit', investigatorId: investigator.id });
  await tellObjection(play, investigator, id, { type: 'report', findings });
  await expectRefusal(
    play,
    investigator,
    `/v1/objections/${id}/events`,
    decision,
    { status: 422, clause: 'R63' },
    ['调查人自己作出处理决定', 'the investigator would decide'],
  );
  await tellObjection(play, officer, id, decision);
  const reply = {
    type: 'reply',
    channel: '电话',
    occurredOn: today(play),
    content: '已告知处理结果',
  };
  await tellObjection(play, officer, id, reply);
}

/** An administrator is removed; the reserve moves up and is published for five days of its own. */
export async function upholdAndMoveUp(play: Play): Promise<void> {
  const { cast, timeline } = play;
  const [officer] = cast.officers;
  const category: Category = 'OUTSTANDING_SITE_ADMINISTRATOR';
  await moveTo(play, '2017-11-13');
  const published = await listInState(play, 'countyAcceptance', 'public-notice');
  const guilty = published.filter((one) => one.category === category)[1] as Candidate;
  const { id } = await object(play, officer, guilty, {
    objector: '村民 刘某',
    contact: '来访',
    content: '反映故障登记系事后补记',
    clues: '登记册 8 月各页笔迹、墨色相同',
  });
  const early = { type: 'move-up', category, reason: '递补' };
  const path = `/v1/campaigns/${play.campaignId}/events`;
  await expectRefusal(play, officer, path, early, { status: 422, clause: 'R63' }, [
    '名额没有空缺即递补',
    'no place is vacant yet',
  ]);
  await decide(play, id, '经查，8 月登记系补造', { type: 'uphold', reason: '经查属实' });
  timeline.say(`对${guilty.name}的异议经查属实，取消资格`, 'upheld: removed');
  await settle(play, await tellCampaign(play, officer, early));
  await signWaiting(play);
  const now = await listInState(play, 'countyAcceptance', 'public-notice');
  const up = now.find((one) => one.category === category && !published.includes(one));
  if (up === undefined) throw new Error('nobody moved up');
  timeline.say(`${up.name}由差额名单递补，重新公示`, 'the next in rank moves up, a new notice');
  await moveTo(play, '2017-11-14');
  await object(play, officer, up, { content: '听说此人不合格' });
  timeline.say(
    '匿名且无线索的来信：登记，不立案',
    'anonymous, without a clue: recorded, not opened',
  );
  await rejectFlood(play, up);
}

/** The same letter comes three times without a key; two officers reject what adds nothing. */
async function rejectFlood(play: Play, candidate: Candidate): Promise<void> {
  const { cast, client, timeline } = play;
  const [officer, another] = cast.officers;
  const receipts: string[] = [];
  const objectionIds: string[] = [];
  for (let copy = 0; copy < 3; copy += 1) {
    receipts.push(await lodgeObjection(client, candidate.id, { content: '同一封来信' }));
    objectionIds.push(await newestObjection(client, officer, candidate.id));
  }
  const reason = '同一内容成批重复，没有可查证的线索';
  const confirmation = '/v1/objections/rejection-confirmations';
  await client.post(officer, '/v1/objections/rejections', { objectionIds, reason });
  await expectRefusal(
    play,
    officer,
    confirmation,
    { objectionIds },
    { status: 422, clause: 'R63' },
    ['提出不予受理的人自己确认', 'the proposer would confirm the rejection'],
  );
  await client.post(another, confirmation, { objectionIds });
  for (const receipt of receipts) await expectAnswered(client, receipt, reason);
  timeline.say(
    `群众三次寄来对${candidate.name}的同一封信，两人确认不予受理`,
    'a flood of one letter is rejected by two officers, with a reason',
  );
}

/** A neighbour objects in their own name in the last minute; at midnight sharp it is too late. */
export async function objectAtMidnight(play: Play): Promise<void> {
  const { cast, timeline, county } = play;
  const [officer] = cast.officers;
  const accused = candidateOfVillage(play, villageOf(county, '彭镇/偏桥'));
  const other = candidatesOf(play, 'DEMONSTRATION_BASE')[0] as Candidate;
  const neighbour = cast.villages.get(villageOf(county, '五里镇/兴市').id) as Actor;
  await moveTo(play, '2017-11-17', '23:59');
  const { id } = await object(play, neighbour, accused, {
    content: '反映固定学习日有两次未开展',
    clues: '9 月 12 日、26 日',
  });
  timeline.say(
    `公示末日 23 时 59 分，邻村对${accused.name}实名提出异议，受理`,
    'in time, by a minute',
  );
  await moveTo(play, '2017-11-18', '00:00');
  await expectRefusal(
    play,
    officer,
    '/v1/objections',
    { candidateId: other.id, objector: '村民 张某', content: '迟到的异议' },
    { status: 422, clause: 'R63' },
    ['24 时整提出的异议', 'at midnight sharp it is late'],
  );
  await moveTo(play, '2017-11-20');
  await expectRefusal(
    play,
    officer,
    eventsOf(accused),
    { type: 'propose-submission' },
    { status: 409 },
    [`公示期满，但对${accused.name}的异议未办结即上报`, 'an open objection holds it'],
  );
  await decide(play, id, '两次因防汛改期，均已补学', { type: 'dismiss', reason: '不成立' });
  timeline.say(`对${accused.name}的异议不成立，恢复上报`, 'dismissed: it goes on');
}

/** 上报 (R63): the first officer proposes, the second submits. */
export async function submit(play: Play, one: Candidate): Promise<void> {
  const [officer, another] = play.cast.officers;
  await tell(play, one, { type: 'propose-submission' }, officer);
  await tell(play, one, { type: 'submit-upward' }, another);
}
