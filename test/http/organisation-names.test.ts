// A place takes another name in the middle of a campaign.

import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Cast,
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  registerWorker,
} from '../support/campaign.ts';
import {
  COUNTY,
  openService,
  PENG,
  PENGCUN,
  type Person,
  type RunningService,
} from '../support/service.ts';
import { signOpened } from '../support/signing.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let administrator: Person;
let campaignId: string;
let townshipId: string;
let villageId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  administrator = await service.person(['administrator', COUNTY]);
  campaignId = await issueCampaign(cast);
  townshipId = await registerTownship(cast, campaignId);
  villageId = await registerVillage(cast, campaignId);
  await registerWorker(cast, campaignId, '彭镇');
});
afterAll(() => service.close());

const RENAMING = {
  ...{ type: 'rename', name: '龙泉街道', validFrom: '2017-05-15' },
  ...{ reason: '撤镇设街道', document: '陕政函〔2017〕100号' },
};
const rename = (id: string, change: object = {}, query = '', person = administrator) =>
  person.post(`/v1/organisations/${id}/events${query}`, { ...RENAMING, ...change });

const nameOf = async (id: string): Promise<string> =>
  done(await administrator.get(`/v1/organisations/${id}`)).body.name;
const candidateNames = async (): Promise<string[]> =>
  done(await cast.office.get(`/v1/candidates?campaignId=${campaignId}`))
    .body.items.map(({ name }: { name: string }) => name)
    .sort();

async function inspect(candidateId: string): Promise<void> {
  const { opened } = done(
    await cast.office.post('/v1/inspections', {
      ...{ candidateId, kind: 'FIELD_VISIT', occurredOn: '2017-05-20' },
      ...{ inspectors: ['张', '王'], findings: ['学习记录系补造'], triggers: ['FORMALISM'] },
    }),
  ).body;
  await signOpened(cast.department, opened);
}

/** The titles and contents of the numbered documents about a candidate, the newest first. */
const documentsAbout = async (id: string): Promise<{ title: string; content: string }[]> =>
  (
    await service.pool.query(
      `select title, content::text from document where about_id = $1 and number is not null
        order by issued_at desc, number desc`,
      [id],
    )
  ).rows;

test('C06: a dry run tells what takes the new name with its township, and changes nothing', async () => {
  const { status, body } = await rename(PENG, {}, '?dryRun=true');
  expect([status, body]).toMatchObject([
    200,
    {
      dryRun: true,
      organisations: [
        { before: '彭镇', name: '龙泉街道' },
        { before: '彭镇党委', name: '龙泉街道党工委' },
        { before: '彭镇人民政府', name: '龙泉街道办事处' },
      ],
      sites: [],
      candidates: 1,
    },
  ]);
  expect([await nameOf(PENG), await candidateNames()]).toEqual([
    '彭镇',
    ['彭镇', '彭镇', '彭村村委会'].sort(),
  ]);
  expect(done(await administrator.get(`/v1/organisations/${PENG}/names`)).body.items).toEqual([]);
});

test('C06: candidate, committee, notices and documents bear the new name, what was written keeps the old', async () => {
  await inspect(townshipId);
  const before = await documentsAbout(townshipId);
  expect(before.map(({ content }) => content.includes('彭镇'))).toEqual([true, true]);
  await service.setClock('2017-05-21T01:00:00Z');
  done(await rename(PENG));
  expect([await nameOf(PENG), await nameOf(unit('610222101-DW'))]).toEqual([
    '龙泉街道',
    '龙泉街道党工委',
  ]);
  // The worker, whose own name is that of the town, is nobody’s namesake; the village is another place.
  expect(await candidateNames()).toEqual(['彭镇', '彭村村委会', '龙泉街道'].sort());
  await inspect(townshipId);
  const after = await documentsAbout(townshipId);
  expect(after.slice(2)).toEqual(before);
  for (const { content } of after.slice(0, 2)) {
    expect(content).toContain('龙泉街道');
    expect(content).not.toContain('彭镇');
  }
  const { rows } = await service.pool.query<{ body: string }>(
    `select body from notice where organisation_id = $1 order by issued_at, id`,
    [unit('610222101-DW')],
  );
  expect(rows[0]?.body).toContain('彭镇党委：');
  expect(rows.at(-1)?.body).toContain('龙泉街道党工委：');
  expect(rows.at(-1)?.body).not.toContain('彭镇');
});

