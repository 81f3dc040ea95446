// A plan in which the township reviews before the county, each in words of its own: a panel of the township, a
// failure that the township reconsiders, and the county's review after it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, overridePhases, score } from '../support/campaign.ts';
import { advanceCampaign, advanceCandidate, judged } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENGCUN } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let worker: string;
/** A second and a third officer of the township. */
let deputy: Person;
let clerk: Person;

/** The plan of Yijun, where the township looks at workers before the county does, on its own sentence. */
async function publishTwoReviews(): Promise<void> {
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body as { plan: Plan };
  const [county, city] = ['county', 'city'];
  const township = {
    code: 'townshipReview',
    name: '乡镇审核',
    english: 'review of the township',
    in: 'evaluation',
    steps: [
      {
        step: 'review',
        clause: 'R62',
        by: ['township-office'],
        verdicts: 'look',
        told: 'county-acceptance-passed',
      },
    ],
  };
  const acceptance = plan.stages?.[county];
  if (acceptance === undefined) throw new Error('the plan of Yijun has a review of the county');
  const version = {
    ...plan,
    version: 2,
    verdicts: {
      ...plan.verdicts,
      look: {
        推荐: { english: 'recommended', effect: 'advance' },
        退回: { english: 'returned', effect: 'return' },
        不推荐: { english: 'not recommended', effect: 'end' },
      },
      say: {
        同意: { english: 'agreed', effect: 'advance' },
        不同意: { english: 'not agreed', effect: 'end' },
      },
    },
    stages: {
      ...plan.stages,
      township,
      worded: {
        ...acceptance,
        steps: acceptance.steps.map((step) =>
          step.step === 'review' ? { ...step, verdicts: 'say' } : step,
        ),
      },
    },
    procedures: {
      ...plan.procedures,
      person: ['is-told', 'cultivates', 'is-exempt', 'applies', 'township', 'worded', city],
    },
  };
  done(await cast.department.post('/v1/plans', version));
}

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  deputy = await service.person('township-office');
  clerk = await service.person('township-office');
  await publishTwoReviews();
  campaignId = await issueCampaign(cast);
  const candidate = { campaignId, category: 'ADVANCED_WORKER', organisationId: PENGCUN };
  worker = done(await cast.office.post('/v1/candidates', { ...candidate, personName: '李' })).body
    .id;
  await overridePhases(service, cast, campaignId);
  await score(cast, worker);
  done(
    await advanceCandidate(cast.village, worker, {
      type: 'apply',
      statement: '申报先进工作者',
      signatory: '刘书记',
      signatureEvidence: '申报表盖章页',
    }),
  );
});
afterAll(() => service.close());

const standing = async (): Promise<string> => {
  const { body } = await cast.office.get(`/v1/candidates/${worker}`);
  return `${body.stage}/${body.state}`;
};
const members = (): Person[] => [cast.township, deputy, clerk];
const sit = (convener: Person, ids: readonly string[]) =>
  convener.post('/v1/review-panels', { candidateId: worker, members: ids, chair: ids[0] });

test('the township convenes a panel of its officers; the county’s does not convene it for them', async () => {
  expect(await standing()).toBe('townshipReview/under-review');
  const ids = members().map(({ id }) => id);
  const above = await sit(cast.office, ids);
  expect([above.status, above.body.detail]).toEqual([
    403,
    '须由以下角色在其管辖范围内办理：乡镇办。',
  ]);
  const own = await sit(cast.township, [cast.village.id, ...ids.slice(1)]);
  expect(own.body.unmet).toMatchObject([
    { requirement: 'members-are-free', clause: 'R62', actual: [cast.village.id] },
  ]);
  const { id } = done(await sit(cast.township, ids)).body;
  expect((await cast.village.get(`/v1/review-panels/${id}`)).status).toBe(404);
  const url = `/v1/review-panels/${id}`;
  for (const member of members()) {
    const said = { type: 'give-verdict', verdict: 'fail', reasons: '材料不实' };
    done(await member.post(`${url}/events`, said));
  }
  done(await cast.township.post(`${url}/events`, { type: 'conclude' }));
  expect((await cast.township.get(url)).body).toMatchObject({
    reviewStage: 'townshipReview',
    verdict: 'fail',
  });
});

