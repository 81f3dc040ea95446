// Rounds of ballots as their leaders hold them, through the interface.

import { randomInt } from 'node:crypto';
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

/** The slips on the table, face down: whoever is marked takes any of their electorate's. */
export type SlipTable = { draw: (stratum: string) => string };

/** Prints the slips of a round and lays them out. */
export async function layOutSlips(printer: Person, url: string, spare = 0): Promise<SlipTable> {
  const { slips } = done(await printer.post(`${url}/slips`, { spare })).body;
  const lying = new Map<string, string[]>(
    slips.map(({ stratum, codes }: { stratum: string; codes: string[] }) => [stratum, codes]),
  );
  return {
    draw: (stratum) => {
      const codes = lying.get(stratum) ?? [];
      const [code] = codes.splice(randomInt(codes.length), 1);
      if (code === undefined) throw new Error(`no slip of ${stratum} is left`);
      return code;
    },
  };
}

export const markVoter = (leader: Person, url: string, entry: string, key?: string) =>
  leader.post(`${url}/events`, { type: 'mark-voter', entry }, key === undefined ? {} : { key });

/** Marks somebody on the roll, who takes a slip; answers its code. */
export async function handOut(
  leader: Person,
  url: string,
  { entry, stratum }: Pick<RollEntry, 'entry' | 'stratum'>,
  table: SlipTable,
): Promise<string> {
  done(await markVoter(leader, url, entry));
  return table.draw(stratum);
}

/** The service does not ask for the sender of this request. */
export const cast = (by: Person, code: string, choice: string): Promise<Response> =>
  by.post('/v1/ballots', { code, choice });

/** Who holds a round: one leads it and hands out, another prints. */
export type Holders = { township: Person; office: Person };

/** A whole secret round: everybody on the roll takes a ballot and gives this grade. */
export async function holdRound(
  { township: leader, office: printer }: Holders,
  candidateId: string,
  gradeOf: (entry: RollEntry, index: number) => string = () => '好',
  stream?: string,
): Promise<string> {
  const roll = rollOf(3, 4);
  const url = await openRound(leader, candidateId, roll, CLOSES_AT, stream);
  const table = await layOutSlips(printer, url);
  for (const [index, person] of roll.entries()) {
    done(await cast(leader, await handOut(leader, url, person, table), gradeOf(person, index)));
  }
  done(await leader.post(`${url}/events`, { type: 'close' }));
  return url;
}
