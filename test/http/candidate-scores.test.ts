// 综合得分 (R61) worked out anew from what is stored, and compared with what was told.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  assess,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
  score,
} from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  await registerTownship(cast, campaignId);
  await overridePhases(service, cast, campaignId);
});
afterAll(() => service.close());

test('R61: the composite worked out from ballots and submissions is the one on record', async () => {
  const id = await registerWorker(cast, campaignId, '推导一');
  const empty = done(await cast.office.get(`/v1/candidates/${id}/score`)).body;
  expect(empty).toMatchObject({ composite: null, announced: null, agrees: true });

  await score(cast, id, 87.35);
  const { body } = done(await cast.office.get(`/v1/candidates/${id}/score`));
  const stored = await service.pool.query(
    `select (context->>'compositeCenti')::int as centi, (context->'figures'->>'mass')::int as mass
       from subject where id = $1`,
    [id],
  );
  const { centi, mass } = stored.rows[0];
  expect(centi).toBeGreaterThan(0);
  expect(body).toMatchObject({
    told: 'all',
    agrees: true,
    composite: centi / 100,
    announced: centi / 100,
    streams: { mass: { points: mass / 100 }, assessment: { points: 87.35 } },
  });
  expect(body.streams.assessment.sheets).toHaveLength(2);
  expect(body.streams.assessment.sheets.map(({ use }: { use: string }) => use)).toEqual([
    'counted',
    'counted',
  ]);
  const items: { points: number }[] = body.streams.assessment.itemMeans;
  expect(items.reduce((sum, one) => sum + Math.round(one.points * 100), 0)).toBe(8735);
  expect(body.hash).toMatch(/^[0-9a-f]{64}$/);
});

test('R61: a score that was changed behind the rules no longer agrees with its derivation', async () => {
  const id = await registerWorker(cast, campaignId, '推导二');
  await score(cast, id);
  await service.pool.query(
    `update subject set context = jsonb_set(context, '{compositeCenti}', '9999') where id = $1`,
    [id],
  );
  const { body } = done(await cast.office.get(`/v1/candidates/${id}/score`));
  expect(body).toMatchObject({ announced: 99.99, agrees: false });
});

test('R61: who may not see sheets sees none, and who is yet to judge sees no score', async () => {
  const id = await registerWorker(cast, campaignId, '推导三');
  await score(cast, id);
  const own = done(await cast.committee.get(`/v1/candidates/${id}/score`)).body;
  expect(own).toMatchObject({
    told: 'composite',
    agrees: true,
    streams: { assessment: { sheets: [], itemMeans: [] } },
  });
  expect(own.composite).toBeGreaterThan(0);

  const other = await registerWorker(cast, campaignId, '推导四');
  await assess(cast, cast.assessor, other, 90);
  const asked = { candidateId: other, assessorId: cast.assessor2.id };
  done(await cast.office.post('/v1/assessments', asked));
  const blind = done(await cast.assessor2.get(`/v1/candidates/${other}/score`)).body;
  expect(blind).toMatchObject({
    told: 'none',
    composite: null,
    announced: null,
    hash: null,
    streams: { assessment: { points: null, sheets: [], itemMeans: [] } },
  });
});

test('R61: what is missing leaves the outcome open, a sheet of nothing can make it impossible', async () => {
  const id = await registerWorker(cast, campaignId, '范围一');
  const bounds = async () =>
    done(await cast.office.get(`/v1/candidates/${id}/outcome-bounds`)).body;
  const before = await bounds();
  expect(before).toMatchObject({
    streams: { assessment: { least: 0, most: 100 } },
    outcome: 'open',
  });
  expect(before.missing).toMatchObject({ ballotRounds: ['mass'] });
  await assess(cast, cast.assessor, id, 0);
  const asked = { candidateId: id, assessorId: cast.assessor2.id };
  done(await cast.office.post('/v1/assessments', asked));
  const one = await bounds();
  expect(one).toMatchObject({
    streams: { assessment: { least: 0, most: 50 } },
    missing: { ballotRounds: ['mass'], sheets: 1 },
  });
  expect(one.composite.most).toBeLessThan(before.composite.most);
  expect(one.outcome).toBe(one.composite.most < one.passMark ? 'impossible' : 'open');
  const owing = await cast.assessor2.get(`/v1/candidates/${id}/outcome-bounds`);
  expect(owing.status).toBe(403);
});

test('R61: when everything is in, the bounds are the composite and the outcome is certain', async () => {
  const id = await registerWorker(cast, campaignId, '范围二');
  await score(cast, id, 95);
  const { composite } = done(await cast.office.get(`/v1/candidates/${id}/score`)).body;
  const { body } = done(await cast.office.get(`/v1/candidates/${id}/outcome-bounds`));
  expect(body).toMatchObject({
    composite: { least: composite, most: composite },
    missing: { ballotRounds: [], sheets: 0 },
    outcome: 'certain',
  });
});
