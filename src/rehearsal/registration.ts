// Who takes part: villages by a list, the others one by one. Sites, bases and their keys beside them.

import { actorOf, admit } from './actors.ts';
import type { Actor, Told } from './client.ts';
import { forEach, Unexpected } from './client.ts';
import type { Base, Village } from './county.ts';
import { PARTS, townshipOf, villageOf } from './county.ts';
import { type Candidate, type Category, expectRefusal, type Play } from './play.ts';

/** Registers everybody who takes part. */
export async function registerAll(play: Play): Promise<void> {
  await recordSites(play);
  await registerVillages(play);
  await addBases(play);
  await registerUnits(play);
  await registerPersons(play);
  const { names } = play.timeline;
  for (const { id, name } of [...play.candidates.values()].flat()) names.set(id, name);
}

/** What is recorded of each site; one has too small a television, and says so. */
async function recordSites(play: Play): Promise<void> {
  const { county, cast, client, timeline } = play;
  const small = villageOf(county, PARTS.smallTelevision);
  const progress = timeline.progress('登记站点情况', 'site facts', county.villages.length);
  await forEach(
    county.villages,
    async (village, index) => {
      const actor = actorOf(cast.villages, village.id);
      const path = `/v1/sites/${village.siteId}`;
      const members = 18 + ((index * 7) % 30);
      const hasProjector = village !== small && index % 5 === 0;
      const facts = {
        mode: 'TELECOM',
        inPartyActivityRoom: true,
        seats: members + 12,
        partyMembers: members,
        projector: hasProjector,
        televisionInches: village === small ? 48 : hasProjector ? null : 55,
        postA: personName(index),
        postB: personName(index + 200),
      };
      const { revision } = await client.get<{ revision: number }>(actor, path);
      const headers = { 'if-match': `"${revision}"` };
      await client.demand(actor, 'PATCH', path, { facts }, { headers });
    },
    progress.tick,
  );
  progress.end();
}

async function registerVillages(play: Play): Promise<void> {
  const { county, cast, client, timeline, campaignId } = play;
  const [officer] = cast.officers;
  const progress = timeline.progress('登记示范村（社区）', 'villages', county.villages.length);
  const villages = await forEach(
    county.villages,
    async (village) => {
      const body = { campaignId, category: '示范村', organisationId: village.id };
      const { id } = await client.post(officer, '/v1/candidates', body);
      return ofVillage(play, village, { id, name: village.name });
    },
    progress.tick,
  );
  progress.end();
  play.candidates.set('DEMONSTRATION_VILLAGE', villages);
}

const ofVillage = (
  { cast }: Play,
  village: Village,
  { id, name }: { id: string; name: string },
): Candidate => ({
  id,
  name,
  category: 'DEMONSTRATION_VILLAGE',
  organisationId: village.id,
  siteId: village.siteId,
  township: village.township,
  actor: actorOf(cast.villages, village.id),
});

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
    const actor = await admit(client, cast.administrator, part);
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

const add = (play: Play, candidate: Candidate): void => {
  const listed = play.candidates.get(candidate.category) ?? [];
  play.candidates.set(candidate.category, [...listed, candidate]);
};

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

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧';
const GIVEN = [
  '军',
  '秀兰',
  '建平',
  '晓红',
  '志强',
  '春梅',
  '永安',
  '文秀',
  '海燕',
  '宏伟',
  '玉芳',
];

/** A name that the same number always gives. */
export const personName = (number: number): string =>
  `${SURNAMES[(number * 7) % SURNAMES.length]}${GIVEN[(number * 3) % GIVEN.length]}`;

async function registerPersons(play: Play): Promise<void> {
  const { county, cast, timeline } = play;
  const [officer] = cast.officers;
  const workers = [
    { organisationId: county.id, township: null, actor: officer },
    ...['彭镇', '尧生镇'].map((name) => {
      const township = townshipOf(county, name);
      return {
        organisationId: township.id,
        township,
        actor: actorOf(cast.committees, township.id),
      };
    }),
  ];
  const villages = (offset: number, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const township = county.townships[(offset + index) % county.townships.length];
      const village = township?.villages[1 + Math.floor((offset + index) / 4)];
      if (!township || !village) throw new Error('the county has fewer villages than the story');
      const actor = actorOf(cast.villages, village.id);
      return { organisationId: village.id, township, actor, siteId: village.siteId };
    });
  const enrol = async (
    category: Category,
    places: readonly PersonPlace[],
    numberedFrom: number,
  ) => {
    const persons = await forEach(places, (place, index) =>
      registerPerson(play, category, place, numberedFrom + index),
    );
    for (const person of persons) add(play, person);
  };
  await enrol('ADVANCED_WORKER', workers, 0);
  await enrol('OUTSTANDING_SITE_ADMINISTRATOR', villages(0, 8), 10);
  await enrol('LEARNING_APPLICATION_PACESETTER', villages(8, 14), 30);
  timeline.say(
    '登记先进工作者 3 人、优秀站点管理员 8 人、学用标兵 14 人',
    'workers, site administrators and pacesetters: more than the quotas take',
  );
}

type PersonPlace = {
  organisationId: string;
  township: Candidate['township'];
  actor: Actor;
  siteId?: string;
};

async function registerPerson(
  play: Play,
  category: Category,
  { organisationId, township, actor, siteId }: PersonPlace,
  number: number,
): Promise<Candidate> {
  const { client, cast, campaignId } = play;
  const name = personName(number);
  const registrar = township === null ? actor : actorOf(cast.committees, township.id);
  const { id } = await client.post(registrar, '/v1/candidates', {
    campaignId,
    category,
    organisationId,
    personName: name,
    ...(siteId === undefined ? {} : { siteId }),
  });
  return { id, category, name, organisationId, siteId: siteId ?? null, township, actor };
}
