// Phase 1, 动员部署: the plan is issued and signed for, everybody registers, consults, plans, mobilises.

import { actorOf } from './actors.ts';
import type { Unmet } from './client.ts';
import { forEach, Unexpected } from './client.ts';
import { PARTS, REMINDED, type Township, townshipOf, villageOf } from './county.ts';
import {
  type Candidate,
  candidateOfTownship,
  candidateOfVillage,
  candidatesOf,
  eventsOf,
  expectRefusal,
  moveTo,
  type Play,
  recordEvidence,
  sayStanding,
  settle,
  tell,
  tellCampaign,
} from './play.ts';
import { registerAll } from './registration.ts';
import { attemptTrespasses } from './trespasses.ts';

/** From the notice of 20 May to the first of July. */
export async function playMobilization(play: Play): Promise<void> {
  const { timeline, cast, client } = play;
  timeline.heading('第一阶段 动员部署', 'phase 1, mobilization');
  timeline.at(play.now);
  const { id } = await client.post(cast.department, '/v1/campaigns', { planId: play.plan.id });
  play.campaignId = id;
  await tellCampaign(play, cast.department, { type: 'issue' });
  timeline.say('县委组织部印发方案（君组发〔2017〕39号）', 'the plan is issued');
  await moveTo(play, '2017-05-22');
  await signReceipts(play);
  await registerAll(play);
  await attemptTrespasses(play);
  await moveTo(play, '2017-05-26');
  await signMissingReceipt(play);
  await makePlans(play);
  await mobilize(play);
  await enterCreation(play);
}

type Notice = { id: string; template: string; receiptRequired: boolean; receivedAt: string | null };

async function unsigned(play: Play, township: Township): Promise<Notice[]> {
  const committee = actorOf(play.cast.committees, township.id);
  const inbox = await play.client.list<Notice>(
    committee,
    `/v1/notices?campaignId=${play.campaignId}&organisationId=${township.id}-DW`,
  );
  return inbox.filter((notice) => notice.receiptRequired && notice.receivedAt === null);
}

async function sign(play: Play, township: Township): Promise<void> {
  const committee = actorOf(play.cast.committees, township.id);
  for (const { id } of await unsigned(play, township)) {
    const signature = { type: 'sign', signatory: `${township.name}党政办` };
    await play.client.post(committee, `/v1/notices/${id}/events`, signature);
  }
}

async function signReceipts(play: Play): Promise<void> {
  const { county, timeline } = play;
  const missing = townshipOf(county, PARTS.missesReceipt);
  const prompt = county.townships.filter((township) => township !== missing);
  await forEach(prompt, (township) => sign(play, township));
  timeline.say(
    `${prompt.length} 个乡镇（街道）党委签收通知，${missing.name}尚未签收`,
    'townships sign for the notice; one does not',
  );
}

async function signMissingReceipt(play: Play): Promise<void> {
  const { client, cast, county, campaignId, timeline } = play;
  const missing = townshipOf(county, PARTS.missesReceipt);
  const inbox = await client.list<Notice>(
    actorOf(cast.committees, missing.id),
    `/v1/notices?campaignId=${campaignId}&kind=receipt-reminder`,
  );
  if (inbox.length !== 1) throw new Error('a missing receipt was to be reminded of, once');
  await sign(play, missing);
  timeline.say(`${missing.name}收到签收提醒后补签`, 'reminded, it signs');
}

