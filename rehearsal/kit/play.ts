// The play under way: the client, the clock, the cast, and the few ways in which anybody acts.
//
// Yijun's own story (rehearsal/acts/yijun-story.ts) has a script: who forgets to sign, who is late. Any other
// plan is played by reading it (rehearsal/any-plan/player.ts). What both use takes what it needs from
// `play.plan`, never from a name or a date of its own: days by `dayOf(play, phase, 0.3)`, numbers from policies,
// quotas and criteria; the clause in `expectRefusal` may be the number of a rule ('R48').

import type { Quota } from '../../machines/selection/quota.ts';
import type { Plan as WholePlan } from '../../src/rules/plan/plan-schema.ts';
import type { Procedural } from '../../src/rules/procedure/procedures.ts';
import type { Said } from '../checks/texts.ts';
import type { Cast } from './actors.ts';
import type { Actor, Answer, Client, Problem, Told } from './client.ts';
import { Unexpected } from './client.ts';
import { type Base, type County, type Township, townshipOf, type Village } from './county.ts';
import type { Timeline } from './timeline.ts';

/** Code of a category, as the plan calls it. */
export type Category = string;

/** A candidate and the actor who answers for it. */
export type Candidate = {
  id: string;
  category: Category;
  name: string;
  organisationId: string;
  siteId: string | null;
  township: Township | null;
  actor: Actor;
};

export type Refusal = { at: string; who: string; what: string; problem: Problem };

type Criterion = {
  id: string;
  clause: string;
  kind: string;
  text: string;
  at: 'self-check' | 'application' | 'acceptance';
};
/** The parts of a plan that the invariants need. */
export type Plan = Procedural & {
  streams: WholePlan['streams'];
  id: string;
  version: number;
  clauses: { [clause: string]: { modality: string; quote: string } };
  categories: {
    code: Category;
    name: string;
    quota: Quota;
    procedure: string;
    criteria: Criterion[];
  }[];
};

export type Play = {
  client: Client;
  timeline: Timeline;
  county: County;
  cast: Cast;
  bases: Base[];
  plan: WholePlan;
  campaignId: string;
  /** By category, in the order of registration. */
  candidates: Map<Category, Candidate[]>;
  refusals: Refusal[];
  /** Texts that were read on the way. */
  said: Said[];
  now: string;
};

/** An instant of a day in Yijun, as '2017-07-01' and '09:00'. */
const inYijun = (date: string, time: string): string => `${date}T${time}:00+08:00`;

/** Moves the clock; whatever falls due on the way is fired by the service and counted here. */
export async function moveTo(play: Play, date: string, time = '09:00'): Promise<void> {
  const instant = inYijun(date, time);
  const { fired } = (
    await play.client.demand<{ fired: number }>(play.cast.scheduler, 'PUT', '/v1/clock', {
      instant,
    })
  ).body;
  play.now = instant;
  play.timeline.at(instant);
  if (fired > 0) play.timeline.say(`⏰ 到期自动触发 ${fired} 项期限`, `${fired} timers fired`);
}

/** The present date in Yijun. */
export const today = ({ now }: Play): string => now.slice(0, 10);

type Event = { type: string; [name: string]: unknown };

export const tellCampaign = (play: Play, actor: Actor, event: Event): Promise<Told> =>
  play.client.post(actor, `/v1/campaigns/${play.campaignId}/events`, event);

/** Sends a candidate an event, by default in the name of the actor who answers for it. */
export const tell = (
  play: Play,
  candidate: Candidate,
  event: Event,
  actor: Actor = candidate.actor,
): Promise<Told> => play.client.post(actor, `/v1/candidates/${candidate.id}/events`, event);

export const tellOrder = (play: Play, actor: Actor, id: string, event: Event): Promise<Told> =>
  play.client.post(actor, `/v1/rectifications/${id}/events`, event);

export type Evidence = {
  kind: string;
  summary: string;
  occurredOn?: string;
  form?: string;
  siteIds?: string[];
  fileIds?: string[];
  detail?: { [name: string]: unknown };
  supersedes?: { recordId: string; reason: string };
};

export const recordEvidence = (
  play: Play,
  candidate: Candidate,
  evidence: Evidence,
  actor: Actor = candidate.actor,
): Promise<Told> =>
  play.client.post(actor, `/v1/candidates/${candidate.id}/evidence`, {
    occurredOn: today(play),
    ...evidence,
  });

