// Inspections and the orders that follow from them.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerTownship, uploadPhoto } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, WULI } from '../support/service.ts';
import { signOpened } from '../support/signing.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let candidateId: string;
let reinspector: Person;
let photo: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  reinspector = await service.person('county-office');
  campaignId = await issueCampaign(cast);
  candidateId = await registerTownship(cast, campaignId);
  photo = await uploadPhoto(service, cast.committee, campaignId);
});
afterAll(() => service.close());

const inspection = {
  kind: 'FIELD_VISIT',
  occurredOn: '2017-05-20',
  inspectors: ['张', '王'],
  findings: ['学习记录系补造'],
};
const inspect = async (change: object = {}): Promise<string> => {
  const body = { candidateId, ...inspection, triggers: ['FORMALISM'], ...change };
  const { opened } = done(await cast.office.post('/v1/inspections', body)).body;
  await signOpened(cast.department, opened);
  return opened.find(({ kind }: { kind: string }) => kind === 'rectification').id;
};
const tell = (person: Person, id: string, event: object, key?: string) =>
  person.post(`/v1/rectifications/${id}/events`, event, key === undefined ? {} : { key });

test('formalism found at a spot check leads to an order with fifteen days (R59)', async () => {
  const answer = await cast.office.post('/v1/inspections', {
    candidateId,
    ...inspection,
    triggers: ['FORMALISM'],
  });
  expect(answer.status).toBe(201);
  await signOpened(cast.department, answer.body.opened);
  const [recorded, order] = answer.body.opened;
  expect([recorded.kind, recorded.id]).toEqual(['inspection', answer.body.recordId]);
  const { body, headers } = await cast.committee.get(`/v1/rectifications/${order.id}`);
  expect(headers.etag).toBe('"2"');
  // 4 June is a Sunday; the limit moves to Monday and ends at 24:00.
  expect(body).toMatchObject({
    candidateId,
    candidateName: '彭镇',
    inspectionId: answer.body.recordId,
    inspectedBy: cast.office.id,
    triggers: ['FORMALISM'],
    state: 'issued+on-time',
    days: 15,
    generation: 1,
    dueAt: '2017-06-05T16:00:00Z',
    deadlines: [{ kind: 'rectification', clause: 'R59', level: 'armed' }],
  });
});

test('without a trigger nothing is opened', async () => {
  const answer = await cast.township.post('/v1/inspections', {
    candidateId,
    ...inspection,
    kind: 'UNSCHEDULED',
  });
  expect(answer.body.opened).toMatchObject([{ kind: 'inspection' }]);
});

test('a site that is no candidate is inspected for the campaign', async () => {
  const site = { campaignId, siteId: '610222101203-S1', ...inspection };
  const missing = await cast.office.post('/v1/inspections', site);
  expect(missing.body.errors[0].path).toBe('/body/conforms');
  const answer = await cast.office.post('/v1/inspections', { ...site, conforms: true });
  expect(answer.status).toBe(201);
  expect(answer.body.recordId).toBe(answer.body.opened[0].id);
  const { items } = (await cast.village.get('/v1/inspections')).body;
  expect(items).toMatchObject([
    {
      id: answer.body.recordId,
      candidateId: null,
      body: { siteId: '610222101203-S1', conforms: true },
    },
  ]);
});

test.each([
  ['of nothing', {}, '/body/candidateId'],
  ['of a candidate and a site', { candidateId: 'x', siteId: 'y' }, '/body/candidateId'],
  ['by nobody', { candidateId: 'x', inspectors: [] }, '/body/inspectors'],
  ['for a reason of one’s own', { candidateId: 'x', triggers: ['LATE'] }, '/body/triggers/0'],
  [
    'with a limit of two years',
    { candidateId: 'x', rectificationDays: 730 },
    '/body/rectificationDays',
  ],
])('an inspection %s is refused where it stands', async (_, change, path) => {
  const body = { ...inspection, ...change };
  if ('candidateId' in body) body.candidateId = candidateId;
  const answer = await cast.office.post('/v1/inspections', body);
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].path).toBe(path);
});

