// The reviews: every word that the plan has for a verdict is given, as far as there is somebody to give it to.

import type { ReviewStep, VerdictEffect } from '../../machines/procedure/procedure.ts';
import { VERDICT_EVENTS } from '../../machines/procedure/steps/verdicts.ts';
import { returnAndCorrect } from '../acts/applications.ts';
import type { Actor } from '../kit/client.ts';
import { daysAfter } from '../kit/days.ts';
import { type Candidate, judgedMet, tell, today } from '../kit/play.ts';
import type { GeneralPlay } from './cast.ts';
import { applicantOf, eachOf, everyone, once } from './cast.ts';
import { actorFor } from './preparing.ts';
import type { At } from './standing.ts';
import { doing } from './standing.ts';

/** The plan's words for an effect. */
const wordsOf = ({ verdicts }: ReviewStep, effect: VerdictEffect): string[] =>
  Object.entries(verdicts)
    .filter(([, verdict]) => verdict.effect === effect)
    .map(([word]) => word);

/** The event of a verdict with the plan's word, where that is another. */
const saying = (effect: VerdictEffect, word: string) => ({
  type: VERDICT_EVENTS[effect],
  ...(word === VERDICT_EVENTS[effect] ? {} : { word }),
});

/**
 * The first candidate of a review is returned, deferred and refused before it goes on, each where the plan
 * has a word for it; every other goes on at once.
 */
export async function review(play: GeneralPlay, places: readonly At<'review'>[]): Promise<void> {
  await eachOf(play, places, ['评审', 'reviewed'], (place) =>
    doing(play, place, async () => {
      const { candidate, step, stage, state } = place;
      // Nobody reviews what they handed in (O12).
      const own = [candidate.actor, applicantOf(play, candidate)];
      const reviewer = await actorFor(play, place, step.by, own);
      const deferred = { type: 'resume-review' };
      if (state === 'deferred') return tell(play, candidate, deferred, reviewer);
      if (state === 'meeting-requirements') return meet(play, candidate, reviewer);
      if (state !== 'under-review') return;
      if (step.onSite === true) await visit(play, candidate, reviewer);
      if (once(play, `hard ${stage.code} ${candidate.category}`))
        await hardWay(play, place, reviewer);
      const number = everyone(play).indexOf(candidate);
      await goOn(play, place, reviewer, number);
    }),
  );
}

const visit = (play: GeneralPlay, candidate: Candidate, reviewer: Actor) =>
  tell(
    play,
    candidate,
    {
      type: 'record-verification',
      occurredOn: today(play),
      place: candidate.name,
      verifiers: [reviewer.name],
      findings: [],
    },
    reviewer,
  );

async function hardWay(play: GeneralPlay, place: At<'review'>, reviewer: Actor): Promise<void> {
  const { candidate, step } = place;
  const applicant = applicantOf(play, candidate);
  const rule = step.returnClause ?? step.clause;
  const [back] = wordsOf(step, 'return');
  if (back !== undefined) {
    await returnAndCorrect(play, candidate, {
      reviewer,
      applicant,
      rule,
      word: saying('return', back),
    });
  }
  for (const word of wordsOf(step, 'defer')) {
    const until = daysAfter(today(play), 2);
    const reason = '有关情况待现场核实';
    await tell(play, candidate, { ...saying('defer', word), until, reason }, reviewer);
    await tell(play, candidate, { type: 'resume-review' }, reviewer);
  }
  const [end] = wordsOf(step, 'end');
  if (end === undefined) return;
  const reason = '现场与申报材料不符';
  await tell(play, candidate, { ...saying('end', end), reason }, reviewer);
  const decider = await actorFor(play, place, step.by, [reviewer, candidate.actor, applicant]);
  const { id } = await play.client.post<{ id: string }>(
    applicant,
    `/v1/candidates/${candidate.id}/reconsiderations`,
    { reason: '所附台账与现场一致，请予复核' },
  );
  const grant = { type: 'grant', reason: '原台账漏看一册，应予重新评审' };
  await play.client.post(decider, `/v1/reconsiderations/${id}/events`, grant);
}

/** Every second one is bound by conditions, where the plan can wait for them here. */
async function goOn(
  play: GeneralPlay,
  { candidate, step }: At<'review'>,
  reviewer: Actor,
  number: number,
): Promise<void> {
  const bound = wordsOf(step, 'advance-bound');
  const word = bound[Math.floor(number / 2) % bound.length];
  if (number % 2 === 0 && word !== undefined) {
    const requirements = ['补齐一项设施'];
    await tell(play, candidate, { ...saying('advance-bound', word), requirements }, reviewer);
    return;
  }
  const advance = wordsOf(step, 'advance');
  const judged = judgedMet(play, candidate);
  const passing = saying('advance', advance[number % advance.length] ?? '');
  await tell(play, candidate, { ...passing, judged }, reviewer);
}

const meet = (play: GeneralPlay, candidate: Candidate, reviewer: Actor) => {
  const judged = judgedMet(play, candidate);
  const met = { type: 'confirm-requirements-met', judged, remark: '已落实' };
  return tell(play, candidate, met, reviewer);
};
