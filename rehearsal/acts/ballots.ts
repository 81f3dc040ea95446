// 党员群众评议 (R61): rolls, slips, ballots without a name, and rounds that do not count.

import { ballotPolicyOf } from '../../src/rules/ballot/ballots.ts';
import { planFor } from '../../src/rules/plan/category-policies.ts';
import { actorOf } from '../kit/actors.ts';
import type { Actor, Problem } from '../kit/client.ts';
import { forEach, Unexpected } from '../kit/client.ts';
import { type Candidate, categoryOf, expectRefusal, type Play, today } from '../kit/play.ts';

/** Enough of each electorate for a secret, few enough for a rehearsal. */
const VOTERS_PER_STRATUM = 5;

type Entry = { entry: string; name: string; stratum: string };
/** The grade of each voter, by their number. */
type Grading = (voter: number) => string;
/** A candidate and the stream for which its voters are asked. */
export type Asked = { candidate: Candidate; stream: string; gradeOf: Grading };
type Put = Pick<Asked, 'candidate' | 'stream'>;

const policyOf = ({ plan }: Play, { candidate, stream }: Put) =>
  ballotPolicyOf(planFor(plan, candidate.category), stream);

/** Two officers of another body than the candidate's: one leads and counts, the other confirms. */
export function tellersOf({ cast, ...play }: Play, candidate: Candidate): [Actor, Actor] {
  const { township, organisationId } = candidate;
  if (township === null) return cast.cityOfficers;
  if (categoryOf({ cast, ...play }, candidate.category).subject === 'township') {
    return [cast.officers[0], cast.officers[1]];
  }
  if (organisationId === township.id) return [cast.officers[0], cast.officers[1]];
  return [actorOf(cast.offices, township.id), actorOf(cast.committees, township.id)];
}

const rollOf = (play: Play, put: Put): Entry[] =>
  policyOf(play, put).strata.flatMap(({ code, name }) =>
    Array.from({ length: VOTERS_PER_STRATUM }, (_, index) => ({
      entry: `${code}-${index + 1}`,
      name: `${name}${index + 1}`,
      stratum: code,
    })),
  );

const roundOf = (id: string): string => `/v1/ballot-rounds/${id}`;
export const eventsOfRound = (id: string): string => `${roundOf(id)}/events`;

const closingTime = (play: Play): string => `${today(play)}T18:00:00+08:00`;

/** Opens a round until six in the evening; answers its id. */
export async function openRound(play: Play, put: Put): Promise<string> {
  const { candidate, stream } = put;
  const [leader] = tellersOf(play, candidate);
  const convened = { closesAt: closingTime(play), roll: rollOf(play, put) };
  const { id } = await play.client.post(leader, '/v1/ballot-rounds', {
    candidateId: candidate.id,
    stream,
    ...convened,
  });
  return id;
}

/** Opens the next generation of a round that does not count, until six in the evening. */
export async function repeatRound(play: Play, put: Put, id: string): Promise<void> {
  const [leader] = tellersOf(play, put.candidate);
  const convened = { closesAt: closingTime(play), roll: rollOf(play, put) };
  await play.client.post(leader, eventsOfRound(id), { type: 'reconvene', ...convened });
}

/** The codes of the slips of a round, by electorate; whoever prints them hands none out. */
type Slips = readonly { stratum: string; codes: readonly string[] }[];

async function printSlips(play: Play, put: Put, id: string): Promise<Slips> {
  const [, printer] = tellersOf(play, put.candidate);
  const address = `${roundOf(id)}/slips`;
  const { slips } = await play.client.post<{ slips: Slips }>(printer, address, {});
  return slips;
}

/**
 * Prints the slips of a round, marks everybody on the roll one after the other as a desk does, and answers the
 * codes of the slips that they drew.
 */
export async function handOut(play: Play, put: Put, id: string): Promise<string[]> {
  const [leader] = tellersOf(play, put.candidate);
  const slips = await printSlips(play, put, id);
  const left = new Map(slips.map(({ stratum, codes }) => [stratum, [...codes]]));
  const drawn: string[] = [];
  for (const { entry, stratum } of rollOf(play, put)) {
    await play.client.post(leader, eventsOfRound(id), { type: 'mark-voter', entry });
    drawn.push(left.get(stratum)?.pop() ?? '');
  }
  return drawn;
}

