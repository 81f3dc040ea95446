// 拟稿、核稿、签发: what an event needs is drafted by it and waits for the signature, and so does the subject.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerVillage,
  settle,
} from '../support/campaign.ts';
import {
  acceptWorkers,
  advanceCampaign,
  advanceCandidate,
  registerWorkers,
} from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { awaiting, signDocument } from '../support/signing.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let villageId: string;
let second: Person;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  second = await service.person('county-office');
  campaignId = await issueCampaign(cast);
  villageId = await registerVillage(cast, campaignId);
});
afterAll(() => service.close());

type Opened = { kind: string; id: string };
const tell = (person: Person, id: string, event: object) =>
  person.post(`/v1/documents/${id}/events`, event);
const SIGN = { type: 'sign', signatory: '田永强' };

/** An inspection with a finding: its order, and the drafts of both papers. */
async function inspect() {
  const { opened } = done(
    await cast.office.post('/v1/inspections', {
      candidateId: villageId,
      kind: 'FIELD_VISIT',
      occurredOn: '2017-05-20',
      inspectors: ['张', '王'],
      triggers: ['FORMALISM'],
      findings: ['登记册空白'],
    }),
  ).body as { opened: Opened[] };
  const [circular = '', order = ''] = opened.flatMap(({ kind, id }) =>
    kind === 'document' ? [id] : [],
  );
  const rectification = opened.find(({ kind }) => kind === 'rectification')?.id ?? '';
  return { circular, order, rectification };
}
const orderOf = async (id: string) => (await cast.office.get(`/v1/rectifications/${id}`)).body;

test('O1: an inspection drafts the circular and the order, which nobody gets before the signature', async () => {
  const { circular, order, rectification } = await inspect();
  for (const id of [circular, order]) {
    expect((await cast.department.get(`/v1/documents/${id}`)).body).toMatchObject({
      state: 'drafted',
      number: null,
      draftedBy: cast.office.id,
      deliveries: [],
    });
    expect((await cast.village.get(`/v1/documents/${id}`)).status).toBe(404);
  }
  expect(await orderOf(rectification)).toMatchObject({ state: 'awaiting-issue', dueAt: null });
  const early = await cast.village.post(`/v1/rectifications/${rectification}/events`, {
    type: 'acknowledge',
  });
  expect(early.status).toBe(409);
  // Two days later it is signed, and the fifteen days begin.
  await service.setClock('2017-05-22T01:00:00Z');
  done(await tell(second, order, { type: 'review' }));
  done(await tell(cast.department, order, SIGN));
  const issued = (await cast.village.get(`/v1/documents/${order}`)).body;
  expect(issued).toMatchObject({
    number: '君组发〔2017〕40号',
    issuedOn: '2017-05-22',
    signedBy: cast.department.id,
  });
  const text = issued.content.body.map((one: { text: string }) => one.text).join('');
  expect(text).toContain('整改期限为2017年6月6日24时');
  expect(await orderOf(rectification)).toMatchObject({
    state: 'issued+on-time',
    dueAt: '2017-06-06T16:00:00Z',
  });
});

test('O1: the queue shows what waits for whoever asks, and never to its drafter', async () => {
  const { circular, order } = await inspect();
  const waiting = async (person: Person) =>
    (await awaiting(person, campaignId)).map(({ id }) => id).filter((id) => id !== '');
  expect(await waiting(cast.department)).toEqual(expect.arrayContaining([circular, order]));
  expect(await waiting(second)).toEqual(expect.arrayContaining([circular, order]));
  expect(await waiting(cast.office)).toEqual([]);
  expect(await waiting(cast.village)).toEqual([]);
  done(await tell(second, order, { type: 'review' }));
  expect(await waiting(second)).not.toContain(order);
  expect(await waiting(cast.department)).toContain(order);
});

test('O1: the review comes first; who told the event may neither review nor sign', async () => {
  const { order } = await inspect();
  const unread = await tell(cast.department, order, SIGN);
  expect(unread.body.unmet).toMatchObject([{ requirement: 'reviewed-before', clause: 'R2' }]);
  const own = await tell(cast.office, order, { type: 'review' });
  expect(own.body.unmet).toMatchObject([{ requirement: 'read-by-another', clause: 'R2' }]);
});

