import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  registerWorker,
  settle,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, WULI } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let peng: string;
let wuli: string;
let village: string;
let worker: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  peng = await registerTownship(cast, campaignId);
  wuli = await registerTownship(cast, campaignId, WULI);
  village = await registerVillage(cast, campaignId);
  worker = await registerWorker(cast, campaignId, '李建国');
});
afterAll(() => service.close());

const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id);
const list = (person: Person, query = '') =>
  person.get(`/v1/candidates?campaignId=${campaignId}${query}`);

test('everybody sees the candidates of their places, in the order of registration', async () => {
  expect(idsOf(await list(cast.office))).toEqual([peng, wuli, village, worker]);
  expect(idsOf(await list(cast.committee))).toEqual([peng, village, worker]);
  expect(idsOf(await list(cast.village))).toEqual([village]);
  expect(idsOf(await cast.city.get('/v1/candidates'))).toHaveLength(4);
});

test('filters go together', async () => {
  expect(idsOf(await list(cast.office, '&category=示范乡（镇、街道）'))).toEqual([peng, wuli]);
  expect(idsOf(await list(cast.office, `&organisationId=${PENG}`))).toEqual([
    peng,
    village,
    worker,
  ]);
  expect(idsOf(await list(cast.office, `&organisationId=${unit('610222101-DW')}`))).toEqual([
    worker,
  ]);
  expect(idsOf(await list(cast.office, '&organisationId=nowhere'))).toEqual([]);
  expect(idsOf(await list(cast.office, '&stage=mobilization&state=acknowledging'))).toEqual([
    village,
  ]);
  expect(idsOf(await list(cast.office, '&status=done'))).toEqual([]);
  expect((await list(cast.office, '&colour=red')).status).toBe(400);
});

test('pages follow each other without a gap', async () => {
  const first = await list(cast.office, '&limit=3');
  expect(first.headers.link).toContain('rel="next"');
  const second = await list(cast.office, `&limit=3&cursor=${first.body.next}`);
  expect([...idsOf(first), ...idsOf(second)]).toEqual([peng, wuli, village, worker]);
  expect(second.body.next).toBeNull();
  expect(second.headers.link).toBeUndefined();
});

test('what was written is read at once', async () => {
  const id = await registerWorker(cast, campaignId, '王秀英');
  expect(idsOf(await list(cast.office))).toContain(id);
  const withdrawal = { type: 'withdraw', reason: '调离' };
  done(await cast.committee.post(`/v1/candidates/${id}/events`, withdrawal));
  expect(idsOf(await list(cast.office, '&state=withdrawn'))).toEqual([id]);
});

test('the overdue are those whose deadline has passed by the service’s clock', async () => {
  expect(idsOf(await list(cast.office, '&overdue=true'))).toEqual([]);
  await service.setClock('2017-07-02T00:00:00Z');
  expect(idsOf(await list(cast.office, '&overdue=true'))).toEqual([peng, wuli, village]);
  expect(idsOf(await list(cast.committee, '&overdue=true'))).toEqual([peng, village]);
});

test('nobody is listed or read in the phase before, though the change is still under way', async () => {
  const url = `/v1/campaigns/${campaignId}/events`;
  done(await cast.office.post(url, { type: 'request-override', reason: '试运行' }));
  done(await cast.department.post(url, { type: 'approve-override' }));
  done(await cast.office.post(url, { type: 'advance-phase' }));
  const before = (await cast.office.get(`/v1/campaigns/${campaignId}`)).body;
  expect(before).toMatchObject({ phase: 'concentrated-creation', settling: { done: 0, total: 4 } });

  const one = (await cast.office.get(`/v1/candidates/${worker}`)).body;
  expect(one).toMatchObject({
    stage: 'concentratedCreation',
    context: { phase: 'concentrated-creation' },
  });

  const listed = await list(cast.office, '&status=active');
  expect(listed.body.items.map(({ stage }: { stage: string }) => stage)).toEqual([
    'mobilization',
    'mobilization',
    'mobilization',
    'concentratedCreation',
  ]);
  expect(listed.body.settling).toBeNull();
  for (const { id } of listed.body.items) {
    const { body } = await cast.office.get(`/v1/candidates/${id}`);
    expect(body.context.phase).toBe('concentrated-creation');
  }
  await settle(service);
  expect(idsOf(await list(cast.office, '&stage=concentratedCreation'))).toEqual([worker]);
});
