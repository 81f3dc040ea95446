import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  ACTIVITY,
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  submitPlan,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, PENGCUN, WULI } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let township: string;
let outsider: Person;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  outsider = await service.person(['township-committee', unit('610222102-DW')]);
  campaignId = await issueCampaign(cast);
  township = await registerTownship(cast, campaignId);
});
afterAll(() => service.close());

const register = (person: Person, change: object = {}, key?: string) =>
  person.post(
    '/v1/candidates',
    { campaignId, category: 'DEMONSTRATION_TOWNSHIP', organisationId: WULI, ...change },
    key === undefined ? {} : { key },
  );

test('a candidate is registered by the name of its category and told where it lies', async () => {
  const answer = await register(cast.office, { category: '示范乡（镇、街道）' });
  expect(answer.status).toBe(201);
  expect(answer.headers.location).toBe(`/v1/candidates/${answer.body.id}`);
  expect(answer.headers.etag).toBe('"1"');
  expect(answer.body).toMatchObject({ stage: 'mobilization', state: 'planning', revision: 1 });
  const { body, headers } = await cast.office.get(`/v1/candidates/${answer.body.id}`);
  expect(headers.etag).toBe('"1"');
  expect(body).toMatchObject({
    category: 'DEMONSTRATION_TOWNSHIP',
    categoryName: '示范乡（镇、街道）',
    name: '五里镇',
    organisationId: WULI,
    deadlines: [{ kind: 'plan', clause: 'R48', level: 'armed', overdue: false }],
  });
});

test('the same unit in the same category is one candidate: the second is told which', async () => {
  const again = await register(cast.office, { organisationId: PENG });
  expect(again).toMatchObject({ status: 409, body: { id: township } });
  expect(again.body.type).toBe('/docs/problems#duplicate');
});

test('a village stands with its only site', async () => {
  const id = await registerVillage(cast, campaignId);
  const { body } = await cast.village.get(`/v1/candidates/${id}`);
  expect(body.siteId).toBe('610222101203-S1');
});

test.each([
  ['a village as a township', { organisationId: PENGCUN }, '/body/organisationId'],
  [
    'an organisation of another county',
    { organisationId: unit('610202100') },
    '/body/organisationId',
  ],
  ['an unknown category', { category: '示范县' }, '/body/category'],
  ['a unit with a personal name', { personName: '李' }, '/body/personName'],
  ['a site of somebody else', { siteId: '610222101203-S1' }, '/body/siteId'],
])('%s is refused where it stands', async (_, change, path) => {
  const { status, body } = await register(cast.office, change);
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ path }]);
});

test('Q18: a site administrator stands with the site, and where there is none is refused', async () => {
  const person = { campaignId, category: '优秀站点管理员', personName: '李建国' };
  const bound = await cast.committee.post('/v1/candidates', {
    ...person,
    organisationId: PENGCUN,
  });
  expect(bound.status).toBe(201);
  const { body } = await cast.office.get(`/v1/candidates/${bound.body.id}`);
  expect(body.siteId).toBe('610222101203-S1');
  const free = await cast.committee.post('/v1/candidates', { ...person, organisationId: PENG });
  expect(free.status).toBe(400);
  expect(free.body.errors[0].path).toBe('/body/siteId');
});

test('nobody joins a campaign that has not been issued (R47)', async () => {
  const draft = done(await cast.office.post('/v1/campaigns', { planId: 'yijun-2017' })).body;
  const { status, body } = await register(cast.office, { campaignId: draft.id });
  expect(status).toBe(422);
  expect(body.unmet).toMatchObject([
    { requirement: 'campaign-under-way', clause: 'R47', text: '活动已经印发且尚未结束' },
  ]);
});

test('whoever may not register is told who may', async () => {
  const change = { category: 'DEMONSTRATION_VILLAGE', organisationId: unit('610222101201') };
  const { status, body } = await register(cast.village, change);
  expect(status).toBe(403);
  expect(body.roles).toEqual(['county-office', 'township-committee', 'integrator']);
});

test('of a candidate outside their place nobody learns that it exists', async () => {
  const url = `/v1/candidates/${township}`;
  for (const door of ['', '/events', '/actions', '/history', '/evidence', '/self-checks']) {
    expect((await outsider.get(url + door)).status, door).toBe(404);
  }
  const event = { type: 'submit-plan', title: '方案' };
  expect((await outsider.post(`${url}/events`, event)).status).toBe(404);
  const record = ACTIVITY;
  expect((await outsider.post(`${url}/evidence`, record)).status).toBe(404);
  const list = await outsider.get(`/v1/candidates?campaignId=${campaignId}`);
  expect(list.body.items.map(({ id }: { id: string }) => id)).not.toContain(township);
});

