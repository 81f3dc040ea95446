import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  applyFor,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
  score,
  settle,
} from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { awaiting, signAll } from '../support/signing.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
});
afterAll(() => service.close());

const draft = { planId: 'yijun-2017', name: '宜君县“四创三评”活动' };

test('O1: the county office drafts a campaign, whose notice the department signs', async () => {
  const answer = await cast.office.post('/v1/campaigns', draft);
  expect(answer).toMatchObject({
    status: 201,
    body: { state: 'draft', accepts: ['document-issued', 'document-abandoned', 'cancel'] },
  });
  const url = `/v1/campaigns/${answer.body.id}`;
  expect(answer.headers.location).toBe(url);
  const [notice] = await awaiting(cast.department, answer.body.id);
  expect(notice).toMatchObject({ kind: 'campaign-notice', state: 'drafted', number: null });
  expect(answer.body.opened).toEqual([{ kind: 'document', id: notice?.id }]);
  const events = `/v1/documents/${notice?.id}/events`;
  const sign = { type: 'sign', signatory: '田永强' };
  const early = await cast.office.post(events, sign);
  expect([early.status, early.body.roles]).toEqual([403, ['county-department']]);
  const unread = await cast.department.post(events, sign);
  expect(unread.body.unmet).toMatchObject([{ requirement: 'reviewed-before', clause: 'R2' }]);
  expect((await cast.office.get(url)).body.state).toBe('draft');
  await signAll(cast.department, answer.body.id);
  const { body, headers } = await cast.village.get(url);
  expect(headers.etag).toBe('"2"');
  expect(body).toMatchObject({
    name: draft.name,
    planVersion: 1,
    phase: 'mobilization',
    deadlines: [{ kind: 'phase:mobilization', clause: 'R47', organisationId: unit('610222-YCB') }],
    settling: null,
  });
  expect(
    body.windows.map(({ phase, dueAt }: { phase: string; dueAt: string }) => [phase, dueAt]),
  ).toEqual([
    ['mobilization', '2017-06-30T16:00:00Z'],
    ['concentrated-creation', '2017-09-30T16:00:00Z'],
    ['self-check-rectification', '2017-10-31T16:00:00Z'],
    ['evaluation', '2017-11-30T16:00:00Z'],
  ]);
});

test('a draft asked for twice with one key is one campaign, even at once', async () => {
  const sent = { key: 'one-campaign' };
  const answers = await Promise.all([
    cast.office.post('/v1/campaigns', draft, sent),
    cast.office.post('/v1/campaigns', draft, sent),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]?.body).toEqual(answers[1]?.body);
  expect(answers[0]?.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/);
  const other = await cast.office.post('/v1/campaigns', { planId: 'yijun-2017' }, sent);
  expect(other.body.type).toBe('/docs/problems#idempotency-key-reused');
  const another = await cast.department.post('/v1/campaigns', draft, sent);
  expect(another.body.id).not.toBe(answers[0]?.body.id);
});

test('a township drafts no campaign, and no plan is invented', async () => {
  const forbidden = await cast.committee.post('/v1/campaigns', draft);
  expect([forbidden.status, forbidden.body.roles]).toEqual([
    403,
    ['county-office', 'county-department'],
  ]);
  const unknown = await cast.office.post('/v1/campaigns', { planId: 'yijun-2018' });
  expect([unknown.status, unknown.body.errors[0].path]).toEqual([400, '/body/planId']);
});

test('another county does not learn that the campaign exists', async () => {
  const id = await issueCampaign(cast);
  const wangyi = await service.person(['county-office', unit('610202-YCB')]);
  for (const door of ['', '/events', '/actions', '/summary']) {
    expect((await wangyi.get(`/v1/campaigns/${id}${door}`)).status, door).toBe(404);
  }
  expect((await wangyi.post(`/v1/campaigns/${id}/events`, { type: 'conclude' })).status).toBe(404);
  expect((await wangyi.get('/v1/campaigns')).body.items).toEqual([]);
});

test('a township knows the campaign but does not lead it', async () => {
  const id = await issueCampaign(cast);
  const { status, body } = await cast.committee.post(`/v1/campaigns/${id}/events`, {
    type: 'advance-phase',
  });
  expect([status, body.roles]).toEqual([403, ['county-office']]);
});