test('inspections are listed the newest first, by kind and by candidate', async () => {
  const { items } = (await cast.committee.get(`/v1/inspections?candidateId=${candidateId}`)).body;
  expect(items.length).toBeGreaterThan(1);
  const first = (await cast.committee.get('/v1/inspections?limit=1')).body;
  const rest = (await cast.committee.get(`/v1/inspections?cursor=${first.next}`)).body;
  const all = (await cast.committee.get('/v1/inspections')).body.items;
  expect([...first.items, ...rest.items]).toEqual(all);
  expect((await cast.committee.get('/v1/inspections?kind=SCHEDULED')).body.items).toEqual([]);
  const wuli = await service.person(['township-committee', unit('610222102-DW')]);
  expect((await wuli.get('/v1/inspections')).body.items).toEqual([]);
});

test('O12: who carried out an inspection closes no order of it, whoever typed it in, however the name is set', async () => {
  const { name } = (await reinspector.get('/v1/me')).body;
  const id = await inspect({ inspectors: ['张', `${name[0]}\u3000${name.slice(1)}`] });
  done(await tell(cast.committee, id, { type: 'acknowledge' }));
  done(
    await tell(cast.committee, id, { type: 'start', measures: '整改', responsiblePerson: '李' }),
  );
  done(await tell(cast.committee, id, { type: 'submit', report: '整改报告', evidence: [photo] }));
  const close = { type: 'close', remark: '已整改' };
  const unmet = [{ requirement: 'reinspected-by-another', clause: 'R59' }];
  expect((await tell(reinspector, id, close)).body.unmet).toMatchObject(unmet);
  const third = await service.person(['county-office', unit('610222-YCB')]);
  const named = await tell(third, id, { ...close, inspectors: ['张 '] });
  expect(named.body.unmet).toMatchObject(unmet);
  done(await tell(third, id, { ...close, inspectors: ['赵'] }));
});

test('an order is handled, sent back once, and closed by somebody who did not inspect', async () => {
  const id = await inspect();
  done(await tell(cast.committee, id, { type: 'acknowledge' }));
  const start = { type: 'start', measures: '逐项整改', responsiblePerson: '李' };
  done(await tell(cast.committee, id, start));
  done(await tell(cast.committee, id, { type: 'submit', report: '整改报告', evidence: [photo] }));
  const own = await tell(cast.office, id, { type: 'close', remark: '已整改' });
  expect(own.body.unmet).toMatchObject([{ requirement: 'reinspected-by-another', clause: 'R59' }]);
  done(await tell(reinspector, id, { type: 'reopen', reason: '整改不彻底' }));
  const reopened = (await cast.committee.get(`/v1/rectifications/${id}`)).body;
  expect(reopened).toMatchObject({ state: 'in-progress+on-time', generation: 2 });
  done(await tell(cast.committee, id, { type: 'submit', report: '第二次报告', evidence: [photo] }));
  done(await tell(reinspector, id, { type: 'close', remark: '已整改' }));
  const closed = (await cast.committee.get(`/v1/rectifications/${id}`)).body;
  expect(closed).toMatchObject({ state: 'closed', status: 'done', accepts: [], deadlines: [] });
  const log = (await cast.committee.get(`/v1/rectifications/${id}/events`)).body.items;
  expect(log.map(({ type }: { type: string }) => type)).toEqual([
    'draft',
    'document-issued',
    'acknowledge',
    'start',
    'submit',
    'reopen',
    'submit',
    'close',
  ]);
  const late = await tell(reinspector, id, { type: 'close', remark: '已整改' });
  expect([late.status, late.body.accepts]).toEqual([409, []]);
});

test('an extension ends later than the limit it replaces, and says why', async () => {
  const id = await inspect();
  const sooner = { type: 'extend', until: '2017-05-25', reason: '汛期' };
  const refused = await tell(cast.office, id, sooner);
  expect(refused.body.unmet).toMatchObject([
    { requirement: 'extends-the-deadline', clause: 'R59' },
  ]);
  const actions = (await cast.office.get(`/v1/rectifications/${id}/actions`)).body.actions;
  expect(actions.find(({ type }: { type: string }) => type === 'extend')).toMatchObject({
    permitted: true,
    requirements: [
      { requirement: 'extends-the-deadline', asksInput: true },
      { requirement: 'within-the-maximum', asksInput: true },
    ],
  });
  done(await tell(cast.office, id, { ...sooner, until: '2017-06-30' }));
  const { body } = await cast.committee.get(`/v1/rectifications/${id}`);
  expect(body).toMatchObject({ dueAt: '2017-06-30T16:00:00Z', generation: 2 });
  expect(body.extensions).toMatchObject([{ from: '2017-06-05T16:00:00Z', reason: '汛期' }]);
  const far = await tell(cast.office, id, { ...sooner, until: '2099-12-31' });
  expect(far.status).toBe(422);
  expect(far.body.unmet).toMatchObject([{ requirement: 'within-the-maximum', clause: 'R59' }]);
});

