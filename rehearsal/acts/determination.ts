// 公示, 上报, 市级验收, 最终确定 (R63–R65): standstill, an override by two, two officers for each title.

import { listInState, sayStanding } from '../kit/candidate-states.ts';
import { forEach } from '../kit/client.ts';
import { PARTS, villageOf } from '../kit/county.ts';
import { uploadPhoto } from '../kit/photos.ts';
import {
  type Candidate,
  candidateOfVillage,
  candidatesOf,
  eventsOf,
  expectRefusal,
  judgedMet,
  moveTo,
  type Play,
  settle,
  tell,
  tellCampaign,
  tellOrder,
  today,
} from '../kit/play.ts';
import { signWaiting } from '../kit/signing.ts';
import { attemptLate, returnAndCorrect } from './applications.ts';
import type { Orders } from './inspections.ts';
import { objectAtMidnight, submit, upholdAndMoveUp } from './objections.ts';
import { rectifyLast } from './orders.ts';
import { askTooLate } from './reconsiderations.ts';

/** Five working days; one objection is upheld, one made in the last minute is dismissed. */
export async function publish(play: Play): Promise<void> {
  await upholdAndMoveUp(play);
  await objectAtMidnight(play);
}

export async function submitUpward(play: Play): Promise<void> {
  const { cast, timeline, county } = play;
  const [officer] = cast.officers;
  const blocked = candidateOfVillage(play, villageOf(county, PARTS.stillOpen));
  const cleared = await listInState(play, 'countyAcceptance', 'cleared');
  const ready = cleared.filter((candidate) => candidate !== blocked);
  await expectRefusal(
    play,
    officer,
    eventsOf(blocked),
    { type: 'propose-submission' },
    { status: 422, clause: 'R59' },
    [`${blocked.name}限期整改未销号即上报`, 'an open order blocks the submission'],
  );
  const reason = '饮水工程须待冬灌结束施工，其余各项均优，建议先行上报';
  await tell(play, blocked, { type: 'request-override', reason }, officer);
  await expectRefusal(
    play,
    officer,
    eventsOf(blocked),
    { type: 'approve-override' },
    { status: 422, clause: 'R63' },
    ['申请人自己批准例外', 'whoever asks cannot approve'],
  );
  await tell(play, blocked, { type: 'approve-override' }, cast.department);
  timeline.say(`县委组织部批准例外：${reason}`, 'approved by the department');
  const all = [...ready, blocked];
  const [first] = ready as [Candidate];
  await tell(play, first, { type: 'propose-submission' }, officer);
  await expectRefusal(
    play,
    officer,
    eventsOf(first),
    { type: 'submit-upward' },
    { status: 422, clause: 'R63' },
    ['同一人提出又上报', 'the proposer would submit'],
  );
  await tell(play, first, { type: 'decline-submission', reason: '材料待复核' }, cast.officers[1]);
  const progress = timeline.progress('上报（两人）', 'submitted by two officers', all.length);
  await forEach(all, (one) => submit(play, one), progress.tick);
  progress.end();
}

/** R65 does not name the bases: the county recognises them itself (Q1), two officers for each. */
export async function conferBases(play: Play): Promise<void> {
  const { cast, timeline } = play;
  const [officer] = cast.officers;
  const bases = await listInState(play, 'countyAcceptance', 'confirmable');
  const overridden = bases.at(-1) as Candidate;
  const order = await overrideForBase(play, overridden);
  for (const [index, base] of bases.entries()) {
    await tell(play, base, { type: 'propose-conferral' }, officer);
    if (index === 0) {
      await expectRefusal(
        play,
        officer,
        eventsOf(base),
        { type: 'confirm-conferral' },
        { status: 422, clause: 'R65' },
        ['提名人自己确认', 'the proposer would confirm'],
      );
    }
    await tell(play, base, { type: 'confirm-conferral' }, cast.department);
  }
  timeline.say(
    `认定县级示范基地：${bases.map(({ name }) => name).join('、')}`,
    'recognised by the county, not by the city',
  );
  await rectifyBase(play, overridden, order);
}

