// 签收 (R2): the notice goes to every township, and each signs for it.

import { actorOf } from './actors.ts';
import { forEach } from './client.ts';
import { PARTS, type Township, townshipOf } from './county.ts';
import type { Play } from './play.ts';

type Notice = { id: string; template: string; receiptRequired: boolean; receivedAt: string | null };

async function unsigned(play: Play, township: Township): Promise<Notice[]> {
  const committee = actorOf(play.cast.committees, township.id);
  const inbox = await play.client.list<Notice>(
    committee,
    `/v1/notices?campaignId=${play.campaignId}&organisationId=${township.id}-DW`,
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
  const { county, timeline } = play;
  const missing = townshipOf(county, PARTS.missesReceipt);
  const prompt = county.townships.filter((township) => township !== missing);
  await forEach(prompt, (township) => sign(play, township));
  timeline.say(
    `${prompt.length} 个乡镇（街道）党委签收通知，${missing.name}尚未签收`,
    'townships sign for the notice; one does not',
  );
}

/** Three working days later the last one has been reminded, once, and signs. */
export async function signMissingReceipt(play: Play): Promise<void> {
  const { client, cast, county, campaignId, timeline } = play;
  const missing = townshipOf(county, PARTS.missesReceipt);
  const inbox = await client.list<Notice>(
    actorOf(cast.committees, missing.id),
    `/v1/notices?campaignId=${campaignId}&kind=receipt-reminder`,
  );
  if (inbox.length !== 1) throw new Error('a missing receipt was to be reminded of, once');
  await sign(play, missing);
  timeline.say(`${missing.name}收到签收提醒后补签`, 'reminded, it signs');
}