test('C06: an order that runs and an account that acts are told under the new name', async () => {
  const { items } = done(await cast.office.get(`/v1/rectifications?campaignId=${campaignId}`)).body;
  expect(new Set(items.map((one: { candidateName: string }) => one.candidateName))).toEqual(
    new Set(['龙泉街道']),
  );
  const { body } = done(await administrator.get(`/v1/principals/${cast.committee.id}`));
  expect(JSON.stringify(body)).toContain('龙泉街道党工委');
  expect(JSON.stringify(body)).not.toContain('彭镇');
  // Its roles reach what they reached: paths are made of ids.
  expect((await cast.committee.get(`/v1/candidates/${townshipId}`)).status).toBe(200);
});

test('C06: a village takes its branch, its site and its place on the roster with it', async () => {
  const { body } = done(
    await rename(PENGCUN, { name: '龙泉村村委会', validFrom: '2017-05-21', document: undefined }),
  );
  expect(body).toMatchObject({
    dryRun: false,
    organisations: [
      { before: '彭村村委会', name: '龙泉村村委会' },
      { before: '彭村党支部', name: '龙泉村党支部' },
    ],
    sites: [{ before: '彭村远程教育站点', name: '龙泉村远程教育站点' }],
    candidates: 1,
  });
  const roster = `/v1/campaigns/${campaignId}/roster?under=${PENGCUN}`;
  const { items } = done(await cast.office.get(roster)).body;
  expect(items.map(({ name }: { name: string }) => name)).toEqual(['龙泉村远程教育站点']);
  expect(done(await cast.office.get(`/v1/candidates/${villageId}`)).body.name).toBe('龙泉村村委会');
});

test('C06: each new name is in the log of administration, with its grounds, and in the history of the place', async () => {
  const auditor = await service.person(['auditor', COUNTY]);
  const { items } = done(
    await auditor.get(`/v1/audit/administrative-events?subjectId=${PENG}`),
  ).body;
  expect(items[0]).toMatchObject({
    kind: 'organisation-renamed',
    by: { principalId: administrator.id },
    before: { name: '彭镇' },
    after: { name: '龙泉街道', validFrom: '2017-05-15', document: '陕政函〔2017〕100号' },
  });
  done(await rename(PENG, { name: '龙泉镇', validFrom: '2017-05-21', reason: '撤街道设镇' }));
  expect(done(await administrator.get(`/v1/organisations/${PENG}/names`)).body.items).toMatchObject(
    [
      { before: '龙泉街道', name: '龙泉镇', validFrom: '2017-05-21', reason: '撤街道设镇' },
      { before: '彭镇', name: '龙泉街道', validFrom: '2017-05-15', reason: '撤镇设街道' },
    ],
  );
  expect(await nameOf(unit('610222101-ZF'))).toBe('龙泉镇人民政府');
});

test('C06: the name it has, a day to come and a day before its present name are refused', async () => {
  for (const [change, path] of [
    [{ name: '龙泉镇' }, '/body/name'],
    [{ name: '彭镇', validFrom: '2017-06-01' }, '/body/validFrom'],
    [{ name: '彭镇', validFrom: '2017-05-16' }, '/body/validFrom'],
  ] as const) {
    const { status, body } = await rename(PENG, change);
    expect([status, body.errors[0].path]).toEqual([422, path]);
  }
});

test('C06: only an administrator of the place renames it', async () => {
  const elsewhere = await service.person(['administrator', unit('610222102')]);
  for (const person of [cast.office, cast.committee, elsewhere]) {
    expect((await rename(PENG, { name: '彭镇' }, '', person)).status).toBe(403);
  }
  expect((await rename('u00000000000')).status).toBe(404);
});
