// 定期督查 (R72): what a township plans to supervise, and what it has yet to do of it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerTownship } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

const SITE = '610222101203-S1';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let url: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  url = `/v1/candidates/${await registerTownship(cast, campaignId)}/evidence`;
});
afterAll(() => service.close());

const plan = (visits: object[], occurredOn = '2017-05-20') => ({
  kind: 'supervision-plan',
  occurredOn,
  summary: '督查计划',
  detail: { visits },
});
type Task = { siteId: string; dueAt: string; overdue: boolean; kind: string; planId: string };
const tasks = async (who: Person = cast.township, query = ''): Promise<Task[]> =>
  done(await who.get(`/v1/inspections/worklist?campaignId=${campaignId}${query}`)).body.items;
const supervise = (siteId: string, occurredOn: string, who = cast.township) =>
  who.post('/v1/inspections', {
    campaignId,
    siteId,
    kind: 'SCHEDULED',
    occurredOn,
    inspectors: ['分管领导'],
    findings: [],
    conforms: false,
  });

test('R72: a plan names sites of the township and days to come, and is its office’s', async () => {
  const visit = { siteId: SITE, dueOn: '2017-06-10' };
  expect((await cast.committee.post(url, plan([visit]))).status).toBe(403);
  expect((await cast.township.post(url, plan([{ ...visit, siteId: '' }]))).status).toBe(400);
  const foreign = await cast.township.post(url, plan([{ ...visit, siteId: '610222102200-S1' }]));
  expect(foreign.body.unmet).toMatchObject([
    { requirement: 'sites-within-unit', clause: 'R72', actual: ['610222102200-S1'] },
  ]);
  for (const dueOn of ['2017-05-19', '2018-01-01']) {
    const answer = await cast.township.post(url, plan([{ ...visit, dueOn }]));
    expect([answer.status, answer.body.unmet]).toMatchObject([
      422,
      [{ requirement: 'fields-agree', clause: 'R72', actual: [dueOn] }],
    ]);
  }
});

test('R14, R16: each criterion tells how it stands, down to the sites that keep a share from being all', async () => {
  const criterion = async (id: string) => {
    const { items } = done(await cast.township.get(url.replace('evidence', 'criteria'))).body;
    return items.find((one: { id: string }) => one.id === id);
  };
  const trained = 'township.administrators-trained';
  const sites = [SITE, '610222101201-S1', '610222101202-S1'].sort();
  for (const id of sites) {
    const answer = await service.app.inject({
      method: 'PATCH',
      url: `/v1/sites/${id}`,
      headers: { authorization: `Bearer ${cast.township.key}` },
      payload: { facts: { postA: '王军', postB: '李秀兰' } },
    });
    expect(answer.statusCode).toBe(200);
  }
  const before = await criterion(trained);
  expect(before).toMatchObject({
    measured: { actual: 0, required: 6, met: false },
    failing: sites,
  });
  done(
    await cast.committee.post(url, {
      kind: 'administrator-training',
      occurredOn: '2017-05-20',
      summary: '管理员培训',
      siteIds: before.failing.filter((id: string) => id !== SITE),
      detail: { posts: ['A', 'B'] },
    }),
  );
  // Q5: all but one site is not all.
  expect(await criterion(trained)).toMatchObject({
    measured: { actual: 4, required: 6, met: false },
    failing: [SITE],
  });
  const conforming = await criterion('township.sites-conform');
  expect(conforming).toMatchObject({ measured: { actual: 0, met: false }, failing: null });
  expect((await criterion('township.supervision-carried-out')).failing).toHaveLength(
    conforming.measured.required,
  );
});

test('R72: planned visits are work with a day, one after the other, until each is made', async () => {
  const planned = done(
    await cast.township.post(
      url,
      plan([
        { siteId: SITE, dueOn: '2017-06-20' },
        { siteId: SITE, dueOn: '2017-06-10' },
        { siteId: '610222101201-S1', dueOn: '2017-06-15' },
      ]),
    ),
  ).body;
  const open = await tasks();
  expect(open).toMatchObject([
    { kind: 'SCHEDULED', planId: planned.recordId, siteId: SITE, overdue: false },
    { siteId: '610222101201-S1' },
    { siteId: SITE },
  ]);
  expect(open.map(({ dueAt }) => Date.parse(dueAt))).toEqual(
    ['2017-06-10', '2017-06-15', '2017-06-20'].map((day) => Date.parse(`${day}T16:00:00Z`)),
  );
  const neighbour = await service.person(['township-office', unit('610222102-ZF')]);
  for (const other of [neighbour, cast.office, cast.village]) {
    expect(await tasks(other)).toEqual([]);
  }
  const [first] = await tasks(cast.township, '&limit=1');
  const { next } = done(
    await cast.township.get(`/v1/inspections/worklist?campaignId=${campaignId}&limit=1`),
  ).body;
  const [second] = await tasks(cast.township, `&limit=1&cursor=${encodeURIComponent(next)}`);
  expect([first, second]).toEqual(open.slice(0, 2));

  // The county's visit is none of the township's; one before the plan was made neither (Q17).
  done(await supervise(SITE, '2017-05-20', cast.office));
  done(await supervise(SITE, '2017-05-19'));
  expect(await tasks()).toHaveLength(3);
  done(await supervise(SITE, '2017-05-20'));
  expect((await tasks()).map(({ siteId, dueAt }) => [siteId, dueAt.slice(0, 10)])).toEqual([
    ['610222101201-S1', '2017-06-15'],
    [SITE, '2017-06-20'],
  ]);
  await service.setClock('2017-06-15T15:59:59Z');
  expect((await tasks()).map(({ overdue }) => overdue)).toEqual([false, false]);
  await service.setClock('2017-06-15T16:00:00Z');
  expect((await tasks()).map(({ overdue }) => overdue)).toEqual([true, false]);
  const supersedes = { recordId: planned.recordId, reason: '调整' };
  const later = plan([{ siteId: SITE, dueOn: '2017-07-01' }], '2017-06-15');
  done(await cast.township.post(url, { ...later, supersedes }));
  expect((await tasks()).map(({ dueAt }) => dueAt.slice(0, 10))).toEqual(['2017-07-01']);
});
