// A plan with phases of its own, of which two overlap, and no gates: published and led through the interface.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerTownship, settle } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
});
afterAll(() => service.close());

/** The plan of Yijun with visits that overlap the self-checks, and nothing that holds a phase up. */
async function publishOverlapping(): Promise<void> {
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body as { plan: Plan };
  const phases = plan.phases.map(({ leave: _, ...phase }) => phase);
  const visits = {
    ...{ code: 'visits', name: '实地察看', english: 'visits', clause: 'R58' },
    ...{ start: '2017-10-16', end: '2017-10-31' },
  };
  const version = { ...plan, version: 2, phases: phases.toSpliced(3, 0, visits) };
  done(await cast.department.post('/v1/plans', version));
}

beforeAll(() => publishOverlapping());

test('a campaign under way goes by no version with other phases', async () => {
  const id = await issueCampaign(cast, { planVersion: 1 });
  const change = { campaignId: id, planVersion: 2, reason: '增加察看' };
  const refused = await cast.office.post('/v1/policy-changes', change);
  expect(refused).toMatchObject({
    status: 422,
    body: { errors: [{ path: '/body/planVersion' }] },
  });
});

test('P3, R46: its campaign goes along the chain of open phases without an override', async () => {
  const id = await issueCampaign(cast);
  const url = `/v1/campaigns/${id}`;
  const township = await registerTownship(cast, id);
  const advance = async (day: string) => {
    await service.setClock(`${day}T01:00:00Z`);
    const answer = await cast.office.post(`${url}/events`, { type: 'advance-phase' });
    await settle(service);
    return answer;
  };
  const early = await advance('2017-06-30');
  expect(early.body.unmet).toMatchObject([
    { requirement: 'window-has-come', clause: 'R51', text: '下一阶段（集中争创）的时间已到' },
  ]);
  for (const day of ['2017-07-01', '2017-10-01', '2017-10-16']) done(await advance(day));
  const both = 'self-check-rectification+visits';
  const { body } = await cast.office.get(url);
  expect(body).toMatchObject({ phase: both, state: both });
  expect(
    body.windows
      .filter((one: { isOpen: boolean }) => one.isOpen)
      .map(({ phase }: { phase: string }) => phase),
  ).toEqual(['self-check-rectification', 'visits']);
  expect((await cast.committee.get(`/v1/candidates/${township}`)).body.context.phase).toBe(both);
  done(await advance('2017-11-01'));
  expect((await cast.office.get(url)).body.accepts).toContain('select-by-merit');
});
