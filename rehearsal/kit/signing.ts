// What events have drafted goes to the queue of its body: one officer reviews it, another than its drafter
// signs (拟稿、核稿、签发). Until then whatever needs the document stands.

import type { Post } from './admission.ts';
import type { Actor, Told } from './client.ts';
import { Unexpected } from './client.ts';
import { awaitOperation, type Play } from './play.ts';

/** The answer to what drafts documents. */
export type Drafted = { id: string; opened: { kind: string; id: string }[] };

/** Reviews and signs with one key what another's request has drafted. */
export async function signDrafts(
  post: Post,
  key: string,
  opened: Drafted['opened'],
): Promise<void> {
  for (const { id } of opened.filter(({ kind }) => kind === 'document')) {
    await post(key, `/v1/documents/${id}/events`, { type: 'review' });
    await post(key, `/v1/documents/${id}/events`, { type: 'sign', signatory: '田永强' });
  }
}

type Draft = { id: string; draftedBy: string };

/** Reviews and signs all drafts that wait, and publishes whom the city has passed; answers how many. */
export async function signWaiting(play: Play): Promise<number> {
  const { cast, plan } = play;
  const [first, second] = cast.cityOfficers;
  let signed = await signFor(play, cast.department, cast.officers);
  signed += await signFor(play, first, [second, first]);
  signed += await signFor(play, second, [first, second]);
  if (plan.documents.kinds['public-notice'].per === 'list') await publishPassed(play);
  return signed;
}

async function signFor(play: Play, signer: Actor, reviewers: readonly Actor[]): Promise<number> {
  const path = `/v1/documents?awaiting=me&campaignId=${play.campaignId}`;
  const drafts = await play.client.list<Draft>(signer, path);
  for (const { id, draftedBy } of drafts.toReversed()) {
    const reviewer = reviewers.find((one) => one.id !== draftedBy);
    if (reviewer === undefined) throw new Unexpected(`nobody else may review ${id}`);
    await signOne(play, id, reviewer, signer);
  }
  return drafts.length;
}

/** One reviews and the other signs; whoever a list names is told before this ends. */
export async function signOne(
  play: Play,
  id: string,
  reviewer: Actor,
  signer: Actor,
): Promise<void> {
  const events = `/v1/documents/${id}/events`;
  await play.client.post(reviewer, events, { type: 'review' });
  const sign = { type: 'sign', signatory: signer.name };
  const { opened } = await play.client.post<Told>(signer, events, sign);
  for (const { kind, id: operation } of opened) {
    if (kind === 'operation') await awaitOperation(play, operation);
  }
}

/** The city closes its batch: one notice for all whom it has passed. */
async function publishPassed(play: Play): Promise<void> {
  const { client, cast, campaignId, timeline } = play;
  const [drafter, signer] = cast.cityOfficers;
  const waiting = await client.list<{ id: string }>(
    drafter,
    `/v1/candidates?campaignId=${campaignId}&state=awaiting-notice`,
  );
  if (waiting.length === 0) return;
  const asked = { campaignId, kind: 'public-notice', issuer: 'city' };
  const { id } = await client.post<{ id: string }>(drafter, '/v1/documents', asked);
  await signOne(play, id, signer, signer);
  timeline.say(`市里公示 ${waiting.length} 个对象，一份名单`, 'one notice of the city for all');
}