/** Casts a ballot without a key, so the service does not know the voter. */
export const castBallot = (play: Play, code: string, choice: string) =>
  play.client.ask<Problem>(null, 'POST', '/v1/ballots', { code, choice });

export async function castAll(
  play: Play,
  codes: readonly string[],
  gradeOf: Grading,
): Promise<void> {
  for (const [voter, code] of codes.entries()) {
    const { status, body } = await castBallot(play, code, gradeOf(voter));
    if (status !== 200) throw new Unexpected(`a ballot was not taken: ${JSON.stringify(body)}`);
  }
}

type Numbers = { issued: number; returned: number; grades: { [grade: string]: number } };

/** A hand count of each stratum, entered by one teller and confirmed by the other. */
async function countByHand(
  play: Play,
  put: Put,
  id: string,
  numbers: Numbers,
): Promise<{ state: string }> {
  const [teller, another] = tellersOf(play, put.candidate);
  const strata = policyOf(play, put).strata.map(({ code }) => ({
    stratum: code,
    invalid: 0,
    abstained: 0,
    ...numbers,
  }));
  await play.client.post(teller, eventsOfRound(id), { type: 'close' });
  await play.client.post(teller, eventsOfRound(id), { type: 'enter-count', strata });
  return play.client.post(another, eventsOfRound(id), { type: 'confirm-count' });
}

/** The number of voters of one electorate for each grade. */
function gradesOf(gradeOf: Grading): { [grade: string]: number } {
  const grades: { [grade: string]: number } = {};
  for (let voter = 0; voter < VOTERS_PER_STRATUM; voter += 1) {
    const grade = gradeOf(voter);
    grades[grade] = (grades[grade] ?? 0) + 1;
  }
  return grades;
}

/** Everybody on the roll of an open round votes, and the round closes. */
export async function finishRound(play: Play, asked: Asked, id: string): Promise<void> {
  const { candidate, gradeOf } = asked;
  const [leader] = tellersOf(play, candidate);
  const all = VOTERS_PER_STRATUM;
  if (policyOf(play, asked).form === 'open') {
    const grades = gradesOf(gradeOf);
    await countByHand(play, asked, id, { issued: all, returned: all, grades });
    return;
  }
  await castAll(play, await handOut(play, asked, id), gradeOf);
  await play.client.post(leader, eventsOfRound(id), { type: 'close' });
}

/** Holds one round for each candidate. */
export async function holdRounds(play: Play, asked: readonly Asked[]): Promise<void> {
  const progress = play.timeline.progress('党员群众评议', 'put to the masses', asked.length);
  await forEach(
    asked,
    async (one) => finishRound(play, one, await openRound(play, one)),
    progress.tick,
  );
  progress.end();
}

/**
 * Holds a round by hand with one ballot too many or just as many as the quorum; it is void, and held once
 * more.
 */
export async function holdVoidThenValid(
  play: Play,
  asked: Asked,
  returned: number,
  [zh, en]: [zh: string, en: string],
): Promise<void> {
  const id = await openRound(play, asked);
  const first = asked.gradeOf(0);
  const issued = VOTERS_PER_STRATUM;
  const { state } = await countByHand(play, asked, id, {
    issued,
    returned,
    grades: { [first]: returned },
  });
  if (state !== 'void') throw new Unexpected(`a round with ${returned} of ${issued} is ${state}`);
  play.timeline.say(zh, en);
  await repeatRound(play, asked, id);
  await finishRound(play, asked, id);
}

export const BALLOTS_BY_HAND = VOTERS_PER_STRATUM;

/** Nobody leads the vote on their own township. */
export const attemptOwnRound = (play: Play, { candidate, stream }: Asked) =>
  expectRefusal(
    play,
    candidate.actor,
    '/v1/ballot-rounds',
    {
      candidateId: candidate.id,
      stream,
      closesAt: closingTime(play),
      roll: rollOf(play, { candidate, stream }),
    },
    { status: 403 },
    [`${candidate.name}自己组织对本单位的评议`, 'a body would hold the vote on itself'],
  );
