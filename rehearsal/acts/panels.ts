// 验收组 (R63): three reviewers of one township; one steps back and is replaced, one dissents.

import type { Actor } from '../kit/client.ts';
import {
  type Candidate,
  eventsOf,
  expectRefusal,
  judgedMet,
  type Play,
  tell,
} from '../kit/play.ts';

/** Passes this candidate by the verdict of a panel, and by no other. */
export async function passByPanel(play: Play, candidate: Candidate): Promise<void> {
  const { cast, client, timeline } = play;
  const [convener, chair, third] = cast.officers;
  const [assessor] = cast.assessors;
  const members = [chair, third, assessor].map(({ id }) => id);
  const sit = { candidateId: candidate.id, members, chair: chair.id };
  const even = { ...sit, members: members.slice(0, 2) };
  await expectRefusal(play, convener, '/v1/review-panels', even, { status: 422, clause: 'R63' }, [
    '两人组成验收组',
    'a panel of two',
  ]);
  const { id } = await client.post<{ id: string }>(convener, '/v1/review-panels', sit);
  const speak = (actor: Actor, event: object): Promise<unknown> =>
    client.post(actor, `/v1/review-panels/${id}/events`, event);
  await speak(assessor, { type: 'recuse', reason: '近亲属在该镇任职' });
  const substituteId = cast.department.id;
  await speak(convener, { type: 'replace', memberId: assessor.id, substituteId });
  await speak(chair, { type: 'give-verdict', verdict: 'pass', reasons: '逐站察看，均达标' });
  await speak(third, { type: 'give-verdict', verdict: 'fail', reasons: '一处登记册有缺页' });
  const word = { type: 'pass', judged: judgedMet(play, candidate) };
  await expectRefusal(play, chair, eventsOf(candidate), word, { status: 422, clause: 'R63' }, [
    '验收组未作结论即予通过',
    'passed before the panel has concluded',
  ]);
  await speak(cast.department, { type: 'give-verdict', verdict: 'pass', reasons: '缺页已说明' });
  await speak(convener, { type: 'conclude' });
  await tell(play, candidate, word, chair);
  timeline.say(
    `${candidate.name}由三人验收组验收：一人回避由县委组织部替换，两票通过、一票不通过，予以通过`,
    'a panel: one stepped back and was replaced, two against one',
  );
}
