import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdRound } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import {
  ACTIVITY,
  assess,
  castOf,
  done,
  issueCampaign,
  overridePhase,
  registerTownship,
  registerVillage,
  registerWorker,
} from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let township: string;
let worker: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  township = `/v1/candidates/${await registerTownship(cast, campaignId)}`;
  worker = `/v1/candidates/${await registerWorker(cast, campaignId, '李建国')}`;
});
afterAll(() => service.close());

const showcase = {
  kind: 'showcase-case',
  occurredOn: '2017-05-19',
  summary: '苹果矮化密植技术推广',
  detail: { title: '苹果矮化密植', households: 120 },
};

test('evidence is recorded under an id of the server, and a repeat names the same record', async () => {
  const first = await cast.committee.post(`${township}/evidence`, showcase, { key: 'case' });
  expect(first.status).toBe(201);
  const repeat = await cast.committee.post(`${township}/evidence`, showcase, { key: 'case' });
  expect(repeat.body.recordId).toBe(first.body.recordId);
  const { items } = (await cast.office.get(`${township}/evidence`)).body;
  expect(items).toMatchObject([
    {
      id: first.body.recordId,
      kind: 'showcase-case',
      recordedBy: cast.committee.id,
      body: { occurredOn: '2017-05-19', summary: showcase.summary },
      verdict: null,
    },
  ]);
});

test('what the impact is, the reviewer finds, once', async () => {
  const another = { ...showcase, detail: { title: '苹果套袋技术' } };
  const { recordId } = done(await cast.committee.post(`${township}/evidence`, another)).body;
  const url = `${township}/evidence/${recordId}/assessment`;
  const verdict = { verdict: 'accepted', impact: 'NOTABLE', promotionScope: 'COUNTYWIDE' };
  expect((await cast.committee.post(url, verdict)).status).toBe(403);
  expect((await cast.office.post(url, verdict)).status).toBe(201);
  const again = await cast.city.post(url, verdict);
  expect(again.body.unmet).toMatchObject([
    { requirement: 'evidence-is-unassessed', actual: 'accepted' },
  ]);
  const { items } = (await cast.committee.get(`${township}/evidence`)).body;
  expect(items.at(-1)).toMatchObject({
    id: recordId,
    verdict: 'accepted',
    attributes: { impact: 'NOTABLE', promotionScope: 'COUNTYWIDE' },
    assessedBy: cast.office.id,
  });
});

test('nothing is recorded of tomorrow', async () => {
  const tomorrow = { ...ACTIVITY, occurredOn: '2017-05-21' };
  const { status, body } = await cast.committee.post(`${township}/evidence`, tomorrow);
  expect(status).toBe(422);
  expect(body.unmet).toMatchObject([{ actual: '2017-05-21', required: '2017-05-20' }]);
});

test('evidence is read page by page and by kind', async () => {
  done(await cast.committee.post(`${township}/evidence`, ACTIVITY));
  const url = `${township}/evidence`;
  const all = (await cast.office.get(url)).body.items;
  const first = (await cast.office.get(`${url}?limit=1`)).body;
  const rest = (await cast.office.get(`${url}?cursor=${first.next}`)).body;
  expect([...first.items, ...rest.items]).toEqual(all);
  const activities = (await cast.office.get(`${url}?kind=activity`)).body.items;
  expect(activities).toHaveLength(1);
});

