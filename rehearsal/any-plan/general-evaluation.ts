// Phase 4 of any plan: evaluation by both streams, application, acceptance, selection, determination.

import { seatsOf } from '../../machines/selection/quota.ts';
import { policiesOf } from '../../src/rules/plan/category-policies.ts';
import { applicationOf, attemptLate, returnAndCorrect, unsigned } from '../acts/applications.ts';
import { assignAll, handInAll } from '../acts/assessment.ts';
import { type Asked, BALLOTS_BY_HAND, holdRounds, holdVoidThenValid } from '../acts/ballots.ts';
import { writeDecision } from '../acts/documents.ts';
import { fulfilDuties } from '../acts/duties.ts';
import { holdOutcomes } from '../acts/outcomes.ts';
import { listInState, sayStanding } from '../kit/candidate-states.ts';
import { forEach } from '../kit/client.ts';
import { dayOf, lastDayOf, workingDaysAfter } from '../kit/days.ts';
import {
  type Candidate,
  candidatesOf,
  categoryOf,
  eventsOf,
  expectRefusal,
  judgedMet,
  settle,
  tell,
  tellCampaign,
  today,
} from '../kit/play.ts';
import type { GeneralPlay } from './general-cast.ts';
import { applicantOf, eachOf, moveOn, routeOf } from './general-cast.ts';

const PHASE = 'evaluation';

/** How many points the last of all candidates lies below the first. */
const BELOW_FIRST_MAX = 25;

type Standing = { candidate: Candidate; rank: number; weak: boolean };

/** One candidate more than the quota of each category, and one that is too weak. */
async function standings(play: GeneralPlay): Promise<Standing[]> {
  const ready = new Set(await listInState(play, 'evaluation', 'evaluating'));
  return play.plan.categories.flatMap(({ code, quota }) => {
    const able = candidatesOf(play, code).filter((one) => ready.has(one));
    // Everybody who is asked applies, and nobody withdraws.
    const all = candidatesOf(play, code).length;
    const seats = seatsOf(quota, { registered: all, applied: able.length });
    const asked = able.slice(0, (seats ?? able.length) + 2);
    return asked.map((candidate, rank) => ({
      candidate,
      rank,
      weak: asked.length > (seats ?? asked.length) + 1 && rank === asked.length - 1,
    }));
  });
}

/**
 * As many voters as the candidate's rank give the second grade, the others the best; a weak one gets the
 * worst.
 */
function askedOf({ plan }: GeneralPlay, { candidate, rank, weak }: Standing): Asked {
  const ranked = Object.entries(policiesOf(plan, candidate.category).gradePoints.value).sort(
    ([, a], [, b]) => b - a,
  );
  const [best, second] = ranked.map(([grade]) => grade) as [string, string];
  const worst = ranked.at(-1)?.[0] ?? second;
  return { candidate, gradeOf: (voter) => (weak ? worst : voter < rank ? second : best) };
}

export async function evaluateAndApply(play: GeneralPlay): Promise<void> {
  const { plan } = play;
  await moveOn(play, dayOf(play, PHASE, 0.1));
  await fulfilDuties(play, PHASE);
  const all = await standings(play);
  const [first, ...others] = all as [Standing];
  if (policiesOf(plan, first.candidate.category).ballotForm.value === 'open') {
    const few = Math.floor(
      (BALLOTS_BY_HAND * policiesOf(plan, first.candidate.category).quorumPercent.value) / 100,
    );
    await holdVoidThenValid(play, askedOf(play, first), few, [
      `${first.candidate.name}的评议收回的票未超过规定比例，无效，重新组织`,
      'no quorum: void, held once more',
    ]);
  } else {
    await holdRounds(play, [askedOf(play, first)]);
  }
  await holdRounds(
    play,
    others.map((standing) => askedOf(play, standing)),
  );
  await assignAll(
    play,
    all.map(({ candidate }) => candidate),
  );
  const standingOf = new Map(all.map((standing) => [standing.candidate.id, standing]));
  // A sheet may give points in whole steps only, and ranks that were no step apart would be tied.
  const apart = Math.min(1, BELOW_FIRST_MAX / all.length);
  await handInAll(play, (id, position) => {
    const { weak, rank } = standingOf.get(id) as Standing;
    return weak ? 0 : 100 - position - rank * apart;
  });
  play.timeline.say(`${all.length} 个对象经评议和考评`, 'evaluated and assessed');
  await apply(play, all);
}

async function apply(play: GeneralPlay, all: readonly Standing[]): Promise<void> {
  await moveOn(play, dayOf(play, PHASE, 0.2));
  const [first] = all as [Standing];
  const form = await formOf(play, first.candidate);
  await expectRefusal(
    play,
    applicantOf(play, first.candidate),
    eventsOf(first.candidate),
    unsigned(form),
    { status: 422, clause: 'R62' },
    [`${first.candidate.name}的申报表没有签字盖章`, 'an application without a signature'],
  );
  if (play.plan.policies.signatureScanRequired?.value === true) {
    const { signatureFileId: _, ...words } = form;
    await expectRefusal(
      play,
      applicantOf(play, first.candidate),
      eventsOf(first.candidate),
      { ...words, signatureEvidence: '已盖章' },
      { status: 422, clause: 'R62' },
      [`${first.candidate.name}只写已盖章，没有附扫描件`, 'words instead of the sealed page'],
    );
  }
  const weak = all.find((standing) => standing.weak);
  if (weak !== undefined) {
    await expectRefusal(
      play,
      applicantOf(play, weak.candidate),
      eventsOf(weak.candidate),
      await formOf(play, weak.candidate),
      { status: 422, clause: 'R61' },
      [`${weak.candidate.name}得分不到合格线`, 'below the pass mark'],
    );
  }
  const applying = all.filter((standing) => !standing.weak).map(({ candidate }) => candidate);
  await eachOf(play, applying, ['书面申报', 'applied in writing'], async (one) =>
    tell(play, one, await formOf(play, one), applicantOf(play, one)),
  );
}

