// 实施方案和工作计划 (R48): one made before anybody was asked, one returned with the complete list.

import { forEach } from '../kit/client.ts';
import { PARTS } from '../kit/county.ts';
import {
  type Candidate,
  candidateOfTownship,
  candidatesOf,
  eventsOf,
  expectRefusal,
  moveTo,
  type Play,
  recordEvidence,
  tell,
} from '../kit/play.ts';

/** Consultation first, then the plan (R48). */
export async function makePlans(play: Play): Promise<void> {
  const { county, cast, timeline } = play;
  const planners = [
    ...candidatesOf(play, 'ADVANCED_COUNTY'),
    ...candidatesOf(play, 'DEMONSTRATION_TOWNSHIP'),
  ];
  const hasty = candidateOfTownship(play, PARTS.plansBeforeAsking);
  const sloppy = candidateOfTownship(play, PARTS.planIsReturned);
  await moveTo(play, '2017-06-07');
  const drafts = new Map<string, Drafts>();
  await forEach(planners, async (planner) => {
    await consult(play, planner, planner === hasty ? '2017-06-06' : '2017-05-31');
    drafts.set(planner.id, await adopt(play, planner, '2017-06-05'));
  });
  await expectRefusal(
    play,
    hasty.actor,
    eventsOf(hasty),
    { type: 'submit-plan', title: `${hasty.name}“四创三评”活动实施方案` },
    { status: 422, clause: 'R48' },
    [`${hasty.name}未先征求意见即报送方案`, 'a plan adopted before anybody was consulted'],
  );
  await adopt(play, hasty, '2017-06-07', drafts.get(hasty.id));
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
    detail: {
      asked: '基层党组织和党员干部群众代表',
      people: 46,
      opinions: ['多安排实用技术课程', '明确固定学习日'],
    },
  });

const DRAFTED = [
  ['implementation-plan', '实施方案'],
  ['work-plan', '工作计划'],
] as const;
/** The ids of the two documents, by their kinds. */
type Drafts = ReadonlyMap<string, string | undefined>;

/** Both documents of the plan; of each one draft stands, which a later one replaces. */
async function adopt(
  play: Play,
  planner: Candidate,
  occurredOn: string,
  before?: Drafts,
): Promise<Drafts> {
  const drafts = new Map<string, string | undefined>();
  for (const [kind, title] of DRAFTED) {
    const summary = `${planner.name}“四创三评”活动${title}`;
    const recordId = before?.get(kind);
    const replaced =
      recordId === undefined ? {} : { supersedes: { recordId, reason: '征求意见后重新通过' } };
    const told = await recordEvidence(play, planner, { kind, occurredOn, summary, ...replaced });
    drafts.set(kind, told.recordId);
  }
  return drafts;
}

const submitPlan = (play: Play, planner: Candidate) =>
  tell(play, planner, { type: 'submit-plan', title: `${planner.name}“四创三评”活动实施方案` });
