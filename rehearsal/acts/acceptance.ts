// 县级初步验收 (R63): five verdicts, then merit selection within the quotas, with a tie decided by people.

import { listInState } from '../kit/candidate-states.ts';
import { forEach } from '../kit/client.ts';
import { villageOf } from '../kit/county.ts';
import {
  type Candidate,
  type Category,
  candidateOfTownship,
  candidateOfVillage,
  candidatesOf,
  categoryOf,
  clauseOf,
  eventsOf,
  expectRefusal,
  judgedMet,
  moveTo,
  type Play,
  settle,
  tell,
  tellCampaign,
} from '../kit/play.ts';
import { signWaiting } from '../kit/signing.ts';
import { returnAndCorrect } from './applications.ts';
import { holdOutcomes } from './outcomes.ts';
import { passByPanel } from './panels.ts';
import { inspectOrder } from './proofs.ts';
import { reconsider } from './reconsiderations.ts';

export async function accept(play: Play): Promise<void> {
  const { cast, timeline, county } = play;
  const [, reviewer] = cast.officers;
  await moveTo(play, '2017-11-07');
  const deferred = candidateOfTownship(play, '太安镇');
  const returned = candidateOfVillage(play, villageOf(county, '五里镇/雷声'));
  const conditional = candidatesOf(play, 'DEMONSTRATION_BASE')[1] as Candidate;
  const failed = candidatesOf(play, 'LEARNING_APPLICATION_PACESETTER').at(-1) as Candidate;
  const judgedByPanel = candidateOfTownship(play, '五里镇');
  const misjudged = candidatesOf(play, 'LEARNING_APPLICATION_PACESETTER').at(-2) as Candidate;
  const apart = new Set([deferred, returned, conditional, failed, misjudged, judgedByPanel]);
  await lookAtSitesOfPersons(play);
  const underReview = await listInState(play, 'countyAcceptance', 'under-review');
  const passing = underReview.filter((candidate) => !apart.has(candidate));
  const progress = timeline.progress('初步验收通过', 'accepted by the county', passing.length);
  await forEach(
    passing,
    (candidate) =>
      tell(play, candidate, { type: 'pass', judged: judgedMet(play, candidate) }, reviewer),
    progress.tick,
  );
  progress.end();
  await passByPanel(play, judgedByPanel);
  await tell(
    play,
    deferred,
    { type: 'defer', until: '2017-11-09', reason: '两个站点正在搬迁，待现场复核' },
    reviewer,
  );
  await tell(
    play,
    conditional,
    { type: 'pass-with-requirements', requirements: ['补齐培训室安全设施'] },
    reviewer,
  );
  for (const one of [failed, misjudged]) {
    await tell(play, one, { type: 'fail', reason: '致富项目数据与实际不符' }, reviewer);
  }
  timeline.say(
    `${deferred.name}暂缓，${conditional.name}有条件通过，${failed.name}、${misjudged.name}未通过`,
    'one deferred, one passed with requirements, two failed',
  );
  await returnOnce(play, returned);
  await moveTo(play, '2017-11-08');
  const met = {
    type: 'confirm-requirements-met',
    judged: judgedMet(play, conditional),
    remark: '安全设施已到位',
  };
  await tell(play, conditional, met, reviewer);
  await reconsider(play, failed, misjudged);
  await moveTo(play, '2017-11-10');
  const judged = judgedMet(play, deferred);
  await tell(play, deferred, { type: 'pass', judged, remark: '复核合格' }, reviewer);
  timeline.say(
    `${conditional.name}落实要求，${deferred.name}暂缓期满继续验收，均通过`,
    'requirements met; after the deferral the review went on: both pass',
  );
}

/** R37: the latest inspection says whether an administrator's site is in order; no person's word does. */
async function lookAtSitesOfPersons(play: Play): Promise<void> {
  const { cast, timeline } = play;
  const [, reviewer] = cast.officers;
  const ids = new Set(
    (await listInState(play, 'countyAcceptance', 'under-review')).map(({ id }) => id),
  );
  const persons = candidatesOf(play, 'OUTSTANDING_SITE_ADMINISTRATOR').filter(({ id }) =>
    ids.has(id),
  );
  const [first] = persons as [Candidate];
  const pass = { type: 'pass', judged: judgedMet(play, first) };
  const refusal = { status: 422, clause: 'R37' };
  await expectRefusal(play, reviewer, eventsOf(first), pass, refusal, [
    `${first.name}所在站点未经检查即予通过`,
    'an administrator passes whose site nobody has looked at',
  ]);
  await inspectOrder(play, first, false);
  await expectRefusal(play, reviewer, eventsOf(first), pass, refusal, [
    `检查发现${first.name}所在站点设备积尘、线路杂乱而仍予通过`,
    'an administrator passes whose site was found in disorder',
  ]);
  await forEach(persons, (person) => inspectOrder(play, person, true));
  timeline.say(
    `逐一察看 ${persons.length} 名管理员所在站点，环境卫生和设备摆放以最近一次检查为准（R37）`,
    'the sites of the administrators are visited; the latest inspection counts',
  );
}

