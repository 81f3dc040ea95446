// Phase 1, 动员部署: the plan is issued and signed for, everybody registers, consults, plans, mobilises.

import { sayStanding } from '../kit/candidate-states.ts';
import { PARTS, villageOf } from '../kit/county.ts';
import {
  candidateOfVillage,
  expectRefusal,
  moveTo,
  type Play,
  settle,
  tell,
  tellCampaign,
} from '../kit/play.ts';
import { signWaiting } from '../kit/signing.ts';
import { attemptWrongRecords, fulfilDuties } from './duties.ts';
import { makePlans } from './plans.ts';
import { mobilize } from './reach.ts';
import { signMissingReceipt, signReceipts } from './receipts.ts';
import { registerAll } from './registration.ts';
import { attemptTrespasses } from './trespasses.ts';

/** Plays from the notice of 20 May to the first of July. */
export async function playMobilization(play: Play): Promise<void> {
  const { timeline, cast, client } = play;
  timeline.heading('第一阶段 动员部署', 'phase 1, mobilization');
  timeline.at(play.now);
  const { id } = await client.post(cast.officers[0], '/v1/campaigns', { planId: play.plan.id });
  play.campaignId = id;
  await signWaiting(play);
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
  await attemptWrongRecords(play);
  await expectRefusal(
    play,
    officer,
    `/v1/campaigns/${campaignId}/events`,
    advance,
    { status: 422, clause: 'R68' },
    ['各乡镇尚未纳入议事日程即转入第二阶段', 'no township has it on its agenda'],
  );
  await fulfilDuties(play, 'mobilization');
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
