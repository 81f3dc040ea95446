// What events have drafted goes to the queue of its body: one officer reviews it, another than its drafter
// signs (拟稿、核稿、签发). Until then whatever needs the document stands.

import { stageOfPlan } from '../../src/rules/procedure/procedures.ts';
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

/** Reviews and signs all drafts that wait, and publishes whom a body has passed; answers how many. */
export async function signWaiting(play: Play): Promise<number> {
  const { cast, plan } = play;
  const [first, second] = cast.cityOfficers;
  let signed = await signFor(play, cast.department, cast.officers);
  signed += await signFor(play, first, [second, first]);
  signed += await signFor(play, second, [first, second]);
  if (plan.documents.kinds['public-notice'].per === 'list')
    for (const issuer of ['county', 'city'] as const) await publishPassed(play, issuer);
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

/** Each body closes its batch: one notice for all whom it has passed. */
async function publishPassed(play: Play, issuer: 'county' | 'city'): Promise<void> {
  const { client, cast, plan, campaignId, timeline } = play;
  const [drafter, reviewer, signer] =
    issuer === 'city'
      ? [cast.cityOfficers[0], cast.cityOfficers[1], cast.cityOfficers[1]]
      : [cast.officers[0], cast.officers[1], cast.department];
  const own = new Set(
    Object.values(plan.procedures)
      .flatMap((stages) => stages.map((stage) => stageOfPlan(plan, stage)))
      .filter(({ steps }) => steps.some((one) => one.step === 'notice' && one.issuer === issuer))
      .map(({ code }) => code),
  );
  const waiting = await client.list<{ stage: string }>(
    drafter,
    `/v1/candidates?campaignId=${campaignId}&state=awaiting-notice`,
  );
  const ours = waiting.filter(({ stage }) => own.has(stage));
  if (ours.length === 0) return;
  const asked = { campaignId, kind: 'public-notice', issuer };
  const { id } = await client.post<{ id: string }>(drafter, '/v1/documents', asked);
  await signOne(play, id, reviewer, signer);
  timeline.say(
    `${issuer === 'city' ? '市里' : '县里'}公示 ${ours.length} 个对象，一份名单`,
    'one notice for all',
  );
}
