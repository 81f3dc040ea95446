// Where a play of a plan stops: at which step, who, and why, in the service's own words.

import type { Problem } from '../kit/client.ts';
import { Unexpected } from '../kit/client.ts';
import { type Candidate, categoryOf } from '../kit/play.ts';
import { tellUnmet } from '../kit/timeline.ts';
import type { GeneralPlay } from './cast.ts';

/** A candidate should come on and does not, or a phase should be left and is not. */
export class Stopped extends Unexpected {
  override name = 'Stopped';
}

type Standing = { stage: string; step: string; state: string };

export function candidateStopped(
  play: GeneralPlay,
  candidate: Candidate,
  { stage, step, state }: Standing,
  why: string,
): Stopped {
  const { name } = categoryOf(play, candidate.category);
  return new Stopped(
    `${candidate.name}（${name}）停在环节 ${stage} 的步骤 ${step}（状态 ${state}），${play.now.slice(0, 10)}：${why}` +
      `\n${candidate.name} (${candidate.category}) stops in stage ${stage} at step ${step} (state ${state})`,
  );
}

/** What the service answered, as it words it; each thing that is not met on a line of its own. */
export function wordsOf(problem: Problem, { timeline }: GeneralPlay): string {
  const unmet = problem.unmet?.map((one) => `\n    ${tellUnmet(one, timeline.names)}`) ?? [];
  return `${problem.detail}${unmet.join('')}`;
}

/** Does what a step asks; a refusal tells who was refused what. */
export async function orStopped<Result>(
  play: GeneralPlay,
  candidate: Candidate,
  standing: Standing,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unexpected) || error.refused === undefined) throw error;
    const { who, what, problem } = error.refused;
    const why = `${who}办理 ${what} 被拒绝（${problem.status}）——${wordsOf(problem, play)}`;
    throw candidateStopped(play, candidate, standing, why);
  }
}