/** `clause` is the plan's sentence, or the service's rule that rests on it. */
type Expected = { status: number; clause?: string };

/**
 * Sends a request that the story knows will be refused, and tells the reason. Throws Unexpected when it is
 * granted, or refused for another reason.
 */
export async function expectRefusal(
  play: Play,
  actor: Actor,
  path: string,
  body: unknown,
  expected: Expected,
  [zh, en]: [zh: string, en: string],
): Promise<Problem> {
  const { client, timeline, refusals, now } = play;
  const answer = await client.ask<Problem>(actor, 'POST', path, body);
  return note(answer);

  function note({ status, body: problem }: Answer<Problem>): Problem {
    const clauses = problem.unmet?.flatMap(({ clause, rule }) => [clause, rule]) ?? [];
    const cited = play.plan.cites?.[expected.clause ?? '']?.clause;
    const isAsExpected =
      status === expected.status &&
      (expected.clause === undefined ||
        clauses.includes(expected.clause) ||
        (cited !== undefined && clauses.includes(cited)));
    if (!isAsExpected) {
      throw new Unexpected(
        `${zh}: ${expected.status} ${expected.clause ?? ''} was expected\n  → ${status} ${JSON.stringify(problem)}`,
      );
    }
    refusals.push({ at: now, who: actor.name, what: zh, problem });
    timeline.refused(zh, en, problem);
    return problem;
  }
}

/** The address at which a candidate is sent events. */
export const eventsOf = ({ id }: { id: string }): string => `/v1/candidates/${id}/events`;

/** Waits until the operation an answer opened is done; throws when one of its items was refused. */
export async function settle(play: Play, { opened }: Pick<Told, 'opened'>): Promise<number> {
  const id = opened.find(({ kind }) => kind === 'operation')?.id;
  if (id === undefined) throw new Unexpected('no operation was opened');
  return awaitOperation(play, id);
}

type Operation = { status: string; total: number; done: number; refused: number };
const LOOK_EVERY_MS = 20;
const WAIT_MAX_MS = 30_000;

export async function awaitOperation({ client, cast }: Play, id: string): Promise<number> {
  const [officer] = cast.officers;
  const startedMs = performance.now();
  while (performance.now() - startedMs < WAIT_MAX_MS) {
    const operation = await client.get<Operation>(officer, `/v1/operations/${id}`);
    if (operation.status === 'parked') throw new Unexpected(`operation ${id} is parked`);
    if (operation.status === 'done') {
      if (operation.refused === 0) return operation.done;
      throw new Unexpected(`operation ${id} was refused ${operation.refused} of its items`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Unexpected(`operation ${id} is not done in time`);
}

export const candidatesOf = ({ candidates }: Play, category: Category): Candidate[] =>
  candidates.get(category) ?? [];

export const categoryOf = ({ plan }: Play, code: Category): WholePlan['categories'][number] => {
  const found = plan.categories.find((category) => category.code === code);
  if (found === undefined) throw new Error(`the plan has no ${code}`);
  return found;
};

/** Every criterion of the category that people judge (R63, R64), each found met. */
export const judgedMet = (play: Play, { category }: Candidate) =>
  categoryOf(play, category)
    .criteria.filter(({ at }) => at === 'acceptance')
    .map(({ id }) => ({ criterion: id, met: true }));

/** The sentence a criterion of the candidate's category rests on. */
export const clauseOf = (play: Play, { category }: Candidate, criterion: string): string => {
  const found = categoryOf(play, category).criteria.find(({ id }) => id === criterion);
  if (found === undefined) throw new Error(`${category} has no criterion ${criterion}`);
  return found.clause;
};

/** The candidate of a village, by its organisation. */
function candidateAt(play: Play, category: Category, organisationId: string): Candidate {
  const found = candidatesOf(play, category).find((item) => item.organisationId === organisationId);
  if (found === undefined) throw new Error(`no ${category} at ${organisationId}`);
  return found;
}

export const candidateOfVillage = (play: Play, { id }: Village): Candidate =>
  candidateAt(play, 'DEMONSTRATION_VILLAGE', id);

export const candidateOfTownship = (play: Play, name: string): Candidate =>
  candidateAt(play, 'DEMONSTRATION_TOWNSHIP', townshipOf(play.county, name).id);