test('O1: returned with a reason it is drafted anew; abandoned by a second officer, its order ends', async () => {
  const { order, rectification } = await inspect();
  done(await tell(second, order, { type: 'review' }));
  done(await tell(cast.department, order, { type: 'return', reason: '事实待核实' }));
  expect((await cast.office.get(`/v1/documents/${order}`)).body).toMatchObject({
    state: 'drafted',
    reviewedBy: null,
    reason: '事实待核实',
  });
  const abandon = { type: 'abandon', reason: '经核实不属实' };
  const own = await tell(cast.office, order, abandon);
  expect(own.body.unmet).toMatchObject([{ requirement: 'abandoned-by-another', clause: 'R2' }]);
  done(await tell(second, order, abandon));
  expect(await orderOf(rectification)).toMatchObject({ state: 'not-issued', status: 'done' });
  const late = await tell(cast.department, order, SIGN);
  expect(late.status).toBe(409);
});

test('O1: what is issued or abandoned is no draft any more', async () => {
  const { circular, order } = await inspect();
  await signDocument(cast.department, order);
  done(await tell(cast.department, circular, { type: 'abandon', reason: '不通报' }));
  const reason = '须写明整改要求';
  for (const id of [order, circular]) {
    for (const event of [
      { type: 'review' },
      { type: 'return', reason },
      { type: 'abandon', reason },
      SIGN,
    ]) {
      expect((await tell(cast.department, id, event)).status, event.type).toBe(409);
    }
  }
});

test('O1: the review is owed by a day, reminded of, overdue and escalated', async () => {
  const { order } = await inspect();
  const scheduler = await service.person('scheduler');
  await service.setClock('2017-06-30T01:00:00Z');
  done(await scheduler.post('/v1/timers/fire-due'));
  const { items } = (await cast.department.get(`/v1/notices?subjectId=${order}`)).body;
  expect(new Set(items.map(({ template }: { template: string }) => template))).toEqual(
    new Set(['document-overdue', 'document-escalated']),
  );
  const [overdue] = items.filter(
    ({ template }: { template: string }) => template === 'document-overdue',
  );
  expect(overdue.body).toContain('应于2017年5月25日24时前核稿');
  done(await tell(second, order, { type: 'review' }));
});

test('O1: a campaign whose notice is abandoned ends with it', async () => {
  const { id, opened } = done(
    await cast.office.post('/v1/campaigns', { planId: 'yijun-2017', name: '另一次' }),
  ).body;
  const [notice] = opened as Opened[];
  const reason = '暂不开展';
  done(await tell(cast.department, notice?.id ?? '', { type: 'abandon', reason }));
  expect((await cast.office.get(`/v1/campaigns/${id}`)).body.state).toBe('cancelled');
});

test('O1: a kind that the plan lets issue itself is drafted and issued by one event', async () => {
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body as { plan: Plan };
  const { kinds } = plan.documents;
  const order = {
    ...kinds['rectification-order'],
    selfIssued: { kind: 'county-decision', note: '县委组织部授权县远程办直接印发' },
  };
  const documents = { ...plan.documents, kinds: { ...kinds, 'rectification-order': order } };
  done(await cast.department.post('/v1/plans', { ...plan, version: 2, documents }));
  campaignId = await issueCampaign(cast);
  villageId = await registerVillage(cast, campaignId);
  const drafted = await inspect();
  expect(await orderOf(drafted.rectification)).toMatchObject({ state: 'issued+on-time' });
  const { body } = await cast.village.get(`/v1/documents/${drafted.order}`);
  expect(body).toMatchObject({ state: 'issued', draftedBy: cast.office.id, signedBy: null });
  expect((await cast.department.get(`/v1/documents/${drafted.circular}`)).body.state).toBe(
    'drafted',
  );
});

