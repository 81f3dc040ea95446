// Plays any plan by reading it: along the chain of its phases, every candidate through the stages and steps
// of its category's procedure, each step by the roles it names. Nothing here knows a name, a date or a number
// of any plan.

import { chainOf, firstDaysOf } from '../../machines/procedure/chain.ts';
import { compileProcedure } from '../../machines/procedure/compile.ts';
import type { Link } from '../../machines/procedure/phases.ts';
import { conferralOf } from '../../machines/procedure/reading.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import type { Calendar } from '../../src/rules/time/calendar.ts';
import type { Invariant } from '../checks/invariants.ts';
import { lookHalfway } from '../checks/text-invariants.ts';
import { sayStanding } from '../kit/candidate-states.ts';
import type { Problem } from '../kit/client.ts';
import { Unexpected } from '../kit/client.ts';
import { dayOf, firstDayOf, lastDayOf } from '../kit/days.ts';
import { expectRefusal, type Play, settle, tellCampaign, today } from '../kit/play.ts';
import { signWaiting } from '../kit/signing.ts';
import type { GeneralPlay, Size } from './cast.ts';
import { moveOn, wayOf } from './cast.ts';
import { confer, publish, select, submit } from './deciding.ts';
import { apply, gather } from './evaluating.ts';
import { fulfilGates } from './gates.ts';
import { acknowledge, create, makePlans, mobilize, selfCheck } from './preparing.ts';
import { issueAndRegister } from './registration.ts';
import { review } from './reviewing.ts';
import { isAt, type Place, placesIn, readRows } from './standing.ts';
import { candidateStopped, Stopped, wordsOf } from './stopped.ts';

type Year = { year: number; version: string; daysOff: string[]; makeUpWorkdays: string[] };

/** Plays the plan to its end; answers the check of the timers in the middle of it. Throws Stopped. */
export async function playAnyPlan(base: Play, size: Size): Promise<Invariant> {
  const { plan } = base;
  const play: GeneralPlay = Object.assign(base, {
    size,
    calendar: await readCalendar(base),
    ways: new Map(
      plan.categories.map(({ code }) => [code, compileProcedure(procedureOf(plan, code))]),
    ),
    contenders: new Map(),
    deputies: new Map(),
    done: new Set<string>(),
  });
  await issueAndRegister(play);
  const { links } = chainOf(plan.phases);
  const middle = Math.floor(links.length / 2);
  let halfway: Invariant | undefined;
  for (const [index, link] of links.entries()) {
    if (index > 0) await enter(play, links, index);
    await playLink(play, link);
    if (index === middle) halfway = await lookHalfway(play);
  }
  await conclude(play, links.at(-1) as Link);
  await everyCategoryHasATitle(play);
  const { zh, en, ...found } = halfway ?? (await lookHalfway(play));
  return { ...found, zh: `${zh}（中途）`, en: `${en}, halfway` };
}

async function readCalendar({ client, cast }: Play): Promise<Calendar> {
  const { items: years } = await client.get<{ items: Year[] }>(cast.auditor, '/v1/calendars');
  return {
    years: Object.fromEntries(
      years.map(({ year, version, daysOff, makeUpWorkdays }) => [
        String(year),
        { version, daysOff, makeUpWorkdays },
      ]),
    ),
  };
}

/** More rounds than any procedure has steps; a play that takes them goes in circles. */
const ROUNDS_MAX = 200;

/** Plays in this link until nobody can go on in it. */
async function playLink(play: GeneralPlay, link: Link): Promise<void> {
  const [opening] = link.opens;
  if (opening !== undefined) await moveOn(play, dayOf(play, opening, 0.2));
  await gatesOf(play, link);
  let before = '';
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const rows = await readRows(play);
    const stand = JSON.stringify(
      [...rows.values()].map(({ id, stage, state }) => [id, stage, state]),
    );
    const places = placesIn(play, rows);
    if (stand === before) return mayWait(play, places);
    before = stand;
    await playRound(play, places);
    await signWaiting(play);
  }
  throw new Stopped(`${link.code}：${ROUNDS_MAX} 轮仍未完 · goes in circles`);
}

/** One step for everybody who can take one. A notice runs out when there is nothing else to do. */
async function playRound(play: GeneralPlay, places: readonly Place[]): Promise<void> {
  await makePlans(
    play,
    places.filter((one) => isAt(one, 'plan')),
  );
  await mobilize(
    play,
    places.filter((one) => isAt(one, 'mobilize')),
  );
  await acknowledge(
    play,
    places.filter((one) => isAt(one, 'acknowledge')),
  );
  await create(
    play,
    places.filter((one) => isAt(one, 'create')),
  );
  await selfCheck(
    play,
    places.filter((one) => isAt(one, 'self-check')),
  );
  await gather(
    play,
    places.filter((one) => isAt(one, 'gather')),
  );
  await apply(
    play,
    places.filter((one) => isAt(one, 'apply')),
  );
  await review(
    play,
    places.filter((one) => isAt(one, 'review')),
  );
  await select(
    play,
    places.filter((one) => isAt(one, 'select')),
    places,
  );
  await submit(
    play,
    places.filter((one) => isAt(one, 'submit')),
  );
  await confer(
    play,
    places.filter((one) => isAt(one, 'confer')),
  );
  const isBusy = places.some((one) => BUSY.some((kind) => isAt(one, kind)));
  if (!isBusy)
    await publish(
      play,
      places.filter((one) => isAt(one, 'notice')),
    );
}

