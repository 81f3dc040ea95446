// The step from one phase of the plan to the next: refused before its time, told to everybody when it
// comes.

import { fulfilDuties } from '../acts/duties.ts';
import { sayStanding } from '../kit/candidate-states.ts';
import { firstDayOf } from '../kit/days.ts';
import { expectRefusal, settle, tellCampaign } from '../kit/play.ts';
import type { GeneralPlay } from './general-cast.ts';
import { moveOn } from './general-cast.ts';

const NUMBERS = ['一', '二', '三', '四'];

/** Tries the day before (refused by `rule`), then enters the phase on its first day. */
export async function enterPhase(play: GeneralPlay, code: string, rule: string): Promise<void> {
  await attemptPhase(play, rule, '下一阶段的时间未到即转入', 'before its window has come');
  await announcePhase(play, code);
  await advance(play);
}

export async function announcePhase(play: GeneralPlay, code: string): Promise<void> {
  const { plan, timeline } = play;
  const number = plan.phases.findIndex((phase) => phase.code === code);
  await sayStanding(play);
  timeline.heading(`第${NUMBERS[number]}阶段 ${plan.phases[number]?.name}`, `phase ${number + 1}`);
  await moveOn(play, firstDayOf(play, code));
}

export async function advance(play: GeneralPlay): Promise<void> {
  const [officer] = play.cast.officers;
  const { phase } = await play.client.get<{ phase: string }>(
    officer,
    `/v1/campaigns/${play.campaignId}`,
  );
  await fulfilDuties(play, phase);
  const moved = await settle(play, await tellCampaign(play, officer, { type: 'advance-phase' }));
  play.timeline.say(`转入本阶段，传达到 ${moved} 个申报对象`, 'every candidate is told');
}

export const attemptPhase = (play: GeneralPlay, rule: string, zh: string, en: string) =>
  expectRefusal(
    play,
    play.cast.officers[0],
    `/v1/campaigns/${play.campaignId}/events`,
    { type: 'advance-phase' },
    { status: 422, clause: rule },
    [zh, en],
  );