/** Consultation first, then the plan (R48). */
async function makePlans(play: Play): Promise<void> {
  const { county, cast, timeline } = play;
  const planners = [
    ...candidatesOf(play, 'ADVANCED_COUNTY'),
    ...candidatesOf(play, 'DEMONSTRATION_TOWNSHIP'),
  ];
  const hasty = candidateOfTownship(play, PARTS.plansBeforeAsking);
  const sloppy = candidateOfTownship(play, PARTS.planIsReturned);
  await moveTo(play, '2017-06-07');
  await forEach(planners, async (planner) => {
    await consult(play, planner, planner === hasty ? '2017-06-06' : '2017-05-31');
    await adopt(play, planner, '2017-06-05');
  });
  await expectRefusal(
    play,
    hasty.actor,
    eventsOf(hasty),
    { type: 'submit-plan', title: `${hasty.name}“四创三评”活动实施方案` },
    { status: 422, clause: 'R48' },
    [`${hasty.name}未先征求意见即报送方案`, 'a plan adopted before anybody was consulted'],
  );
  await adopt(play, hasty, '2017-06-07');
  await forEach(planners, (planner) => submitPlan(play, planner));
  timeline.say('征求意见后重新通过，县和 8 个乡镇报送方案', 'consulted, adopted again, handed in');
  await moveTo(play, '2017-06-09');
  const [officer] = cast.officers;
  await tell(
    play,
    sloppy,
    { type: 'return-plan', corrections: ['未明确责任领导和责任人', '工作计划缺少各阶段时间表'] },
    officer,
  );
  timeline.say(
    `${sloppy.name}的方案退回补正，一次性告知 2 条`,
    'a plan is returned, with the list',
  );
  await forEach(planners, async (planner) => {
    if (planner === sloppy) return;
    const reviewer = planner.category === 'ADVANCED_COUNTY' ? cast.department : officer;
    await tell(play, planner, { type: 'approve-plan' }, reviewer);
  });
  await moveTo(play, '2017-06-13');
  await submitPlan(play, sloppy);
  await tell(play, sloppy, { type: 'approve-plan', remark: '已补正' }, officer);
  timeline.say(
    `${sloppy.name}补正后重报并获同意；${county.townships.length} 个乡镇和县本级方案齐备`,
    'resubmitted and approved: every plan is in place',
  );
}

const consult = (play: Play, planner: Candidate, occurredOn: string) =>
  recordEvidence(play, planner, {
    kind: 'consultation',
    occurredOn,
    summary: '召开座谈会，征求基层党组织和党员干部群众意见',
  });

async function adopt(play: Play, planner: Candidate, occurredOn: string): Promise<void> {
  const summary = `${planner.name}“四创三评”活动`;
  await recordEvidence(play, planner, {
    kind: 'implementation-plan',
    occurredOn,
    summary: `${summary}实施方案`,
  });
  await recordEvidence(play, planner, {
    kind: 'work-plan',
    occurredOn,
    summary: `${summary}工作计划`,
  });
}

const submitPlan = (play: Play, planner: Candidate) =>
  tell(play, planner, { type: 'submit-plan', title: `${planner.name}“四创三评”活动实施方案` });

/** In several forms, to every single site (R49). */
async function mobilize(play: Play): Promise<void> {
  const { county, timeline } = play;
  await moveTo(play, '2017-06-20');
  const careless = candidateOfTownship(play, PARTS.missesASite);
  await forEach(candidatesOf(play, 'DEMONSTRATION_TOWNSHIP'), async (township) => {
    const siteIds = (township.township?.villages ?? []).map(({ siteId }) => siteId);
    const reached = township === careless ? siteIds.slice(0, -1) : siteIds;
    await reach(play, township, '动员会', reached);
    await reach(play, township, '入户宣传', reached);
    if (township !== careless) await tell(play, township, { type: 'confirm-mobilization' });
  });
  const { unmet } = await expectRefusal(
    play,
    careless.actor,
    eventsOf(careless),
    { type: 'confirm-mobilization' },
    { status: 422, clause: 'R49' },
    [`${careless.name}漏了一个站点即上报动员到位`, 'mobilization that missed a site'],
  );
  await compareExplanation(play, careless, unmet ?? []);
  await moveTo(play, '2017-06-22');
  const missed = careless.township?.villages.at(-1)?.siteId ?? '';
  await reach(play, careless, '入户宣传', [missed]);
  await tell(play, careless, { type: 'confirm-mobilization' });
  const [own] = candidatesOf(play, 'ADVANCED_COUNTY') as [Candidate];
  await reach(play, own, '动员会', []);
  await reach(play, own, '广播电视', []);
  await tell(play, own, { type: 'confirm-mobilization' });
  timeline.say(
    `补上后到位：${county.villages.length} 个村（社区）站点全部贯彻到`,
    'every site has been reached',
  );
  await acknowledge(play);
}