/** 退回补正: once only, with the complete list. */
async function returnOnce(play: Play, returned: Candidate): Promise<void> {
  const [, reviewer] = play.cast.officers;
  await returnAndCorrect(play, returned, { reviewer, applicant: returned.actor, rule: 'R62' });
  await expectRefusal(
    play,
    reviewer,
    eventsOf(returned),
    { type: 'return-for-correction', corrections: ['再补一份说明'] },
    { status: 422, clause: 'R63' },
    [`第二次退回${returned.name}补正`, 'a second return'],
  );
  const judged = judgedMet(play, returned);
  const [doubted] = judged;
  await expectRefusal(
    play,
    reviewer,
    eventsOf(returned),
    { type: 'pass', judged: [{ ...doubted, met: false }, ...judged.slice(1)] },
    { status: 422, clause: clauseOf(play, returned, doubted?.criterion ?? '') },
    [`认定${returned.name}一条标准不达标而予通过`, 'a pass with a criterion judged unmet'],
  );
  await tell(play, returned, { type: 'pass', judged }, reviewer);
}

const RANKED: readonly Category[] = [
  'DEMONSTRATION_TOWNSHIP',
  'DEMONSTRATION_VILLAGE',
  'DEMONSTRATION_BASE',
  'ADVANCED_WORKER',
  'OUTSTANDING_SITE_ADMINISTRATOR',
  'LEARNING_APPLICATION_PACESETTER',
];

/** 择优 (R63): per category, within the quota. */
export async function select(play: Play): Promise<void> {
  const { timeline } = play;
  await moveTo(play, '2017-11-10', '14:00');
  for (const category of RANKED) {
    const accepted = await acceptedOf(play, category);
    await selectIn(play, category);
    const chosen = await listInState(play, 'countyAcceptance', 'public-notice');
    const names = chosen.filter((one) => one.category === category).map(({ name }) => name);
    const { name, quota } = categoryOf(play, category);
    timeline.say(
      `择优 ${name}：${accepted.length} 个通过、名额 ${quota}，入选 ${names.join('、')}`,
      'selected on merit, within the quota',
    );
  }
}

const acceptedOf = async (play: Play, category: Category): Promise<Candidate[]> =>
  (await listInState(play, 'countyAcceptance', 'accepted')).filter(
    (one) => one.category === category,
  );

async function selectIn(play: Play, category: Category): Promise<void> {
  const { cast, campaignId } = play;
  const [officer] = cast.officers;
  const ask = { type: 'select-by-merit', category };
  if (category !== 'OUTSTANDING_SITE_ADMINISTRATOR') {
    await settle(play, await tellCampaign(play, officer, ask));
    await signWaiting(play);
    await holdOutcomes(play, category);
    return;
  }
  const path = `/v1/campaigns/${campaignId}/events`;
  const problem = await expectRefusal(play, officer, path, ask, { status: 422, clause: 'R63' }, [
    '优秀站点管理员第 5、6 名并列，未经决定即择优',
    'a tie across the quota line',
  ]);
  const tied = problem.unmet?.[0]?.actual as string[];
  await decideTie(play, category, tied);
  await settle(play, await tellCampaign(play, officer, ask));
  await signWaiting(play);
  await holdOutcomes(play, category);
}

/** The tie becomes a task; one officer proposes with a reason, another confirms (R63). */
async function decideTie(play: Play, category: Category, tied: readonly string[]): Promise<void> {
  const { cast, campaignId, timeline } = play;
  const [officer] = cast.officers;
  const path = `/v1/campaigns/${campaignId}/events`;
  await tellCampaign(play, officer, { type: 'rank-candidates', category });
  // The candidate registered first of each is preferred; the others follow in the order of registration.
  const prefer = candidatesOf(play, category)
    .map(({ id }) => id)
    .filter((id) => tied.includes(id));
  const reason = '并列者中优先服务群众时间较长者，经县远程办会议研究';
  await tellCampaign(play, officer, { type: 'propose-tie-decision', category, prefer, reason });
  await expectRefusal(
    play,
    officer,
    path,
    { type: 'confirm-tie-decision', category },
    { status: 422, clause: 'R63' },
    ['同一人提出又确认并列的处理意见', 'the proposer would confirm the tie'],
  );
  await tellCampaign(play, cast.department, { type: 'confirm-tie-decision', category });
  timeline.say(`并列由两人决定：${reason}`, 'the tie is decided by two, with a reason');
}
