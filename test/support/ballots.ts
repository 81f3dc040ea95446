// Rounds of ballots as their leaders hold them, through the interface.

import { done } from './campaign.ts';
import type { Person, Response } from './service.ts';

export type RollEntry = { entry: string; name: string; stratum: string };

/** So many party members, so many of the masses. */
export const rollOf = (members: number, masses: number): RollEntry[] =>
  Object.entries({ members, masses }).flatMap(([stratum, count]) =>
    Array.from({ length: count }, (_, index) => ({
      entry: `${stratum}-${index + 1}`,
      name: `${stratum === 'members' ? '党员' : '群众'}${index + 1}`,
      stratum,
    })),
  );

export const CLOSES_AT = '2017-12-31T16:00:00Z';

/** A round that is open; answers its address. */
export async function openRound(
  leader: Person,
  candidateId: string,
  roll: readonly RollEntry[] = rollOf(3, 4),
  closesAt = CLOSES_AT,
  stream?: string,
): Promise<string> {
  const asked = { candidateId, closesAt, roll, ...(stream === undefined ? {} : { stream }) };
  const convened = await leader.post('/v1/ballot-rounds', asked);
  return `/v1/ballot-rounds/${done(convened).body.id}`;
}

export const handOut = async (leader: Person, url: string, entry: string): Promise<string> =>
  done(await leader.post(`${url}/tokens`, { entry })).body.token;

/** The service does not ask for the sender of this request. */
export const cast = (by: Person, token: string, choice: string): Promise<Response> =>
  by.post('/v1/ballots', { token, choice });

/** A whole secret round: everybody on the roll takes a ballot and gives this grade. */
export async function holdRound(
  leader: Person,
  candidateId: string,
  gradeOf: (entry: RollEntry, index: number) => string = () => '好',
  stream?: string,
): Promise<string> {
  const roll = rollOf(3, 4);
  const url = await openRound(leader, candidateId, roll, CLOSES_AT, stream);
  for (const [index, person] of roll.entries()) {
    done(await cast(leader, await handOut(leader, url, person.entry), gradeOf(person, index)));
  }
  done(await leader.post(`${url}/events`, { type: 'close' }));
  return url;
}