/** Q11: an open order holds the county's own conferral too; two officers may override it. */
async function overrideForBase(play: Play, base: Candidate): Promise<string> {
  const { cast, client, timeline } = play;
  const [officer] = cast.officers;
  const { opened } = await client.post<{ opened: { kind: string; id: string }[] }>(
    officer,
    '/v1/inspections',
    {
      candidateId: base.id,
      kind: 'FIELD_VISIT',
      occurredOn: today(play),
      inspectors: [officer.name],
      triggers: ['LITTLE_EFFECT'],
      findings: ['技术辅导记录不全'],
    },
  );
  const order = opened.find(({ kind }) => kind === 'rectification')?.id ?? '';
  await signWaiting(play);
  const propose = { type: 'propose-conferral' };
  await expectRefusal(play, officer, eventsOf(base), propose, { status: 422, clause: 'R59' }, [
    `${base.name}整改未销号即认定`,
    'an open order holds the conferral of a base',
  ]);
  const reason = '问题已现场整改，复查安排在认定之后';
  await tell(play, base, { type: 'request-override', reason }, officer);
  await tell(play, base, { type: 'approve-override' }, cast.department);
  timeline.say(`${base.name}经两人批准例外`, 'an override by two');
  return order;
}

async function rectifyBase(play: Play, base: Candidate, order: string): Promise<void> {
  const steps = [
    { type: 'acknowledge' },
    { type: 'start', measures: '补齐辅导记录', responsiblePerson: '基地负责人' },
    { type: 'submit', report: '已补齐', evidence: [await uploadPhoto(play, base)] },
  ];
  for (const step of steps) await tellOrder(play, base.actor, order, step);
  const close = { type: 'close', remark: '复查合格', inspectors: [play.cast.officers[1].name] };
  await tellOrder(play, play.cast.officers[1], order, close);
}

export async function verify(play: Play, orders: Orders): Promise<void> {
  const { cast, timeline, county } = play;
  const [verifier] = cast.cityOfficers;
  await sayStanding(play);
  timeline.heading('市级验收和最终确定', 'city verification and final determination');
  await moveTo(play, '2017-11-21');
  const failing = candidateOfVillage(play, villageOf(county, '五里镇/兴市'));
  await submitMovedUp(play);
  const underReview = await listInState(play, 'cityVerification', 'under-review');
  await expectRefusal(
    play,
    verifier,
    eventsOf(failing),
    { type: 'fail', reason: '材料不全' },
    { status: 422, clause: 'R64' },
    ['市里未到现场即下结论', 'the city judges without having looked'],
  );
  await forEach(underReview, (one) => look(play, one));
  const returned = underReview.find(({ category }) => category === 'DEMONSTRATION_TOWNSHIP');
  if (returned === undefined) throw new Error('no township came to the city');
  const applicant = returned.actor;
  await returnAndCorrect(play, returned, { reviewer: verifier, applicant, rule: 'R64' });
  await tell(play, failing, { type: 'fail', reason: '现场抽查登记册与系统记录不符' }, verifier);
  const passing = underReview.filter((candidate) => candidate !== failing);
  const progress = timeline.progress('市级验收通过', 'verified by the city', passing.length);
  const pass = (one: Candidate) =>
    tell(play, one, { type: 'pass', judged: judgedMet(play, one) }, verifier);
  await forEach(passing, pass, progress.tick);
  progress.end();
  await signWaiting(play);
  timeline.say(
    `${returned.name}退回补正一次后通过，${failing.name}未通过市级验收`,
    'one was returned once and passed, one failed',
  );
  await moveTo(play, '2017-11-22');
  await rectifyLast(play, orders);
}

/** The candidate that moved up has been published until the day before and follows the others. */
async function submitMovedUp(play: Play): Promise<void> {
  for (const one of await listInState(play, 'countyAcceptance', 'cleared')) await submit(play, one);
}