test('the administrator and the scheduler see no business', async () => {
  for (const role of ['administrator', 'scheduler'] as const) {
    const person = await service.person(role);
    expect((await person.get(`/v1/candidates/${township}`)).status).toBe(404);
    expect((await person.get('/v1/candidates')).body.items).toEqual([]);
  }
});

test('a request in English is refused in English, with the plan’s own sentence', async () => {
  const event = { type: 'submit-plan', title: '方案' };
  const url = `/v1/candidates/${township}/events`;
  const { body } = await cast.committee.post(url, event, { language: 'en' });
  expect(body.unmet[0]).toMatchObject({ clause: 'R48', text: 'an implementation plan' });
  expect(body.unmet[0].quote).toContain('制定具体实施方案和工作计划');
});

test('what is not written in the interface is refused where it stands', async () => {
  const url = `/v1/candidates/${township}/events`;
  const faults = [
    [{ type: 'submit-plan' }, '/body/title'],
    [{ type: 'submit-plan', title: ' ' }, '/body/title'],
    [{ type: 'submit-plan', title: '案'.repeat(301) }, '/body/title'],
    [{ type: 'submit-plan', title: '方案', state: 'planned' }, '/body/state'],
    [{ type: 'phase-entered', phase: 'evaluation' }, '/body/type'],
    [{ type: 'select', rank: 1 }, '/body/type'],
    [{ type: 'return-plan', corrections: Array(201).fill('补') }, '/body/corrections'],
  ] as const;
  for (const [event, path] of faults) {
    const { status, body } = await cast.committee.post(url, event);
    expect([status, body.errors[0].path], JSON.stringify(event).slice(0, 60)).toEqual([400, path]);
  }
});

test('a repeat gets the first answer and leaves one event', async () => {
  const first = await register(cast.office, { organisationId: unit('610222103') }, 'k-register');
  const second = await register(cast.office, { organisationId: unit('610222103') }, 'k-register');
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toEqual(first.body);
  expect(second.headers['idempotency-replayed']).toBe('true');
  expect(second.headers.location).toBe(first.headers.location);
  const log = await cast.office.get(`/v1/candidates/${first.body.id}/events`);
  expect(log.body.items).toHaveLength(1);
});

test('a key that comes again with another body is refused', async () => {
  await register(cast.office, { organisationId: unit('610222104') }, 'k-other');
  const other = await register(cast.office, { organisationId: unit('610222105') }, 'k-other');
  expect(other.status).toBe(422);
  expect(other.body.type).toBe('/docs/problems#idempotency-key-reused');
});

test('a stale revision is refused, but a repeat is answered before it is looked at', async () => {
  const id = done(await register(cast.office, { organisationId: unit('610222105') })).body.id;
  const url = `/v1/candidates/${id}/events`;
  const committee = await service.person(['township-committee', unit('610222105-DW')]);
  const event = {
    type: 'record-evidence',
    ...ACTIVITY,
  };
  const stale = await committee.post(url, event, { ifMatch: 7 });
  expect(stale).toMatchObject({ status: 412, body: { currentRevision: 1 } });
  const sent = { key: 'k-evidence', ifMatch: 1 };
  expect((await committee.post(url, event, sent)).status).toBe(200);
  const repeat = await committee.post(url, event, sent);
  expect([repeat.status, repeat.headers['idempotency-replayed']]).toEqual([200, 'true']);
  expect((await cast.office.get(`/v1/candidates/${id}`)).body.revision).toBe(2);
});

test('of two decisions at once, one is done and one finds the state changed', async () => {
  await submitPlan(cast, township);
  const url = `/v1/candidates/${township}/events`;
  const answers = await Promise.all([
    cast.office.post(url, { type: 'approve-plan' }),
    cast.department.post(url, { type: 'return-plan', corrections: ['重写'] }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const late = answers.find(({ status }) => status === 409);
  expect(late?.body.accepts).toContain('record-evidence');
});

test('the log tells what was said, by whom and what was known, page by page', async () => {
  const url = `/v1/candidates/${township}/events`;
  const all = (await cast.office.get(url)).body.items;
  expect(all[0]).toMatchObject({
    sequence: 1,
    type: 'register',
    principalId: cast.office.id,
    roles: ['county-office'],
    facts: { windows: { mobilization: { dueAt: '2017-06-30T16:00:00Z' } } },
  });
  const first = await cast.office.get(`${url}?limit=2`);
  expect(first.headers.link).toContain(`cursor=${first.body.next}>; rel="next"`);
  const rest = await cast.office.get(`${url}?cursor=${first.body.next}`);
  expect([...first.body.items, ...rest.body.items]).toEqual(all);
});