test('C12: of the same record twice at once the second is told as a likely repeat, and made void with a reason', async () => {
  const visit = {
    ...ACTIVITY,
    summary: '组织党员集中学习',
    occurredOn: '2017-05-18',
  };
  const sent = await Promise.all(
    ['one', 'another'].map((key) => cast.committee.post(`${township}/evidence`, visit, { key })),
  );
  expect(sent.map(({ status }) => status)).toEqual([201, 201]);
  const warned = sent.map(({ body }) =>
    body.warnings.map(({ requirement }: { requirement: string }) => requirement),
  );
  expect(warned.toSorted()).toEqual([[], ['not-entered-before']]);
  const [first = '', second = ''] = sent
    .toSorted((a, b) => a.body.warnings.length - b.body.warnings.length)
    .map(({ body }) => body.recordId as string);
  const counted = async () => {
    const { context } = (await cast.office.get(township)).body;
    return context.evidence.activity;
  };
  const before = await counted();
  const away = { type: 'void-record', recordId: second, reason: '同一次学习登记了两次' };
  expect((await cast.village.post(`${township}/events`, away)).status).not.toBe(200);
  done(await cast.committee.post(`${township}/events`, away));
  expect(await counted()).toBe(before - 1);
  const { items } = (await cast.office.get(`${township}/evidence?kind=activity`)).body;
  const found = items.filter(({ id }: { id: string }) => [first, second].includes(id));
  expect(found).toMatchObject([
    { id: first, voided: false, supersededBy: null },
    { id: second, voided: true, supersededBy: null, supersedeReason: away.reason },
  ]);
  // It stays where it was entered, and nothing is void twice.
  const listed = await cast.office.get(
    `/v1/ledgers/activities?campaignId=${campaignId}&status=void`,
  );
  expect(listed.body.items).toMatchObject([{ id: second, status: 'void', supersededBy: null }]);
  const again = await cast.committee.post(`${township}/events`, away);
  expect(again.body.unmet).toMatchObject([{ requirement: 'record-stands' }]);
  // What differs in a day, a place or a word is no repeat, nor is what is entered anew after that.
  for (const change of [{ occurredOn: '2017-05-17' }, { summary: '组织党员集中学习（第二场）' }]) {
    const { body } = done(
      await cast.committee.post(`${township}/evidence`, { ...visit, ...change }),
    );
    expect(body.warnings).toEqual([]);
  }
});

test('a village is held against every criterion, each shortcoming with somebody responsible', async () => {
  const id = await registerVillage(cast, campaignId);
  const village = `/v1/candidates/${id}`;
  done(await cast.village.post(`${village}/events`, { type: 'acknowledge-mobilization' }));
  await overridePhase(service, cast, campaignId);
  done(await cast.village.post(`${village}/evidence`, ACTIVITY));
  done(
    await cast.village.post(`${village}/events`, { type: 'declare-created', statement: '已创建' }),
  );
  done(await cast.township.post(`${village}/events`, { type: 'confirm-created' }));
  await overridePhase(service, cast, campaignId);

  const { actions } = (await cast.township.get(`${village}/actions`)).body;
  const submit = actions.find(({ type }: { type: string }) => type === 'submit-self-check');
  const wanted: string[] = submit.requirements[0].actual;
  expect(submit.requirements[0]).toMatchObject({
    requirement: 'every-criterion-checked',
    clause: 'R57',
  });
  const results = wanted.map((criterion) => ({ criterion, met: false }));
  const orphans = await cast.township.post(`${village}/self-checks`, { results });
  expect(orphans.body.unmet).toMatchObject([
    { requirement: 'findings-have-owners', actual: wanted },
  ]);
  const owned = results.map((result) => ({ ...result, priority: '高', responsiblePerson: '李' }));
  const answer = await cast.township.post(`${village}/self-checks`, { results: owned });
  expect(answer).toMatchObject({ status: 201, body: { state: 'rectifying-findings' } });
  const { items } = (await cast.village.get(`${village}/self-checks`)).body;
  expect(items).toMatchObject([
    { id: answer.body.recordId, body: { checkedBy: cast.township.id, results: owned } },
  ]);
  expect((await cast.village.get(village)).body.context.openFindings).toEqual(wanted);
});

test('R61: both streams are scored: a round of ballots, and sheets of assessors', async () => {
  await overridePhase(service, cast, campaignId);
  const ballots = { type: 'record-mass-evaluation', issued: 9, returned: 9, grades: { 好: 9 } };
  const typed = await cast.township.post(`${worker}/scores`, ballots);
  expect(typed.status).toBe(405);
  const told = { ...ballots, type: 'mass-evaluation-closed', scoreCenti: 10_000 };
  expect((await cast.office.post(`${worker}/events`, told)).status).toBe(400);
  await holdRound(cast, worker.replace('/v1/candidates/', ''));
  await assess(cast, cast.assessor, worker.replace('/v1/candidates/', ''), 90.25);
  const { body } = await cast.office.get(worker);
  expect(body.context.scores).toMatchObject({
    streams: {
      mass: { points: 100, strata: { members: 100, masses: 100 }, sheets: [] },
      assessment: { points: 90.25, sheets: [{ by: cast.assessor.id, points: 90.25 }] },
    },
  });
  const { items } = (await cast.office.get(`${worker}/scores`)).body;
  expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(['mass-evaluation']);
  expect(items[0].body).toMatchObject({ form: 'secret', points: 100, issued: 7, returned: 7 });
});
