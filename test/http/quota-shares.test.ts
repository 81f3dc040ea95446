// A share of the registered as a quota, and at most one of a unit (R63), over HTTP.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { type Cast, castOf, done, issueCampaign, overridePhases } from '../support/campaign.ts';
import { acceptWorkers, advanceCampaign, advanceCandidate } from '../support/selection.ts';
import { openService, type RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

const category = 'ADVANCED_WORKER';
const quota = { share: 60, of: 'registered', rounding: 'half-up' } as const;
const caps = [{ per: 'unit', max: 1 }] as const;

let service: RunningService;
let cast: Cast;
let campaignId: string;
let li: string;
let wang: string;
let zhao: string;

const register = async (personName: string, organisationId: string): Promise<string> => {
  const person = { campaignId, category, organisationId, personName };
  return done(await cast.office.post('/v1/candidates', person)).body.id;
};

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body as { plan: Plan };
  const categories = plan.categories.map((one) =>
    one.code === category ? { ...one, quota, caps } : one,
  );
  done(await cast.department.post('/v1/plans', { ...plan, version: 2, categories }));
  campaignId = await issueCampaign(cast);
  li = await register('李', unit('610222101-DW'));
  wang = await register('王', unit('610222101-DW'));
  zhao = await register('赵', unit('610222101203-DZB'));
  const gone = await register('钱', unit('610222101203-DZB'));
  done(await advanceCandidate(cast.committee, gone, { type: 'withdraw', reason: '调离' }));
  await overridePhases(service, cast, campaignId);
  await acceptWorkers(cast, [li, wang, zhao], [95, 94, 90]);
});
afterAll(() => service.close());

type Placed = { candidateId: string; outcome: string; because: string };
const placesOf = (placed: Placed[]) =>
  placed.map(({ candidateId, outcome, because }) => [candidateId, outcome, because]);

test('R63: what is certain is said within the share of those who are registered', async () => {
  const url = `/v1/campaigns/${campaignId}/outcome-bounds?category=${category}`;
  const { rule, items } = done(await cast.office.get(url)).body;
  expect(rule).toMatchObject({ quota: 2, caps });
  const said = items.map(({ candidateId, outcome, because }: Placed) => [
    candidateId,
    outcome,
    because,
  ]);
  expect(said).toEqual(
    expect.arrayContaining([
      [li, 'within', 'quota'],
      [wang, 'not-within', 'unit-full'],
      [zhao, 'within', 'quota'],
    ]),
  );
});

test('R63: what-if supposes another share and no maximum', async () => {
  const url = `/v1/campaigns/${campaignId}/rankings/what-if`;
  const supposed = { category, quota: { ...quota, share: 30 }, caps: [] };
  const { placed } = done(await cast.office.post(url, supposed)).body;
  expect(placesOf(placed).slice(0, 2)).toEqual([
    [li, 'selected', 'within-quota'],
    [wang, 'reserve', 'quota'],
  ]);
});

test('R63: sixty percent of three are two places, one of each unit, and anybody computes it again', async () => {
  const selected = done(
    await advanceCampaign(cast.office, campaignId, { type: 'select-by-merit', category }),
  ).body;
  const { items } = done(await cast.office.get(`/v1/campaigns/${campaignId}/rankings`)).body;
  const ranking = done(await cast.office.get(`/v1/rankings/${items[0].id}`)).body;
  expect(selected.warnings).toEqual([]);
  expect(placesOf(ranking.placed)).toEqual([
    [li, 'selected', 'within-quota'],
    [wang, 'reserve', 'unit-full'],
    [zhao, 'selected', 'within-quota'],
  ]);
  // Qian has withdrawn and is not counted.
  expect(JSON.parse(ranking.body).input).toMatchObject({
    rule: { quota, caps },
    counted: { registered: 3, applied: 3 },
  });
  expect(ranking.derivation.find(({ step }: { step: string }) => step === 'quota')).toMatchObject({
    seats: 2,
  });
  const verified = done(await cast.office.get(`/v1/rankings/${ranking.id}/verify`)).body;
  expect(verified).toMatchObject({ hashMatches: true, recomputes: true });
});
