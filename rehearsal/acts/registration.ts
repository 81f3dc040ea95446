// The participants: villages by a list, the others one by one; with them sites, bases and their keys.

import { actorOf, admit } from '../kit/actors.ts';
import type { Told } from '../kit/client.ts';
import { Unexpected } from '../kit/client.ts';
import type { Base } from '../kit/county.ts';
import { townshipOf } from '../kit/county.ts';
import { importSites, importVillages } from '../kit/lists.ts';
import { type Candidate, expectRefusal, type Play } from '../kit/play.ts';
import { registerPersons } from './persons.ts';
import { enterBases } from './rosters.ts';

/** Registers every participant. */
export async function registerAll(play: Play): Promise<void> {
  await importSites(play);
  await importVillages(play);
  await addBases(play);
  await enterBases(play);
  await registerUnits(play);
  await registerPersons(play);
  const { names } = play.timeline;
  for (const { id, name } of [...play.candidates.values()].flat()) names.set(id, name);
}

const BASES = [
  ['彭镇', '彭镇苹果产业示范基地', 'INDUSTRIAL_BASE'],
  ['哭泉镇', '哭泉旱作梯田种植合作社', 'COOPERATIVE'],
  ['尧生镇', '尧生玉米良种繁育基地', 'LEADING_ENTERPRISE'],
  ['棋盘镇', '棋盘核桃加工培训基地', 'OTHER'],
] as const;

/** Classes of preference (R27), in the order of the bases. */
export const BASE_CLASSES = BASES.map(([, , priorityClass]) => priorityClass);

async function addBases(play: Play): Promise<void> {
  const { client, cast, county, campaignId, timeline } = play;
  for (const [index, [place, name]] of BASES.entries()) {
    const township = townshipOf(county, place);
    const committee = actorOf(cast.committees, township.id);
    const { id } = await client.post<{ id: string }>(committee, '/v1/organisations', {
      parentId: township.id,
      kind: 'BASE',
      name,
    });
    const site = await client.post<{ id: string }>(committee, '/v1/sites', {
      organisationId: id,
      kind: 'BASE',
      name: `${name}远程教育站点`,
      facts: { fullTimeAdministrators: 1, technicalTutors: 1 + (index % 2) },
    });
    const part = { name, role: 'base', organisationId: id };
    const actor = await admit(client, cast, part);
    cast.bases.set(id, actor);
    const base: Base = { id, name, siteId: site.id, township };
    play.bases.push(base);
    const registered = await client.post(committee, '/v1/candidates', {
      campaignId,
      category: '示范基地',
      organisationId: id,
    });
    add(play, {
      id: registered.id,
      category: 'DEMONSTRATION_BASE',
      name,
      organisationId: id,
      siteId: site.id,
      township,
      actor,
    });
  }
  timeline.say(`各镇新增并登记 ${BASES.length} 个基地`, 'townships add bases and register them');
}

async function registerUnits(play: Play): Promise<void> {
  const { client, cast, county, campaignId, timeline } = play;
  const [officer] = cast.officers;
  const body = { campaignId, category: '先进区县', organisationId: county.id };
  const path = '/v1/candidates';
  const headers = { 'idempotency-key': 'county-of-yijun-2017' };
  const { body: own } = await client.demand<Told>(officer, 'POST', path, body, { headers });
  const again = await client.demand<Told>(officer, 'POST', path, body, { headers });
  if (again.headers.get('idempotency-replayed') !== 'true' || again.body.id !== own.id) {
    throw new Unexpected('a repeat with the same key was not given the first answer');
  }
  timeline.say(
    '网络中断，以同一幂等键重发：得到原答复，没有登记两次',
    'a repeat gets the first answer',
  );
  add(play, {
    id: own.id,
    category: 'ADVANCED_COUNTY',
    name: county.name,
    organisationId: county.id,
    siteId: null,
    township: null,
    actor: officer,
  });
  for (const township of county.townships) {
    const actor = actorOf(cast.committees, township.id);
    const registration = { campaignId, category: '示范乡镇', organisationId: township.id };
    const { id } = await client.post(actor, path, registration);
    add(play, {
      id,
      category: 'DEMONSTRATION_TOWNSHIP',
      name: township.name,
      organisationId: township.id,
      siteId: null,
      township,
      actor,
    });
  }
  timeline.say(
    `登记先进区县 1 个、示范乡镇 ${county.townships.length} 个（别名照收）`,
    'the county and its townships; aliases of a category are understood',
  );
  await expectRefusal(play, officer, path, body, { status: 409 }, [
    '同一单位同一类别再登记一次',
    'registered twice',
  ]);
}

const add = (play: Play, candidate: Candidate): void => {
  const listed = play.candidates.get(candidate.category) ?? [];
  play.candidates.set(candidate.category, [...listed, candidate]);
};