test('the verdict is the panel’s, in the plan’s word, and the county’s office does not give it', async () => {
  const recommend = { type: 'pass', word: '推荐', judged };
  expect((await advanceCandidate(cast.office, worker, recommend)).status).toBe(403);
  const against = await advanceCandidate(cast.township, worker, recommend);
  expect(against.body.unmet).toMatchObject([{ requirement: 'panel-agrees', clause: 'R62' }]);
  const reason = { type: 'fail', reason: '材料不实' };
  const unworded = await advanceCandidate(cast.township, worker, { ...reason, word: '不通过' });
  expect(unworded.body.unmet).toMatchObject([
    { requirement: 'word-of-the-plan', clause: 'R62', required: ['不推荐'] },
  ]);
  done(await advanceCandidate(cast.township, worker, { ...reason, word: '不推荐' }));
  expect(await standing()).toBe('townshipReview/failed');
});

test('another officer of the township reconsiders it, and the county is told why it does not', async () => {
  const bounds = await cast.office.get(
    `/v1/campaigns/${campaignId}/outcome-bounds?category=ADVANCED_WORKER`,
  );
  expect(bounds.body.items).toMatchObject([
    { name: '李', applied: true, stage: 'townshipReview', state: 'failed' },
  ]);
  const url = `/v1/candidates/${worker}/reconsiderations`;
  const { id } = done(await cast.village.post(url, { reason: '材料有据可查' })).body;
  const decide = (person: Person) =>
    person.post(`/v1/reconsiderations/${id}/events`, { type: 'grant', reason: '经复核' });
  const [debt] = (await cast.township.get(`/v1/obligations?subjectId=${id}`)).body.items;
  expect(debt).toMatchObject({ kind: 'reconsideration-decision', clause: 'R62' });
  expect((await decide(cast.office)).body.unmet).toMatchObject([
    { requirement: 'decided-by-the-reviewing-body', clause: 'R62', required: ['township-office'] },
  ]);
  expect((await decide(cast.committee)).status).toBe(403);
  expect((await decide(cast.township)).body.unmet).toMatchObject([
    { requirement: 'decided-by-another', clause: 'R62' },
  ]);
  done(await decide(deputy));
  expect(await standing()).toBe('townshipReview/under-review');
});

test('P8: the panel of the next round binds the township, and then the county reviews in its words', async () => {
  const ids = members().map(({ id }) => id);
  const { id } = done(await sit(cast.township, ids)).body;
  for (const member of members()) {
    const said = { type: 'give-verdict', verdict: 'pass', reasons: '材料属实' };
    done(await member.post(`/v1/review-panels/${id}/events`, said));
  }
  done(await cast.township.post(`/v1/review-panels/${id}/events`, { type: 'conclude' }));
  const recommend = { type: 'pass', word: '推荐', judged };
  done(await advanceCandidate(cast.township, worker, recommend));
  expect(await standing()).toBe('countyAcceptance/under-review');
  expect((await sit(cast.township, ids)).status).toBe(403);
  const misworded = await advanceCandidate(cast.office, worker, recommend);
  expect(misworded.body.unmet).toMatchObject([
    { requirement: 'word-of-the-plan', clause: 'R63', required: ['同意'] },
  ]);
  done(await advanceCandidate(cast.office, worker, { ...recommend, word: '同意' }));
  expect(await standing()).toBe('countyAcceptance/accepted');
  const { context } = (await cast.office.get(`/v1/candidates/${worker}`)).body;
  expect(context.words).toEqual({ townshipReview: '推荐', countyAcceptance: '同意' });
  const select = { type: 'select-by-merit', category: 'ADVANCED_WORKER' };
  done(await advanceCampaign(cast.office, campaignId, select));
});
