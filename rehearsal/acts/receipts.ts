// 签收 (R2): the notice goes to every township, and each signs for it.

import { actorOf } from '../kit/actors.ts';
import { forEach } from '../kit/client.ts';
import { bodyOf, PARTS, type Township, townshipOf } from '../kit/county.ts';
import type { Play } from '../kit/play.ts';

type Notice = { id: string; template: string; receiptRequired: boolean; receivedAt: string | null };

async function unsigned(play: Play, township: Township): Promise<Notice[]> {
  const committee = actorOf(play.cast.committees, township.id);
  const own = bodyOf(play.county, township.id, 'township-committee');
  const inbox = await play.client.list<Notice>(
    committee,
    `/v1/notices?campaignId=${play.campaignId}&organisationId=${own}`,
  );
  return inbox.filter((notice) => notice.receiptRequired && notice.receivedAt === null);
}

async function sign(play: Play, township: Township): Promise<void> {
  const committee = actorOf(play.cast.committees, township.id);
  for (const { id } of await unsigned(play, township)) {
    const signature = { type: 'sign', signatory: `${township.name}党政办` };
    await play.client.post(committee, `/v1/notices/${id}/events`, signature);
  }
}

/** All but one township sign for the notice of 20 May. */
export async function signReceipts(play: Play): Promise<void> {
  const { county } = play;
  const missing = townshipOf(county, PARTS.missesReceipt);
  await signReceiptsOf(
    play,
    county.townships.filter((township) => township !== missing),
  );
}

export async function signReceiptsOf(play: Play, prompt: readonly Township[]): Promise<void> {
  await forEach(prompt, (township) => sign(play, township));
  play.timeline.say(
    `${prompt.length} 个乡镇（街道）党（工）委签收通知，一个尚未签收`,
    'townships sign for the notice; one does not',
  );
}

/** Three working days later the last township has been reminded, once, and signs. */
export const signMissingReceipt = (play: Play): Promise<void> =>
  remindOfReceipt(play, townshipOf(play.county, PARTS.missesReceipt));

/** Once the time to sign is over, this township has been reminded once, and signs. */
export async function remindOfReceipt(play: Play, missing: Township): Promise<void> {
  const { client, cast, campaignId, timeline } = play;
  const inbox = await client.list<Notice>(
    actorOf(cast.committees, missing.id),
    `/v1/notices?campaignId=${campaignId}&kind=receipt-reminder`,
  );
  if (inbox.length !== 1) throw new Error('a missing receipt was to be reminded of, once');
  await sign(play, missing);
  timeline.say(`${missing.name}收到签收提醒后补签`, 'reminded, it signs');
}
