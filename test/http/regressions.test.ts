// A site administrator whose site is looked at (R37), and whose site fails after the application: a
// decision by two, which ends with the candidate (R12).

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  ADMITTED_LATE,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  score,
  settle,
} from '../support/campaign.ts';
import { advanceCandidate } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, PENGCUN } from '../support/service.ts';
import { signOpened } from '../support/signing.ts';

const SITE = '610222101203-S1';
const FACTS = { televisionInches: 55, projector: false, postA: '王军', postB: '李秀兰' };

let service: RunningService;
let cast: Cast;
let second: Person;
let campaignId: string;
let administrators: string[];

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  second = await service.person('county-office');
  campaignId = await issueCampaign(cast);
  administrators = [];
  for (const personName of ['王军', '李秀兰', '张建平']) {
    const candidate = {
      campaignId,
      category: 'OUTSTANDING_SITE_ADMINISTRATOR',
      organisationId: PENGCUN,
      personName,
      siteId: SITE,
    };
    administrators.push(done(await cast.office.post('/v1/candidates', candidate)).body.id);
  }
  await overridePhases(service, cast, campaignId);
  expect(await record(FACTS)).toBe(200);
  done(await inspectSite(true));
  for (const id of administrators) await applyAs(id);
});
afterAll(() => service.close());

const record = async (facts: object): Promise<number> => {
  const { statusCode } = await service.app.inject({
    method: 'PATCH',
    url: `/v1/sites/${SITE}`,
    headers: { authorization: `Bearer ${cast.village.key}` },
    payload: { facts },
  });
  return statusCode;
};

const look = {
  kind: 'FIELD_VISIT',
  occurredOn: '2017-05-20',
  inspectors: ['王建国'],
  findings: [],
};
const inspectSite = (conforms: boolean, change: object = {}) =>
  cast.office.post('/v1/inspections', { campaignId, siteId: SITE, ...look, conforms, ...change });

async function applyAs(id: string): Promise<void> {
  const url = `/v1/candidates/${id}/evidence`;
  const evidence = { occurredOn: '2017-05-20', summary: '学用记录' };
  done(await cast.village.post(url, { ...evidence, kind: 'learning-record' }));
  const { recordId } = done(await cast.village.post(url, { ...evidence, kind: 'feedback' })).body;
  const solve = { type: 'solve', solvedOn: '2017-05-20', result: '已解决' };
  done(await cast.village.post(`/v1/matters/${recordId}/events`, solve));
  await score(cast, id);
  done(
    await advanceCandidate(cast.committee, id, {
      type: 'apply',
      statement: '申报优秀站点管理员',
      signatory: '刘书记',
      signatureEvidence: '申报表盖章页',
    }),
  );
}

const JUDGED = [
  'administrator.site-runs',
  'administrator.operates',
  'administrator.maintains',
  'administrator.manages',
  'administrator.site-in-order',
  'administrator.site-results',
].map((criterion) => ({ criterion, met: true }));
const pass = (id: string) => advanceCandidate(cast.office, id, { type: 'pass', judged: JUDGED });

const regressions = async (candidateId: string): Promise<{ id: string; state: string }[]> =>
  done(await cast.office.get(`/v1/regressions?campaignId=${campaignId}&limit=100`))
    .body.items.filter((one: { candidateId: string }) => one.candidateId === candidateId)
    .map(({ id, state }: { id: string; state: string }) => ({ id, state }));

test('R37: nobody says that the site of an administrator is in order: its latest inspection does', async () => {
  const [wang = ''] = administrators;
  const unseen = await pass(wang);
  expect([unseen.status, unseen.body.unmet]).toMatchObject([
    422,
    [{ requirement: 'administrator.site-in-order', clause: 'R37', actual: null, required: true }],
  ]);
  done(await inspectSite(true, { inGoodOrder: false }));
  expect((await pass(wang)).body.unmet).toMatchObject([{ clause: 'R37', actual: false }]);
  const early = { ...look, occurredOn: '2017-05-19', inGoodOrder: true };
  done(
    await cast.township.post('/v1/inspections', { candidateId: wang, ...early, kind: 'SCHEDULED' }),
  );
  expect((await pass(wang)).body.unmet).toMatchObject([{ clause: 'R37', actual: false }]);
  done(
    await cast.office.post('/v1/inspections', { candidateId: wang, ...look, inGoodOrder: true }),
  );
  // What is recorded of the site denies it all the same.
  await record({ inGoodOrder: false });
  expect((await pass(wang)).body.unmet).toMatchObject([{ clause: 'R37', actual: false }]);
  await record({ inGoodOrder: true });
  done(await pass(wang));
});

test('R58: whether it is in order is found of a site, and of nothing else', async () => {
  const id = await registerTownship(cast, campaignId, PENG, ADMITTED_LATE);
  const answer = await cast.office.post('/v1/inspections', {
    candidateId: id,
    ...look,
    inGoodOrder: true,
  });
  expect([answer.status, answer.body.unmet[0].requirement]).toEqual([422, 'order-is-of-a-site']);
});