test('O20: an override has a reason and is approved by somebody else, who is told by name', async () => {
  const id = await issueCampaign(cast);
  const url = `/v1/campaigns/${id}/events`;
  const lead = await service.person('county-office', 'county-department');
  expect((await lead.post(url, { type: 'request-override' })).body.errors[0].path).toBe(
    '/body/reason',
  );
  done(await lead.post(url, { type: 'request-override', reason: '汛期' }));
  const own = await lead.post(url, { type: 'approve-override' });
  expect(own.body.unmet).toMatchObject([{ requirement: 'another-officer', actual: lead.id }]);
  const [told] = own.body.unmet;
  // O20: whoever must be another is named, in both texts.
  const { rows } = await service.pool.query('select name from principal where id = $1', [lead.id]);
  const name = rows[0].name;
  expect([told.actualText, told.requiredText]).toEqual([name, `另一人（不是${name}）`]);
  done(await cast.department.post(url, { type: 'approve-override' }));
  done(await cast.office.post(url, { type: 'advance-phase' }));
  expect((await cast.office.get(`/v1/campaigns/${id}`)).body.phase).toBe('concentrated-creation');
});

test('campaigns are listed the newest first, page by page', async () => {
  const ids: string[] = [];
  let url = '/v1/campaigns?limit=2';
  for (;;) {
    const { body } = await cast.committee.get(url);
    ids.push(...body.items.map(({ id }: { id: string }) => id));
    if (body.next === null) break;
    url = `/v1/campaigns?limit=2&cursor=${body.next}`;
  }
  const all = (await cast.committee.get('/v1/campaigns')).body.items;
  expect(ids).toEqual(all.map(({ id }: { id: string }) => id));
  const issued = await cast.committee.get('/v1/campaigns?state=mobilization');
  expect(issued.body.items.every(({ state }: { state: string }) => state === 'mobilization')).toBe(
    true,
  );
  expect((await cast.office.get('/v1/campaigns?cursor=garbage')).status).toBe(400);
});

test('the quota selects by merit, as an operation whose items can be read', async () => {
  const id = await issueCampaign(cast);
  const [first, second] = [
    await registerWorker(cast, id, '李建国'),
    await registerWorker(cast, id, '王秀英'),
  ];
  await overridePhases(service, cast, id);
  for (const [worker, points] of [
    [first, 85],
    [second, 95],
  ] as const) {
    await score(cast, worker, points);
    done(await applyFor(cast, worker));
    const criteria = ['worker.duties', 'worker.conduct', 'worker.quality'];
    const judged = criteria.map((criterion) => ({ criterion, met: true }));
    done(await cast.office.post(`/v1/candidates/${worker}/events`, { type: 'pass', judged }));
  }
  const url = `/v1/campaigns/${id}/events`;
  const unknown = await cast.office.post(url, { type: 'select-by-merit', category: '标兵' });
  expect(unknown.body.errors[0].path).toBe('/body/category');
  const selected = done(
    await cast.office.post(url, { type: 'select-by-merit', category: '先进工作者' }),
  );
  const operationId = selected.body.opened.find(
    ({ kind }: { kind: string }) => kind === 'operation',
  ).id;
  await settle(service);
  const operation = (await cast.office.get(`/v1/operations/${operationId}`)).body;
  expect(operation).toMatchObject({
    kind: 'merit-selection',
    status: 'done',
    total: 2,
    done: 2,
    refused: 0,
  });
  const items = (await cast.office.get(`/v1/operations/${operationId}/items`)).body.items;
  expect(items).toMatchObject([
    {
      index: 0,
      command: { subjectId: second },
      outcome: { kind: 'done', state: 'awaiting-notice' },
    },
    { index: 1, command: { subjectId: first }, outcome: { kind: 'done', state: 'in-reserve' } },
  ]);
  const summary = (await cast.office.get(`/v1/campaigns/${id}/summary`)).body;
  expect(summary.byStage).toEqual({ countyAcceptance: 2 });
  expect(
    summary.byCategory.find(({ category }: { category: string }) => category === 'ADVANCED_WORKER'),
  ).toMatchObject({
    quota: 1,
    candidates: 2,
    byState: { 'awaiting-notice': 1, 'in-reserve': 1 },
  });
  expect((await cast.village.get(`/v1/operations/${operationId}`)).body.status).toBe('done');
  expect((await cast.village.get(`/v1/operations/${operationId}/items`)).status).toBe(404);
});

test('the summary counts what lies within the reader’s places', async () => {
  const id = await issueCampaign(cast);
  await registerTownship(cast, id);
  await registerTownship(cast, id, unit('610222102'));
  const ofCounty = (await cast.office.get(`/v1/campaigns/${id}/summary`)).body;
  const ofPeng = (await cast.committee.get(`/v1/campaigns/${id}/summary`)).body;
  expect([ofCounty.candidates, ofPeng.candidates]).toEqual([2, 1]);
  expect(ofPeng.byState).toEqual({ planning: 1 });
});
