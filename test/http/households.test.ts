// A household stands in a category by its householder, and its village answers for it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService, PENG, PENGCUN } from '../support/service.ts';
import { unit } from '../support/units.ts';

const NEIGHBOUR = unit('610222101201');

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body;
  const [worker] = plan.categories.filter(
    ({ subject }: { subject: string }) => subject === 'person',
  );
  const asHousehold = (code: string, name: string, prefix: string) => ({
    ...worker,
    code,
    name,
    subject: 'household',
    applicants: ['village-organisation'],
    criteria: worker.criteria.map((one: { id: string }) => ({
      ...one,
      id: `${prefix}.${one.id.split('.')[1]}`,
    })),
  });
  plan.version = 2;
  plan.categories.push(asHousehold('COURTYARD', '美丽庭院', 'courtyard'));
  plan.categories.push(asHousehold('READING_HOUSEHOLD', '书香家庭', 'reading'));
  done(await cast.department.post('/v1/plans', plan));
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

const register = (personName: string | undefined, more: object = {}) =>
  cast.office.post('/v1/candidates', {
    campaignId,
    category: '美丽庭院',
    organisationId: PENGCUN,
    ...(personName === undefined ? {} : { personName }),
    ...more,
  });

test('a household is named after its householder, or as its village calls it', async () => {
  const plain = done(await register('张建国', { birthYear: 1962 })).body;
  const named = done(await register('李桂兰', { name: '李家小院' })).body;
  const told = async (id: string) => done(await cast.village.get(`/v1/candidates/${id}`)).body;
  expect(await told(plain.id)).toMatchObject({ name: '张建国家庭', personName: '张建国' });
  expect(await told(named.id)).toMatchObject({ name: '李家小院', personName: '李桂兰' });
});

test('a household has a householder and stands at a village, not at a township or office', async () => {
  const nameless = await register(undefined, { name: '无主之家' });
  expect(nameless.status).toBe(400);
  expect(nameless.body.errors).toMatchObject([
    { path: '/body/personName', message: '评选家庭须写明户主姓名' },
  ]);
  for (const organisationId of [PENG, unit('610222101-DW')]) {
    const misplaced = await register('王守业', { organisationId });
    expect(misplaced.body.errors).toMatchObject([
      { path: '/body/organisationId', message: expect.stringContaining('单位应为村') },
    ]);
  }
});

test('its village answers for it and records its evidence; the neighbouring village does not see it', async () => {
  const { id } = done(await register('赵玉梅')).body;
  const record = { kind: 'problem', occurredOn: '2017-05-20', summary: '院内杂物已清理' };
  done(await cast.village.post(`/v1/candidates/${id}/evidence`, record));
  const form = done(await cast.village.get(`/v1/candidates/${id}/application`)).body;
  expect(form.form.candidate).toMatchObject({ subject: 'household', personName: '赵玉梅' });
  const neighbour = await service.person(['village-organisation', unit('610222101201-DZB')]);
  expect((await neighbour.get(`/v1/candidates/${id}`)).status).toBe(404);
});

test('R63: one household stands once in a category, in another again, and its householder as a person', async () => {
  const who = { birthYear: 1971 };
  const { id } = done(await register('孙德厚', who)).body;
  const twice = await register('孙德厚', who);
  expect([twice.status, twice.body.id]).toEqual([409, id]);
  const elsewhere = await register('孙德厚', { ...who, organisationId: NEIGHBOUR });
  expect(elsewhere.body.unmet).toMatchObject([
    { requirement: 'household-counted-once', clause: 'R63' },
  ]);
  const namesake = done(await register('孙德厚', { organisationId: NEIGHBOUR }));
  expect(namesake.body.warnings).toMatchObject([{ requirement: 'no-namesake', actual: 1 }]);
  done(await register('孙德厚', { ...who, category: '书香家庭' }));
  const asPerson = { ...who, category: 'ADVANCED_WORKER', organisationId: unit('610222101-DW') };
  expect(done(await register('孙德厚', asPerson)).body.warnings).toEqual([]);
});

test('R63: a list of households is checked row by row and registered together', async () => {
  const url = `/v1/imports/candidates?campaignId=${campaignId}`;
  const send = async (query: string, payload: string) => {
    const headers = { authorization: `Bearer ${cast.office.key}`, 'content-type': 'text/csv' };
    const sent = { method: 'POST', url: `${url}&${query}`, payload, headers } as const;
    const { statusCode: status, headers: told, payload: body } = await service.app.inject(sent);
    return { status, headers: told, body: JSON.parse(body) };
  };
  const header = '类别,单位,户主,出生年份,家庭名称';
  const faulty = [
    header,
    '美丽庭院,彭村,周立新,1966,',
    `美丽庭院,610222101201,周立新,1966,`,
    '美丽庭院,彭村,,1966,无主之家',
    `美丽庭院,610222101,冯秀珍,,`,
    `书香家庭,610222101201,周立新,1966,`,
  ].join('\n');
  const { body } = await send('dryRun=true', faulty);
  expect(body.errors).toMatchObject([
    { cell: 'C3', clause: 'R63', message: expect.stringContaining('与第 2 行为同一户') },
    { cell: 'C4', message: '评选家庭须写明户主姓名' },
    { cell: 'B5', message: '这一类别的单位应为村' },
  ]);
  const list = `${header}\n美丽庭院,彭村,周立新,1966,\n美丽庭院,彭村,冯秀珍,,冯家院子`;
  const { planToken } = done(await send('dryRun=true', list)).body;
  expect(done(await send(`planToken=${planToken}`, list)).body).toMatchObject({ created: 2 });
  const found = await service.pool.query(
    "select name from candidate where person_name in ('周立新', '冯秀珍') order by name",
  );
  expect(found.rows).toEqual([{ name: '冯家院子' }, { name: '周立新家庭' }]);
});
