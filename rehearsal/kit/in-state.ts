// Who stands where, as the interface lists it.

import type { Candidate, Play } from './play.ts';

type Listed = { id: string; name: string; state: string; stage: string };

/** Candidates in this state, as the API lists them. */
export async function inState(play: Play, stage: string, state: string): Promise<Candidate[]> {
  const listed = await play.client.list<Listed>(
    play.cast.cityOfficers[0],
    `/v1/candidates?campaignId=${play.campaignId}&stage=${stage}&state=${state}`,
  );
  const ids = new Set(listed.map(({ id }) => id));
  return [...play.candidates.values()].flat().filter(({ id }) => ids.has(id));
}
