// 复核 (R63): a failed candidate asks, with a reason; another officer than the one who failed it decides.

import type { Actor } from '../kit/client.ts';
import {
  type Candidate,
  type Category,
  expectRefusal,
  judgedMet,
  type Play,
  tell,
} from '../kit/play.ts';

const ask = (play: Play, { id, actor }: Candidate): Promise<{ id: string }> =>
  play.client.post(actor, `/v1/candidates/${id}/reconsiderations`, {
    reason: '所附台账与现场一致，请予复核',
  });

async function decide(
  play: Play,
  candidate: Candidate,
  event: { type: 'uphold' | 'grant'; reason: string },
): Promise<void> {
  const { cast, client } = play;
  const [decider, reviewer] = cast.officers;
  const { id } = await ask(play, candidate);
  const path = `/v1/reconsiderations/${id}/events`;
  await expectRefusal(play, reviewer, path, event, { status: 422, clause: 'R63' }, [
    `认定${candidate.name}未通过的人自己复核`,
    'whoever failed it would reconsider it',
  ]);
  await client.post(decider, path, event);
}

/**
 * One failure is upheld, one taken back; a failed candidate that waits holds the selection of its category.
 */
export async function reconsider(play: Play, upheld: Candidate, granted: Candidate): Promise<void> {
  const { cast, timeline } = play;
  const [officer, reviewer] = cast.officers;
  await holdSelection(play, officer, upheld.category);
  await decide(play, upheld, { type: 'uphold', reason: '复核数据，与实际仍不符' });
  await decide(play, granted, { type: 'grant', reason: '原台账漏看一册，应予重新验收' });
  await tell(play, granted, { type: 'pass', judged: judgedMet(play, granted) }, reviewer);
  await expectRefusal(
    play,
    upheld.actor,
    `/v1/candidates/${upheld.id}/reconsiderations`,
    { reason: '再次申请' },
    { status: 409 },
    [`${upheld.name}经复核维持后再次申请复核`, 'what was upheld is final'],
  );
  timeline.say(
    `${upheld.name}申请复核，由他人复核维持，不予入选；${granted.name}经复核恢复验收，予以通过`,
    'one failure upheld by another officer, one taken back and then passed',
  );
}

async function holdSelection(play: Play, officer: Actor, category: Category): Promise<void> {
  const path = `/v1/campaigns/${play.campaignId}/events`;
  const select = { type: 'select-by-merit', category };
  await expectRefusal(play, officer, path, select, { status: 422, clause: 'R63' }, [
    '还有人可以申请复核即择优',
    'selected while somebody may still ask for a reconsideration',
  ]);
}

/** Nobody asked in time, so the failure has become final by itself. */
export async function askTooLate(play: Play, failed: Candidate): Promise<void> {
  const late = { reason: '逾期申请' };
  await expectRefusal(
    play,
    failed.actor,
    `/v1/candidates/${failed.id}/reconsiderations`,
    late,
    { status: 409 },
    [`${failed.name}期限届满后申请复核`, 'asked once the failure was final'],
  );
}