const formOf = (play: GeneralPlay, candidate: Candidate) =>
  applicationOf(play, candidate, applicantOf(play, candidate), {
    statement: `${candidate.name}对照标准自评达标，特此申报`,
    priorityClass: categoryOf(play, candidate.category).priorityClasses?.[0] ?? null,
  });

/** The end of the longest public notice of any category. */
const noticed = (play: GeneralPlay): Promise<void> => {
  const days = play.plan.categories.map(
    ({ code }) => policiesOf(play.plan, code).publicNoticeWorkingDays.value,
  );
  return moveOn(play, workingDaysAfter(play.calendar, today(play), Math.max(...days)));
};

/** 初步验收 then 择优 (R63, Q20), public notice, and up to the city where the plan says so. */
export async function acceptAndSelect(play: GeneralPlay): Promise<void> {
  const { cast, plan, timeline } = play;
  const [officer, reviewer] = cast.officers;
  await moveOn(play, dayOf(play, PHASE, 0.3));
  const underReview = await listInState(play, 'countyAcceptance', 'under-review');
  const [returned] = underReview;
  if (returned !== undefined) {
    const applicant = applicantOf(play, returned);
    await returnAndCorrect(play, returned, { reviewer, applicant, rule: 'R62' });
  }
  await eachOf(play, underReview, ['初步验收通过', 'accepted'], (one) =>
    tell(play, one, { type: 'pass', judged: judgedMet(play, one) }, reviewer),
  );
  for (const { code, name } of plan.categories) {
    const accepted = underReview.filter(({ category }) => category === code);
    if (accepted.length === 0) continue;
    await settle(
      play,
      await tellCampaign(play, officer, { type: 'select-by-merit', category: code }),
    );
    await holdOutcomes(play, code);
    timeline.say(`择优 ${name}：${accepted.length} 个通过`, 'selected within the quota');
  }
  await noticed(play);
  const cleared = await listInState(play, 'countyAcceptance', 'cleared');
  await forEach(cleared, async (one) => {
    await tell(play, one, { type: 'propose-submission' }, officer);
    await tell(play, one, { type: 'submit-upward' }, reviewer);
  });
}

/** Two officers for each title, the county's or the city's as the route says. */
export async function determine(play: GeneralPlay): Promise<void> {
  const { cast } = play;
  const [verifier, second] = cast.cityOfficers;
  const own = await listInState(play, 'countyAcceptance', 'confirmable');
  await confer(play, own, [cast.officers[0], cast.department]);
  if (own.length > 0) await writeDecision(play, 'county');
  const verified = await listInState(play, 'cityVerification', 'under-review');
  const verifiers = cast.cityOfficers.map(({ name }) => name);
  const look = { type: 'record-verification', occurredOn: today(play), verifiers, findings: [] };
  await forEach(verified, (one) => tell(play, one, { ...look, place: one.name }, verifier));
  await forEach(verified, (one) =>
    tell(play, one, { type: 'pass', judged: judgedMet(play, one) }, verifier),
  );
  if (verified.length > 0) await noticed(play);
  const ready = await listInState(play, 'cityVerification', 'confirmable');
  await confer(play, ready, [verifier, second]);
  if (ready.length > 0) await writeDecision(play, 'city');
}

async function confer(
  play: GeneralPlay,
  ready: readonly Candidate[],
  [proposer, confirmer]: readonly [
    GeneralPlay['cast']['department'],
    GeneralPlay['cast']['department'],
  ],
): Promise<void> {
  const [first] = ready;
  if (first === undefined) return;
  await forEach(ready, (one) => tell(play, one, { type: 'propose-conferral' }, proposer));
  const word = { type: 'confirm-conferral' };
  await expectRefusal(play, proposer, eventsOf(first), word, { status: 422, clause: 'R65' }, [
    '提名人自己确认',
    'the proposer would confirm',
  ]);
  const level = routeOf(play, first).finalAuthority === 'city' ? '市级' : '区（县）级';
  await eachOf(play, ready, [`${level}最终确定（两人）`, 'determined by two'], (one) =>
    tell(play, one, word, confirmer),
  );
}

export async function concludeCampaign(play: GeneralPlay): Promise<void> {
  const { cast, campaignId, timeline } = play;
  const [officer] = cast.officers;
  const path = `/v1/campaigns/${campaignId}/events`;
  await moveOn(play, lastDayOf(play, PHASE), '16:00');
  await expectRefusal(play, officer, path, { type: 'conclude' }, { status: 422, clause: 'R65' }, [
    '尚有未申报的对象即宣布结束',
    'many have not come to an end',
  ]);
  await attemptLate(play, (candidate) => applicantOf(play, candidate));
  const reason = '未申报的对象本年度不再申报，活动期满结束';
  await tellCampaign(play, officer, { type: 'request-override', reason });
  await tellCampaign(play, cast.department, { type: 'approve-override' });
  const ended = await settle(play, await tellCampaign(play, officer, { type: 'conclude' }));
  timeline.say(`活动结束，${ended} 个未申报的对象终止`, 'concluded; the others lapse');
  await sayStanding(play);
}
