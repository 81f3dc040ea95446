// A category of persons as far as the county's acceptance. The way there is short, so a test of the steps
// after it need not play a whole campaign.

import type { Logger } from 'pino';
import type { Cast } from './campaign.ts';
import {
  applyFor,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerWorker,
  score,
} from './campaign.ts';
import { openService } from './service.ts';

const CRITERIA = ['worker.duties', 'worker.conduct', 'worker.quality'];

/** The reviewers' findings about a worker, each criterion met. */
export const judged = CRITERIA.map((criterion) => ({ criterion, met: true }));

export const advanceCandidate = (person: Cast['office'], id: string, event: object) =>
  person.post(`/v1/candidates/${id}/events`, event);

export const advanceCampaign = (person: Cast['office'], id: string, event: object) =>
  person.post(`/v1/campaigns/${id}/events`, event);

/** A worker who has been scored and has applied; the campaign stands in its last phase. */
async function applyWorker(cast: Cast, id: string, points: number): Promise<void> {
  await score(cast, id, points);
  done(await applyFor(cast, id));
}

/** Workers registered before the last phase: their ids, in the order of the names. */
export async function registerWorkers(cast: Cast, campaignId: string, names: readonly string[]) {
  const ids: string[] = [];
  for (const name of names) ids.push(await registerWorker(cast, campaignId, name));
  return ids;
}

/** A service with a campaign in its last phase and workers of these names, in their order. */
export async function openSelection(names: readonly string[], log?: Logger) {
  const service = await openService('2017-05-20T01:00:00Z', log);
  const cast = await castOf(service);
  const campaignId = await issueCampaign(cast);
  const workers = await registerWorkers(cast, campaignId, names);
  await overridePhases(service, cast, campaignId);
  return { service, cast, campaignId, workers };
}

/** Registers workers who apply with these points of the assessor and are accepted by the county. */
export async function acceptWorkers(
  cast: Cast,
  ids: readonly string[],
  points: readonly number[],
): Promise<void> {
  for (const [index, id] of ids.entries()) {
    await applyWorker(cast, id, points[index] ?? 90);
    done(await advanceCandidate(cast.office, id, { type: 'pass', judged }));
  }
}
