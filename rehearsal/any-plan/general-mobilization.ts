// Phase 1 of any plan: asked before planned (R48), every site reached in several forms (R49).

import { forEach } from '../kit/client.ts';
import { dayOf, lastDayOf } from '../kit/days.ts';
import { type Candidate, eventsOf, expectRefusal, recordEvidence, tell } from '../kit/play.ts';
import type { GeneralPlay } from './general-cast.ts';
import { eachOf, everyone, moveOn, routeOf } from './general-cast.ts';
import { enterPhase } from './general-phases.ts';

const FORMS = ['动员会', '入户宣传', '广播电视', '网络群组', '宣传栏', '明白纸'];

export async function planAndMobilize(play: GeneralPlay): Promise<void> {
  const planners = everyone(play).filter((one) => routeOf(play, one).plans);
  if (planners.length > 0) await makePlans(play, planners);
  await moveOn(play, dayOf(play, 'mobilization', 0.6));
  if (planners.length > 0) await reachSites(play, planners);
  await acknowledge(play);
  await moveOn(play, lastDayOf(play, 'mobilization'), '10:00');
  await enterPhase(play, 'concentrated-creation', 'R51');
}

async function makePlans(play: GeneralPlay, planners: readonly Candidate[]): Promise<void> {
  const { cast, timeline } = play;
  const [hasty] = planners as [Candidate];
  const asked = dayOf(play, 'mobilization', 0.2);
  const adopted = dayOf(play, 'mobilization', 0.4);
  await moveOn(play, adopted);
  const consult = (planner: Candidate, occurredOn: string) =>
    recordEvidence(play, planner, {
      kind: 'consultation',
      occurredOn,
      summary: '召开座谈会，征求党组织和党员干部群众意见',
      detail: { asked: '党组织和党员干部群众', people: 30, opinions: ['多办实用技术培训'] },
    });
  await forEach(planners, async (planner) => {
    await consult(planner, planner === hasty ? adopted : asked);
    for (const kind of ['implementation-plan', 'work-plan']) {
      await recordEvidence(play, planner, { kind, summary: planner.name, occurredOn: adopted });
    }
  });
  const submit = (planner: Candidate) => ({
    type: 'submit-plan',
    title: `${planner.name}实施方案`,
  });
  await expectRefusal(
    play,
    hasty.actor,
    eventsOf(hasty),
    submit(hasty),
    { status: 422, clause: 'R48' },
    [`${hasty.name}未先征求意见即报送方案`, 'adopted before anybody was asked'],
  );
  await consult(hasty, asked);
  await forEach(planners, (planner) => tell(play, planner, submit(planner)));
  await forEach(planners, (planner) => {
    const reviewer = planner.township === null ? cast.department : cast.officers[0];
    return tell(play, planner, { type: 'approve-plan' }, reviewer);
  });
  timeline.say(`${planners.length} 个单位先征求意见、后定方案，均获同意`, 'plans approved');
}

async function reachSites(play: GeneralPlay, planners: readonly Candidate[]): Promise<void> {
  const { plan, county, timeline } = play;
  const forms = Array.from(
    { length: plan.policies.mobilizationFormsMin.value },
    (_, index) => FORMS[index % FORMS.length] + (index < FORMS.length ? '' : `（${index}）`),
  );
  const sitesOf = ({ township }: Candidate) =>
    (township ?? county).villages.map(({ siteId }) => siteId);
  const reach = (planner: Candidate, form: string, siteIds: string[]) =>
    recordEvidence(play, planner, {
      kind: 'mobilization',
      summary: `以${form}形式动员`,
      form,
      siteIds,
    });
  const confirm = { type: 'confirm-mobilization' };
  const careless = planners.find(({ township }) => (township?.villages.length ?? 0) > 1);
  await forEach(planners, async (planner) => {
    const siteIds = planner === careless ? sitesOf(planner).slice(1) : sitesOf(planner);
    for (const form of forms) await reach(planner, form, siteIds);
  });
  if (careless !== undefined) {
    await expectRefusal(
      play,
      careless.actor,
      eventsOf(careless),
      confirm,
      { status: 422, clause: 'R49' },
      [`${careless.name}漏了一个站点即上报动员到位`, 'mobilization that missed a site'],
    );
    await reach(careless, FORMS[1] as string, sitesOf(careless).slice(0, 1));
  }
  await forEach(planners, (planner) => tell(play, planner, confirm));
  timeline.say(`以 ${forms.length} 种形式动员，每个站点均已传达到`, 'every site reached');
}

/** All but one acknowledge in time; the last one does on the last day, after its reminder. */
async function acknowledge(play: GeneralPlay): Promise<void> {
  const asked = everyone(play).filter((one) => {
    const { plans, acknowledges } = routeOf(play, one);
    return acknowledges && !plans;
  });
  const slow = asked.at(-1);
  const word = { type: 'acknowledge-mobilization' };
  await eachOf(play, asked.slice(0, -1), ['确认已动员', 'acknowledged'], (one) =>
    tell(play, one, word),
  );
  if (slow === undefined) return;
  await moveOn(play, lastDayOf(play, 'mobilization'), '09:00');
  await tell(play, slow, word);
  play.timeline.say(`${slow.name}经提醒后在最后一天确认`, 'the last one, once reminded');
}
