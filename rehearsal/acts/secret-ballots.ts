// One secret round that fails: too few ballots return, somebody peeks, votes twice, votes too late.

import type { Problem } from '../kit/client.ts';
import { Unexpected } from '../kit/client.ts';
import { expectRefusal, type Play } from '../kit/play.ts';
import type { Asked } from './ballots.ts';
import {
  castAll,
  castBallot,
  eventsOfRound,
  finishRound,
  handOut,
  openRound,
  repeatRound,
  tellersOf,
} from './ballots.ts';

/** A round that is to close with ballots outstanding; `unspent` are the codes of their slips. */
export type Unfinished = { asked: Asked; id: string; unspent: readonly string[] };

const told = (play: Play, status: number, problem: Problem, [zh, en]: [string, string]): void => {
  if (problem.status !== status) {
    throw new Unexpected(`${zh}: ${status} was expected\n  → ${JSON.stringify(problem)}`);
  }
  play.refusals.push({ at: play.now, who: '投票人', what: zh, problem });
  play.timeline.refused(zh, en, problem);
};

/** Half of the ballots come back, which is the quorum itself and not more than the quorum. */
export async function beginUnfinished(play: Play, asked: Asked): Promise<Unfinished> {
  const { candidate, gradeOf } = asked;
  const [leader] = tellersOf(play, candidate);
  const id = await openRound(play, asked);
  const codes = await handOut(play, asked, id);
  const half = codes.length / 2;
  await castAll(play, codes.slice(0, half), gradeOf);
  // An answer that was lost is asked for again; it does not count twice.
  await castAll(play, codes.slice(0, 1), gradeOf);
  const again = await castBallot(play, codes[0] ?? '', 'ABSTAIN');
  told(play, 409, again.body, ['同一张票改投', 'another choice with the same slip']);
  const peek = await play.client.ask<Problem>(leader, 'GET', `/v1/ballot-rounds/${id}/count`);
  told(play, 409, peek.body, ['截止之前查看票数', 'peeking before the close']);
  const { turnout, result } = await play.client.get<{ turnout: object; result: unknown }>(
    play.cast.auditor,
    `/v1/ballot-rounds/${id}`,
  );
  if (result !== null || !('returned' in turnout) || turnout.returned !== half) {
    throw new Unexpected(`an open round tells ${JSON.stringify({ turnout, result })}`);
  }
  await expectRefusal(
    play,
    leader,
    eventsOfRound(id),
    { type: 'close' },
    { status: 422, clause: 'R61' },
    [`${candidate.name}的票只收回一半即提前截止`, 'closed while ballots are out'],
  );
  return { asked, id, unspent: codes.slice(half) };
}

/** The closing time makes the round void and the outstanding ballots too late; it is held once more. */
export async function repeatUnfinished(
  play: Play,
  { asked, id, unspent }: Unfinished,
): Promise<void> {
  const late = await castBallot(play, unspent[0] ?? '', asked.gradeOf(0));
  told(play, 409, late.body, ['截止之后投票', 'a ballot after the close']);
  const { state } = await play.client.get<{ state: string }>(
    play.cast.auditor,
    `/v1/ballot-rounds/${id}`,
  );
  if (state !== 'void') throw new Unexpected(`a round below its quorum is ${state}`);
  play.timeline.say(
    `${asked.candidate.name}的评议收回不足半数，无效，重新组织`,
    'below the quorum: void, held once more',
  );
  await repeatRound(play, asked, id);
  await finishRound(play, asked, id);
}
