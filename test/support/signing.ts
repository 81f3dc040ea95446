// What events have drafted, reviewed and signed by officers of its body (核稿、签发).

import type { Cast } from './campaign.ts';
import { done, settle } from './campaign.ts';
import type { Person, RunningService } from './service.ts';

type Draft = { id: string; state: string; kind: string; number: string | null };

/** The drafts of a campaign that wait for this person, the oldest first. */
export const awaiting = async (person: Person, campaignId: string): Promise<Draft[]> =>
  done(
    await person.get(`/v1/documents?awaiting=me&campaignId=${campaignId}&limit=100`),
  ).body.items.toReversed();

export async function signDocument(person: Person, id: string): Promise<void> {
  const url = `/v1/documents/${id}/events`;
  done(await person.post(url, { type: 'review' }));
  done(await person.post(url, { type: 'sign', signatory: '田永强' }));
}

/** Signs what an answer has drafted, such as the circular and the order of an inspection. */
export async function signOpened(
  person: Person,
  opened: readonly { kind: string; id: string }[],
): Promise<void> {
  for (const { kind, id } of opened) if (kind === 'document') await signDocument(person, id);
}

/** Signs all that waits for this person, of these kinds where they are named. */
export async function signAll(
  person: Person,
  campaignId: string,
  kinds?: readonly string[],
): Promise<string[]> {
  const drafts = await awaiting(person, campaignId);
  const wanted = drafts.filter(({ kind }) => kinds === undefined || kinds.includes(kind));
  for (const { id } of wanted) await signDocument(person, id);
  return wanted.map(({ id }) => id);
}

/** The department signs the notices of what the county has selected; then those they name are under notice. */
export async function publish(
  service: RunningService,
  { department }: Pick<Cast, 'department'>,
  campaignId: string,
): Promise<void> {
  await settle(service);
  await signAll(department, campaignId, ['public-notice']);
  await settle(service);
}

/** One notice of the city for everybody whom it has passed so far. */
export async function publishByCity(
  service: RunningService,
  { city }: Cast,
  campaignId: string,
): Promise<string> {
  const notice = { campaignId, kind: 'public-notice', issuer: 'city' };
  const { id } = done(await city.post('/v1/documents', notice)).body;
  await signDocument(await service.person('city-centre'), id);
  await settle(service);
  return id;
}