type Actions = { actions: { type: string; permitted: boolean; unmet: Unmet[] }[] };

/** What could be done is explained in the very words in which it is refused. */
async function compareExplanation(play: Play, candidate: Candidate, refused: readonly Unmet[]) {
  const path = `/v1/candidates/${candidate.id}/actions`;
  const { actions } = await play.client.get<Actions>(candidate.actor, path);
  const explained = actions.find(({ type }) => type === 'confirm-mobilization');
  if (explained?.permitted || JSON.stringify(explained?.unmet) !== JSON.stringify(refused)) {
    throw new Unexpected(`explained otherwise than refused: ${JSON.stringify(explained)}`);
  }
  play.timeline.say(
    '“可办事项”事先说明的理由与拒绝一字不差',
    'actions explain it in the same words',
  );
}

const reach = (play: Play, candidate: Candidate, form: string, siteIds: string[]) =>
  recordEvidence(play, candidate, {
    kind: 'mobilization',
    summary: `以${form}形式开展动员`,
    form,
    siteIds,
  });

async function acknowledge(play: Play): Promise<void> {
  const { county, timeline } = play;
  const late = villageOf(county, PARTS.acknowledgesLate);
  const slow = new Set(REMINDED.map((place) => villageOf(county, place).id));
  const all = [
    ...candidatesOf(play, 'DEMONSTRATION_VILLAGE'),
    ...candidatesOf(play, 'DEMONSTRATION_BASE'),
  ].filter(({ organisationId }) => organisationId !== late.id);
  const step = (zh: string, en: string, who: Candidate[]) => {
    const progress = timeline.progress(zh, en, who.length);
    const word = { type: 'acknowledge-mobilization' };
    return forEach(who, (candidate) => tell(play, candidate, word), progress.tick).then(
      progress.end,
    );
  };
  const prompt = all.filter(({ organisationId }) => !slow.has(organisationId));
  await step('村（社区）、基地确认已动员', 'villages and bases acknowledge', prompt);
  await moveTo(play, '2017-06-28');
  const reminded = all.filter(({ organisationId }) => slow.has(organisationId));
  await step('经临期提醒后确认', 'acknowledge once reminded', reminded);
  timeline.say(`${late.name}仍未确认`, 'one village still has not');
}

async function enterCreation(play: Play): Promise<void> {
  const { cast, county, timeline, campaignId } = play;
  const [officer] = cast.officers;
  const advance = { type: 'advance-phase' };
  await moveTo(play, '2017-06-29');
  await expectRefusal(
    play,
    officer,
    `/v1/campaigns/${campaignId}/events`,
    advance,
    { status: 422, clause: 'R51' },
    ['县远程办提前转入第二阶段', 'the county would enter phase 2 before its time'],
  );
  await sayStanding(play);
  timeline.heading('第二阶段 集中争创', 'phase 2, concentrated creation');
  await moveTo(play, '2017-07-01');
  const moved = await settle(play, await tellCampaign(play, officer, advance));
  timeline.say(`转入第二阶段，传达到 ${moved} 个申报对象`, 'phase 2; every candidate is told');
  await moveTo(play, '2017-07-03');
  const late = candidateOfVillage(play, villageOf(county, PARTS.acknowledgesLate));
  await tell(play, late, { type: 'acknowledge-mobilization', remark: '党支部换届，逾期确认' });
  timeline.say(`${late.name}逾期后确认，随即进入第二阶段`, 'late, and straight into phase 2');
}