/** Steps whose work may go on while another candidate's notice runs. */
const BUSY = [
  'plan',
  'mobilize',
  'acknowledge',
  'create',
  'self-check',
  'review',
  'submit',
] as const;

/** Whoever does not go on may wait: for a phase, as a reserve, or because others go on instead. */
function mayWait(play: GeneralPlay, places: readonly Place[]): void {
  const going = new Set(
    [...play.contenders.values()]
      .flat()
      .flatMap(({ candidate, weak }) => (weak ? [] : [candidate.id])),
  );
  for (const { candidate, stage, state, step } of places) {
    if (step === null || state === 'in-reserve') continue;
    if (step.step === 'confer' && step.stated === false) continue;
    const isLeft = (step.step === 'apply' || step.step === 'gather') && !going.has(candidate.id);
    if (isLeft) continue;
    const standing = { stage: stage.code, step: step.step, state };
    throw candidateStopped(play, candidate, standing, '没有人能再往前办 · nothing takes it on');
  }
}

/** Leaves the link before this one: too early first, then on the first day of the phases that open. */
async function enter(play: GeneralPlay, links: readonly Link[], index: number): Promise<void> {
  const { plan, timeline, size } = play;
  const [link, left] = [links[index], links[index - 1]] as [Link, Link];
  const opens = link.opens.map((code) => firstDayOf(play, code));
  const day = [firstDaysOf(plan.phases)[index] ?? '', ...opens].sort().at(-1) ?? '';
  if (size === 'whole') {
    await sayStanding(play);
    if (today(play) < day) await attemptEarly(play, link, left);
  }
  const names = link.open.map((code) => plan.phases.find((one) => one.code === code)?.name);
  timeline.heading(`阶段 ${names.join('、')}`, link.code);
  await moveOn(play, day);
  const moved = await settle(play, await changePhase(play, { type: 'advance-phase' }));
  timeline.say(`转入本阶段，传达到 ${moved} 个申报对象`, 'every candidate is told');
}

async function attemptEarly(play: GeneralPlay, link: Link, left: Link): Promise<void> {
  const phase = play.plan.phases.find(({ code }) => code === (link.opens[0] ?? left.closes[0]));
  const path = `/v1/campaigns/${play.campaignId}/events`;
  await expectRefusal(
    play,
    play.cast.officers[0],
    path,
    { type: 'advance-phase' },
    { status: 422, ...(phase === undefined ? {} : { clause: phase.clause }) },
    ['下一阶段的时间未到即转入', 'before its window has come'],
  );
}

/** What a phase asks before it closes is done first, while candidates live of whom it can be recorded. */
async function gatesOf(play: GeneralPlay, { closes }: Link): Promise<void> {
  const living = placesIn(play, await readRows(play));
  for (const code of closes) await fulfilGates(play, code, living);
}

/** Tells the campaign; what the phase still lacks stops the play. */
async function changePhase(play: GeneralPlay, event: { type: string }) {
  try {
    return await tellCampaign(play, play.cast.officers[0], event);
  } catch (error) {
    if (!(error instanceof Unexpected) || error.refused === undefined) throw error;
    const { who, what, problem } = error.refused;
    throw new Stopped(
      `${today(play)} ${who}办理 ${what} 被拒绝（${problem.status}）——${wordsOf(problem, play)}`,
    );
  }
}

/** On the last day; two officers end it where candidates who never applied are still alive. */
async function conclude(play: GeneralPlay, last: Link): Promise<void> {
  const { cast, client, campaignId, timeline } = play;
  const [officer] = cast.officers;
  for (const code of last.closes) await moveOn(play, lastDayOf(play, code), '16:00');
  const path = `/v1/campaigns/${campaignId}/events`;
  const word = { type: 'conclude' };
  const { status, body } = await client.ask<Problem & Parameters<typeof settle>[1]>(
    officer,
    'POST',
    path,
    word,
  );
  const unmet = body.unmet?.map(({ requirement }) => requirement) ?? [];
  if (status === 422 && unmet.join() === 'every-candidate-decided') {
    const reason = '未申报的对象本年度不再申报，活动期满结束';
    await tellCampaign(play, officer, { type: 'request-override', reason });
    await tellCampaign(play, cast.department, { type: 'approve-override' });
  }
  const told = status < 300 ? body : await changePhase(play, word);
  const ended = await settle(play, told);
  timeline.say(`活动结束，${ended} 个未申报的对象终止`, 'concluded; the others lapse');
  await sayStanding(play);
}

/** Each category whose procedure says who confers has given a title. */
async function everyCategoryHasATitle(play: GeneralPlay): Promise<void> {
  const rows = await readRows(play);
  for (const { code, name } of play.plan.categories) {
    const candidates = play.candidates.get(code) ?? [];
    const [first] = candidates;
    if (first === undefined || conferralOf(wayOf(play, first).procedure)?.stated === false)
      continue;
    if (candidates.some(({ id }) => rows.get(id)?.stage === 'conferred')) continue;
    const stages = candidates.map(({ id }) => rows.get(id)?.stage).join('、');
    throw new Stopped(`类别 ${name} 没有一个得到称号（${stages}） · ${code} gives no title`);
  }
}