test('of two re-inspections at once, one decides', async () => {
  const id = await inspect();
  for (const event of [
    { type: 'acknowledge' },
    { type: 'start', measures: '整改', responsiblePerson: '李' },
    { type: 'submit', report: '报告', evidence: [photo] },
  ]) {
    done(await tell(cast.committee, id, event));
  }
  const another = await service.person('county-office');
  const answers = await Promise.all([
    tell(reinspector, id, { type: 'close', remark: '好' }),
    tell(another, id, { type: 'reopen', reason: '不好' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test('orders are listed by state, place and lateness', async () => {
  const idsOf = async (query: string) =>
    (await cast.office.get(`/v1/rectifications?campaignId=${campaignId}${query}`)).body.items.map(
      ({ id }: { id: string }) => id,
    ) as string[];
  const all = await idsOf('');
  expect(all).toEqual([...all].sort().reverse());
  const open = await idsOf('&state=issued');
  expect(open.length).toBeGreaterThan(0);
  expect(await idsOf(`&organisationId=${PENG}`)).toEqual(all);
  expect(await idsOf(`&organisationId=${WULI}`)).toEqual([]);
  expect(await idsOf(`&candidateId=${candidateId}`)).toEqual(all);
  expect(await idsOf('&overdue=true')).toEqual([]);
  await service.setClock('2017-06-06T00:00:00Z');
  const overdue = await idsOf('&overdue=true');
  expect(overdue.length).toBeGreaterThan(0);
  expect(overdue).not.toContain((await idsOf('&state=closed'))[0]);
  const summary = (await cast.committee.get(`/v1/campaigns/${campaignId}/summary`)).body;
  expect(summary.rectifications.overdue).toBe(overdue.length);
});

test('an order of another township is not known to exist', async () => {
  const [order] = (await cast.office.get('/v1/rectifications')).body.items;
  const wuli = await service.person(['township-committee', unit('610222102-DW')]);
  for (const door of ['', '/events', '/actions']) {
    expect((await wuli.get(`/v1/rectifications/${order.id}${door}`)).status).toBe(404);
  }
  expect((await tell(wuli, order.id, { type: 'acknowledge' })).status).toBe(404);
  expect((await cast.office.get(`/v1/rectifications/${candidateId}`)).status).toBe(404);
});

test('a township inspects its own sites for the campaign, and no neighbour’s', async () => {
  const site = { campaignId, siteId: '610222101203-S1', ...inspection, kind: 'SCHEDULED' };
  const own = await cast.township.post('/v1/inspections', { ...site, conforms: true });
  expect(own.status).toBe(201);
  const neighbour = await service.person(['township-office', unit('610222102-ZF')]);
  const foreign = await neighbour.post('/v1/inspections', { ...site, conforms: true });
  expect([foreign.status, foreign.body.roles]).toEqual([403, ['county-office', 'township-office']]);
});

test('what a site was found with is no neighbour’s to read in the log of the campaign', async () => {
  const log = `/v1/campaigns/${campaignId}/events?limit=100`;
  const findings = ['终端闲置半年'];
  const look = { campaignId, siteId: '610222101203-S1', ...inspection, findings, conforms: false };
  done(await cast.office.post('/v1/inspections', look));
  const neighbour = await service.person(['township-committee', unit('610222102-DW')]);
  const told = (await neighbour.get(log)).body.items;
  expect(JSON.stringify(told)).not.toContain('终端闲置半年');
  expect(told.at(-1)).toMatchObject({ type: 'record-inspection', payload: {}, facts: {} });
  expect((await cast.office.get(log)).body.items.at(-1).payload).toMatchObject({ findings });
});
