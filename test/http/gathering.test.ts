// A plan whose workers apply with the sheets of their assessors, and are voted on by the neighbours in a step of its
// own, which weighs nothing and bars whoever has too few points.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { holdRound, rollOf } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import { assess, castOf, done, issueCampaign, overridePhases } from '../support/campaign.ts';
import { advanceCandidate } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENGCUN } from '../support/service.ts';

const CATEGORY = 'ADVANCED_WORKER';
const APPLICATION = {
  type: 'apply',
  statement: '申报先进工作者',
  signatory: '刘书记',
  signatureEvidence: '申报表盖章页',
};

let service: RunningService;
let cast: Cast;
let campaignId: string;

/** Sheets beside the application; then the neighbours, on a sentence of the evaluation. */
async function publishGathering(): Promise<void> {
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body as { plan: Plan };
  const [county, city] = ['county', 'city'];
  const applies = plan.stages?.applies;
  if (applies === undefined) throw new Error('in the plan of Yijun one applies');
  const provenance = { kind: 'county-decision', note: '县里商定' };
  done(
    await cast.department.post('/v1/plans', {
      ...plan,
      version: 2,
      streams: {
        ...plan.streams,
        neighbours: { kind: 'ballots', name: '邻里评议', english: 'vote of the neighbours' },
      },
      stages: {
        ...plan.stages,
        'applies-by-sheets': {
          ...applies,
          steps: applies.steps.map((step) => ({ ...step, gathers: ['assessment'] })),
        },
        neighbourhood: {
          code: 'neighbourhood',
          name: '邻里评议',
          english: 'vote of the neighbours',
          in: 'evaluation',
          steps: [
            { step: 'gather', clause: 'R63', streams: ['neighbours'], by: ['township-office'] },
          ],
        },
      },
      procedures: {
        ...plan.procedures,
        neighbourly: [
          'is-told',
          'cultivates',
          'is-exempt',
          'applies-by-sheets',
          'neighbourhood',
          county,
          city,
        ],
      },
      categories: plan.categories.map((one) =>
        one.code === CATEGORY
          ? {
              ...one,
              procedure: 'neighbourly',
              policies: {
                streamWeights: { value: { assessment: 100 }, provenance },
                streamGates: { value: { neighbours: 80 }, provenance },
              },
              criteria: one.criteria.filter(
                ({ required }) => !required?.fact?.startsWith('stream.'),
              ),
            }
          : one,
      ),
    }),
  );
}

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  await publishGathering();
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

const register = async (personName: string): Promise<string> =>
  done(
    await cast.office.post('/v1/candidates', {
      campaignId,
      category: CATEGORY,
      organisationId: PENGCUN,
      personName,
    }),
  ).body.id;

const seen = async (id: string) => (await cast.office.get(`/v1/candidates/${id}`)).body;
const conclude = (who: Person, id: string) =>
  advanceCandidate(who, id, { type: 'conclude-gathering' });
const assignable = async (): Promise<string[]> => {
  const asked = { campaignId, assessorIds: [cast.assessor.id], perCandidate: 1, round: 2 };
  const { assigned } = done(await cast.office.post('/v1/assignments?dryRun=true', asked)).body;
  return assigned.map(({ candidateId }: { candidateId: string }) => candidateId);
};

let liked: string;
let disliked: string;

test('R61: rounds and sheets of a stream are held in the step that gathers it, and in no other', async () => {
  [liked, disliked] = [await register('王邻里'), await register('李邻里')];
  await overridePhases(service, cast, campaignId);
  const round = {
    candidateId: liked,
    stream: 'neighbours',
    closesAt: '2017-12-31T16:00:00Z',
    roll: rollOf(3, 4),
  };
  const early = await cast.township.post('/v1/ballot-rounds', round);
  expect(early.body.unmet).toMatchObject([
    { requirement: 'candidate-is-evaluated', actual: ['assessment'], required: 'neighbours' },
  ]);
  expect((await assignable()).toSorted()).toEqual([liked, disliked].toSorted());
  for (const id of [liked, disliked]) {
    for (const assessor of [cast.assessor, cast.assessor2]) await assess(cast, assessor, id, 90);
    done(await advanceCandidate(cast.village, id, APPLICATION));
    expect(await seen(id)).toMatchObject({ stage: 'neighbourhood', state: 'gathering' });
  }
  expect(await assignable()).toEqual([]);
  const late = { candidateId: liked, assessorId: cast.assessor.id, round: 2 };
  expect((await cast.office.post('/v1/assessments', late)).body.unmet).toMatchObject([
    { requirement: 'candidate-under-evaluation', actual: ['neighbours'], required: 'assessment' },
  ]);
});

test('R61: a step is concluded by its office, when its round is valid and its gate is passed', async () => {
  const foreign = await conclude(cast.office, liked);
  expect([foreign.status, foreign.body.detail]).toEqual([
    403,
    '须由以下角色在其管辖范围内办理：乡镇办。',
  ]);
  await holdRound(cast, disliked, () => '一般', 'neighbours');
  const below = await conclude(cast.township, disliked);
  expect(below.body.unmet).toMatchObject([
    {
      requirement: 'stream-gate',
      clause: 'R63',
      quote: expect.stringContaining('择优'),
      text: '邻里评议得分达到规定分数',
      actual: 60,
      required: 80,
      policy: { name: 'streamGates', kind: 'county-decision', note: '县里商定' },
    },
  ]);
  await holdRound(cast, liked, () => '好', 'neighbours');
  done(await conclude(cast.township, liked));
  expect(await seen(liked)).toMatchObject({ stage: 'countyAcceptance', state: 'under-review' });
  expect((await seen(disliked)).state).toBe('gathering');
});

test('R61: scores and bounds are told by stream; what weighs nothing is no part of the composite', async () => {
  const { scores } = (await seen(liked)).context;
  expect(scores).toMatchObject({
    streams: {
      assessment: { points: 90, strata: {}, sheets: [{}, {}] },
      neighbours: { points: 100, strata: { members: 100, masses: 100 }, sheets: [] },
    },
    composite: 90,
  });
  const { body } = done(await cast.office.get(`/v1/candidates/${liked}/score`));
  expect(body).toMatchObject({
    agrees: true,
    composite: 90,
    streams: {
      assessment: { kind: 'sheets', points: 90, roundId: null },
      neighbours: { kind: 'ballots', points: 100, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  });
  const bounds = done(await cast.office.get(`/v1/candidates/${liked}/outcome-bounds`)).body;
  expect(bounds).toMatchObject({
    streams: { assessment: { least: 90, most: 90 }, neighbours: { least: 100, most: 100 } },
    composite: { least: 90, most: 90 },
    missing: { ballotRounds: [], sheets: 0 },
  });
});