test('O1: a draft for which nothing waits any longer is not signed, and is told to be abandoned', async () => {
  const draft = { planId: 'yijun-2017', name: '另一次活动' };
  const id = done(await cast.office.post('/v1/campaigns', draft)).body.id;
  const [notice] = await awaiting(cast.department, id);
  done(
    await cast.department.post(`/v1/campaigns/${id}/events`, { type: 'cancel', reason: '重复' }),
  );
  done(await tell(second, notice?.id ?? '', { type: 'review' }));
  const { status, body } = await tell(cast.department, notice?.id ?? '', SIGN);
  expect([status, body.unmet]).toMatchObject([422, [{ requirement: 'still-awaited' }]]);
  expect(body.unmet[0].text).toContain('弃置此件');
  const away = { type: 'abandon', reason: '活动已取消' };
  expect((await tell(cast.department, notice?.id ?? '', away)).body.state).toBe('abandoned');
});

test('O1: the draft of a notice ends with its candidate', async () => {
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body as { plan: Plan };
  const { kinds } = plan.documents;
  const notice = { ...kinds['public-notice'], per: 'candidate' };
  const documents = { ...plan.documents, kinds: { ...kinds, 'public-notice': notice } };
  done(await cast.department.post('/v1/plans', { ...plan, version: 3, documents }));
  const { campaignId: id, workers } = await selected();
  const draftsOf = async () =>
    (await awaiting(cast.department, id)).filter(({ kind }) => kind === 'public-notice');
  const [first] = await draftsOf();
  const one = workers[0] ?? '';
  done(await advanceCandidate(cast.committee, one, { type: 'withdraw', reason: '本人申请' }));
  expect(await draftsOf()).toEqual([]);
  const { body } = await cast.department.get(`/v1/documents/${first?.id}`);
  expect([body.state, body.number]).toEqual(['abandoned', null]);
});

/** A campaign in which one worker is selected, whose notice is drafted. */
async function selected() {
  const id = await issueCampaign(cast);
  const workers = await registerWorkers(cast, id, ['李']);
  await overridePhases(service, cast, id);
  await acceptWorkers(cast, workers, [95]);
  const select = { type: 'select-by-merit', category: 'ADVANCED_WORKER' };
  done(await advanceCampaign(cast.office, id, select));
  await settle(service);
  return { campaignId: id, workers };
}

test('O1: what the county determines for the city is drafted by the service, and signed by the city', async () => {
  const { id, worker } = await determinedForTheCity(4, 'candidate');
  const [decision] = await awaiting(cast.city, id);
  const { body } = await cast.city.get(`/v1/documents/${decision?.id}`);
  expect(body).toMatchObject({ kind: 'final-decision', draftedBy: 'system', issuer: 'city' });
  await signDocument(cast.city, body.id);
  expect((await cast.city.get(`/v1/candidates/${worker}`)).body.stage).toBe('conferred');
});

test('O1: the city lists whom the county has determined for it', async () => {
  const { id, worker } = await determinedForTheCity(5, 'list');
  const asked = { campaignId: id, kind: 'final-decision', issuer: 'city' };
  const list = done(await cast.city.post('/v1/documents', asked)).body.id;
  expect((await cast.city.get(`/v1/documents/${list}`)).body.named).toEqual([worker]);
});

/** A plan by which the county's officers determine who gets a title of the city, and one determined worker. */
async function determinedForTheCity(version: number, per: 'candidate' | 'list') {
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body as { plan: Plan };
  const [review, ...others] = plan.stages?.['county-alone']?.steps ?? [];
  const confer = others.find(({ step }) => step === 'confer');
  const steps = [review, { ...confer, by: ['county-office'], authority: 'city' }];
  const person = plan.procedures.person?.filter((stage) => stage !== 'city');
  const { kinds } = plan.documents;
  const decision = { ...kinds['final-decision'], per };
  const changed = {
    ...{ ...plan, version },
    stages: { ...plan.stages, determined: { ...plan.stages?.['county-alone'], steps } },
    procedures: {
      ...plan.procedures,
      person: person?.map((stage) => (stage === 'county' ? 'determined' : stage)),
    },
    documents: { ...plan.documents, kinds: { ...kinds, 'final-decision': decision } },
  };
  done(await cast.department.post('/v1/plans', changed));
  const id = await issueCampaign(cast);
  const [worker = ''] = await registerWorkers(cast, id, ['孙']);
  await overridePhases(service, cast, id);
  await acceptWorkers(cast, [worker], [95]);
  done(await advanceCandidate(cast.office, worker, { type: 'propose-conferral' }));
  done(await advanceCandidate(second, worker, { type: 'confirm-conferral' }));
  return { id, worker };
}