/** R64: the city visits every unit and every person on the spot. */
const look = (play: Play, one: Candidate) =>
  tell(
    play,
    one,
    {
      type: 'record-verification',
      occurredOn: today(play),
      place: one.name,
      verifiers: play.cast.cityOfficers.map(({ name }) => name),
      findings: ['现场与申报材料一致'],
    },
    play.cast.cityOfficers[0],
  );

export async function confer(play: Play): Promise<void> {
  const { cast, timeline } = play;
  const [proposer, confirmer] = cast.cityOfficers;
  await moveTo(play, '2017-11-29');
  await askTooLate(play, candidateOfVillage(play, villageOf(play.county, '五里镇/兴市')));
  const ready = await listInState(play, 'cityVerification', 'confirmable');
  const progress = timeline.progress(
    '最终确定（两人）',
    'determined by two officers',
    ready.length,
  );
  await forEach(ready, (one) => tell(play, one, { type: 'propose-conferral' }, proposer));
  await expectRefusal(
    play,
    proposer,
    eventsOf(ready[0] as Candidate),
    { type: 'confirm-conferral' },
    { status: 422, clause: 'R65' },
    ['市里同一人提名又确认', 'the same officer twice'],
  );
  const word = { type: 'confirm-conferral' };
  await forEach(ready, (one) => tell(play, one, word, confirmer), progress.tick);
  progress.end();
}

/** A title got by false papers is revoked by two officers of the city, which gave it (R65). */
export async function revoke(play: Play): Promise<void> {
  const { cast, timeline, campaignId, client } = play;
  const [proposer, confirmer] = cast.cityOfficers;
  const titled = candidatesOf(play, 'LEARNING_APPLICATION_PACESETTER')[0] as Candidate;
  const total = async (): Promise<number> =>
    (await client.get<{ total: number }>(cast.department, `/v1/campaigns/${campaignId}/final-list`))
      .total;
  const before = await total();
  const reason = '获评材料中的致富项目系他人所有，经查属实';
  await expectRefusal(
    play,
    cast.department,
    eventsOf(titled),
    { type: 'propose-revocation', reason },
    { status: 422, clause: 'R65' },
    ['县里撤销市里确定的称号', 'the county would revoke what the city gave'],
  );
  await tell(play, titled, { type: 'propose-revocation', reason }, proposer);
  await tell(play, titled, { type: 'confirm-revocation' }, confirmer);
  const after = await total();
  if (after !== before - 1) throw new Error(`the final list had ${before}, now ${after}`);
  timeline.say(
    `撤销${titled.name}的称号；名单由 ${before} 个减为 ${after} 个`,
    'revoked by two: gone from the final list',
  );
}

/** A candidate that has not applied is still alive: it lapses, which two officers must want. */
export async function conclude(play: Play): Promise<void> {
  const { cast, timeline, campaignId } = play;
  const [officer] = cast.officers;
  const path = `/v1/campaigns/${campaignId}/events`;
  await moveTo(play, '2017-11-30', '16:00');
  await expectRefusal(play, officer, path, { type: 'conclude' }, { status: 422, clause: 'R65' }, [
    '尚有未申报的对象即宣布结束',
    'many have not come to an end',
  ]);
  await attemptLate(play, ({ actor }) => actor);
  const reason = '未申报的对象本年度不再申报，活动期满结束，其申报随之终止';
  await tellCampaign(play, officer, { type: 'request-override', reason });
  await expectRefusal(
    play,
    officer,
    path,
    { type: 'approve-override' },
    { status: 422, clause: 'R46' },
    ['申请人自己批准例外', 'whoever asks cannot approve'],
  );
  await tellCampaign(play, cast.department, { type: 'approve-override' });
  const ended = await settle(play, await tellCampaign(play, officer, { type: 'conclude' }));
  timeline.say(`活动结束，${ended} 个未申报的对象终止`, 'concluded; whoever never applied lapses');
  await sayStanding(play);
}