test('R59: what was applied with is corrected only as an order names it', async () => {
  const [, li = ''] = administrators;
  const url = `/v1/candidates/${li}/evidence`;
  const { items } = done(await cast.village.get(`${url}?kind=learning-record`)).body;
  const [{ id: recordId }] = items;
  const instead = { kind: 'learning-record', occurredOn: '2017-05-20', summary: '改写' };
  const supersedes = { recordId, reason: '日期写错' };
  const late = await cast.village.post(url, { ...instead, supersedes });
  expect([late.status, late.body.unmet]).toMatchObject([
    422,
    [{ requirement: 'open-for-correction', clause: 'R59' }],
  ]);
  // What is new is taken in; what no criterion counts may be corrected as before.
  done(await cast.village.post(url, instead));
  const other = {
    kind: 'other',
    occurredOn: '2017-05-20',
    summary: '说明',
    detail: { name: '甲' },
  };
  const noted = done(await cast.village.post(url, other)).body.recordId;
  const again = { ...other, supersedes: { recordId: noted, reason: '写错' } };
  done(await cast.village.post(url, again));
  const { opened } = done(
    await cast.office.post('/v1/inspections', {
      candidateId: li,
      ...look,
      triggers: ['FORMALISM'],
      findings: ['学用记录日期有误'],
      openRecords: [recordId],
    }),
  ).body;
  await signOpened(cast.department, opened);
  const order = opened.find(({ kind }: { kind: string }) => kind === 'rectification').id;
  const correct = { type: 'supersede-record', recordId, occurredOn: '2017-05-20', summary: '更正' };
  done(await cast.village.post(`/v1/rectifications/${order}/events`, correct));
});

test('R12: a site that fails after the application asks a decision of two about each who rests on it', async () => {
  await service.setClock('2017-05-22T02:00:00Z');
  expect(await record({ televisionInches: 40 })).toBe(200);
  await settle(service);
  const [wang = '', li = '', zhang = ''] = administrators;
  for (const id of [wang, li, zhang]) {
    expect(await regressions(id)).toMatchObject([{ state: 'deciding' }]);
    const { body } = await cast.office.get(`/v1/candidates/${id}`);
    expect(body.stage).toBe('countyAcceptance');
  }
  const [{ id = '' } = {}] = await regressions(wang);
  const uphold = `/v1/regressions/${id}/events`;
  done(await cast.office.post(uphold, { type: 'propose-uphold', reason: '已订购新设备' }));
  const same = await cast.office.post(uphold, { type: 'confirm-uphold' });
  expect([same.status, same.body.unmet[0].clause]).toEqual([422, 'R12']);
  done(await second.post(uphold, { type: 'confirm-uphold' }));
  expect(await regressions(wang)).toMatchObject([{ state: 'upheld' }]);
});

test('R12: the decision is settled with its candidate, in the same step, and its deadline with it', async () => {
  const [, li = '', zhang = ''] = administrators;
  const [{ id = '' } = {}] = await regressions(li);
  const byHand = `/v1/regressions/${id}/events`;
  expect((await cast.office.post(byHand, { type: 'candidate-ended' })).status).toBe(400);
  const propose = { type: 'propose-disqualification', reason: '站点长期不达标' };
  done(await advanceCandidate(cast.office, li, propose));
  expect(await regressions(li)).toMatchObject([{ state: 'deciding' }]);
  done(await advanceCandidate(second, li, { type: 'confirm-disqualification' }));
  expect(await regressions(li)).toMatchObject([{ id, state: 'settled' }]);
  const { items } = done(await cast.office.get(`/v1/obligations?subjectId=${id}`)).body;
  expect(items).toMatchObject([{ kind: 'regression-decision', level: 'waived' }]);
  const log = done(await cast.office.get(`/v1/regressions/${id}/events`)).body.items;
  expect(log.map(({ type }: { type: string }) => type)).toEqual(['raise', 'candidate-ended']);
  done(await advanceCandidate(cast.committee, zhang, { type: 'withdraw', reason: '本人申请' }));
  expect(await regressions(zhang)).toMatchObject([{ state: 'settled' }]);
});

test('R12: of a withdrawal and a confirmation at once, one settles it and the other is too late', async () => {
  const [wang = ''] = administrators;
  await record({ televisionInches: 55 });
  await service.setClock('2017-05-22T03:00:00Z');
  done(await inspectSite(true, { occurredOn: '2017-05-22' }));
  await service.setClock('2017-05-22T04:00:00Z');
  await record({ televisionInches: 41 });
  await settle(service);
  const open = (await regressions(wang)).find(({ state }) => state === 'deciding');
  const url = `/v1/regressions/${open?.id}/events`;
  done(await cast.office.post(url, { type: 'propose-uphold', reason: '已订购新设备' }));
  const [confirmed, withdrawn] = await Promise.all([
    second.post(url, { type: 'confirm-uphold' }),
    advanceCandidate(cast.committee, wang, { type: 'withdraw', reason: '本人申请' }),
  ]);
  expect(withdrawn.status).toBe(200);
  expect([200, 409]).toContain(confirmed.status);
  const now = (await regressions(wang)).find(({ id }) => id === open?.id);
  expect(now?.state).toBe(confirmed.status === 200 ? 'upheld' : 'settled');
});
