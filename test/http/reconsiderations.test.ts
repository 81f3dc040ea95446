// A failed review that is reconsidered (R63, R64): in time, once, by another officer of the same body.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { applyFor, done, score } from '../support/campaign.ts';
import { advanceCampaign, advanceCandidate, judged, openSelection } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

const category = 'ADVANCED_WORKER';
let service: RunningService;
let cast: Cast;
let second: Person;
let neighbour: Person;
let campaignId: string;
let workers: string[];

beforeAll(async () => {
  ({ service, cast, campaignId, workers } = await openSelection(['李', '王', '赵', '钱']));
  second = await service.person('county-office');
  neighbour = await service.person('village-organisation');
  for (const id of workers) {
    await score(cast, id);
    done(await applyFor(cast, id));
  }
  done(await advanceCandidate(cast.office, QIAN(), { type: 'pass', judged }));
});
afterAll(() => service.close());

const [LI, WANG, ZHAO, QIAN] = [0, 1, 2, 3].map((index) => () => workers[index] ?? '') as [
  () => string,
  () => string,
  () => string,
  () => string,
];
const stateOf = async (id: string): Promise<string> => {
  const { body } = await cast.office.get(`/v1/candidates/${id}`);
  return `${body.stage}/${body.state}`;
};
const fail = (id: string) =>
  advanceCandidate(cast.office, id, { type: 'fail', reason: '数据不实' });
const ask = (person: Person, id: string) =>
  person.post(`/v1/candidates/${id}/reconsiderations`, { reason: '数据有据可查' });
const decide = (person: Person, id: string, type: string) =>
  person.post(`/v1/reconsiderations/${id}/events`, { type, reason: '经复核' });
const templatesTo = async (person: Person): Promise<string[]> =>
  (await person.get('/v1/notices?limit=100')).body.items.map(
    ({ template }: { template: string }) => template,
  );

test('R63: a reconsideration is asked for only while the failure is not final, and by the applicant', async () => {
  const early = await ask(cast.committee, LI());
  expect([early.status, early.body.state]).toEqual([409, 'under-review']);
  done(await fail(LI()));
  expect(await stateOf(LI())).toBe('countyAcceptance/failed');
  const failures = (await cast.committee.get('/v1/notices?limit=100')).body.items;
  expect(failures[0]).toMatchObject({ template: 'review-failed', subjectId: LI() });
  expect(failures[0].body).toContain('可于2017年5月26日24时前说明理由申请复核一次');
  const forbidden = await ask(cast.office, LI());
  expect([forbidden.status, forbidden.body.detail]).toEqual([
    403,
    '须由以下角色在其管辖范围内办理：乡镇党委、村级党组织、基地。',
  ]);
  expect((await ask(neighbour, LI())).status).toBe(404);
  expect((await cast.committee.post(`/v1/candidates/${LI()}/reconsiderations`, {})).status).toBe(
    400,
  );
  const blank = await cast.committee.post(`/v1/candidates/${LI()}/reconsiderations`, {
    reason: ' ',
  });
  expect(blank.body.errors).toEqual([{ path: '/body/reason', message: '不能只有空白' }]);
  const { body, status } = await ask(cast.committee, LI());
  expect([status, body.state]).toEqual([201, 'asked']);
  expect(await stateOf(LI())).toBe('countyAcceptance/reconsidering');
  expect((await ask(cast.committee, LI())).status).toBe(409);
  expect((await templatesTo(cast.office))[0]).toBe('reconsideration-asked');
});

test('R63: nobody is selected in a category where somebody may come back, and the refusal names them', async () => {
  for (const type of ['rank-candidates', 'select-by-merit']) {
    const { body, status } = await advanceCampaign(cast.office, campaignId, { type, category });
    expect(status).toBe(422);
    expect(body.unmet).toContainEqual(
      expect.objectContaining({ requirement: 'nobody-awaited', clause: 'R63', actual: ['李'] }),
    );
  }
  const bounds = await cast.office.get(
    `/v1/campaigns/${campaignId}/outcome-bounds?category=${category}`,
  );
  const names = bounds.body.items.map(({ name }: { name: string }) => name);
  expect(names.sort()).toEqual(['李', '王', '赵', '钱'].sort());
});

test('R63: another officer of the county decides, without conflict, and the candidate is reviewed anew', async () => {
  const { items } = (await cast.committee.get(`/v1/reconsiderations?candidateId=${LI()}`)).body;
  const { id } = items[0];
  expect(items).toMatchObject([
    { candidateId: LI(), reviewStage: 'countyAcceptance', failedBy: cast.office.id },
  ]);
  expect((await decide(cast.committee, id, 'grant')).status).toBe(403);
  const same = await decide(cast.office, id, 'grant');
  expect(same.body.unmet).toMatchObject([{ requirement: 'decided-by-another', clause: 'R63' }]);
  expect(same.body.unmet[0].quote).toContain('初步验收');
  const { actions } = (await cast.office.get(`/v1/reconsiderations/${id}/actions`)).body;
  expect(actions.find(({ type }: { type: string }) => type === 'grant')).toMatchObject({
    mayYou: true,
    permitted: false,
    unmet: [{ requirement: 'decided-by-another' }],
  });
  const city = await decide(cast.city, id, 'grant');
  expect(city.body.unmet).toMatchObject([{ requirement: 'decided-by-the-reviewing-body' }]);
  const kin = await service.person('county-office');
  const conflict = {
    principalId: kin.id,
    organisationId: unit('610222101'),
    reason: '亲属在该镇任职',
  };
  done(await advanceCampaign(cast.office, campaignId, { type: 'declare-conflict', ...conflict }));
  const barred = await decide(kin, id, 'grant');
  expect(barred.body.unmet).toMatchObject([{ requirement: 'decider-is-free', actual: 'declared' }]);
  const third = await service.person('county-office');
  done(await decide(third, id, 'recuse'));
  const back = await decide(third, id, 'grant');
  expect(back.body.unmet).toMatchObject([{ requirement: 'decider-is-free', actual: 'recused' }]);
  done(await decide(second, id, 'grant'));
  expect(await stateOf(LI())).toBe('countyAcceptance/under-review');
  expect((await templatesTo(cast.committee))[0]).toBe('reconsideration-granted');
  const { body } = await cast.committee.get(`/v1/reconsiderations/${id}`);
  expect(body).toMatchObject({ state: 'granted', decidedBy: second.id, reason: '经复核' });
  expect((await decide(second, id, 'uphold')).status).toBe(409);
});

test('R63: failed a second time it is final, for it is asked about once', async () => {
  done(await fail(LI()));
  const again = await ask(cast.committee, LI());
  expect(again.body.unmet).toMatchObject([{ requirement: 'asked-once', clause: 'R63' }]);
  expect((await cast.office.get('/v1/reconsiderations')).body.items).toHaveLength(1);
});

test('R63: upheld it is not selected; of two decisions at once one is done', async () => {
  done(await fail(WANG()));
  const { id } = done(await ask(cast.committee, WANG())).body;
  const third = await service.person('county-office');
  const answers = await Promise.all([decide(second, id, 'uphold'), decide(third, id, 'uphold')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await stateOf(WANG())).toBe('not-selected/not-selected');
  expect((await templatesTo(cast.committee))[0]).toBe('reconsideration-upheld');
});

test('whoever withdraws waits for no decision: it is settled, and nobody owes it', async () => {
  done(await fail(ZHAO()));
  const { id } = done(await ask(cast.committee, ZHAO())).body;
  const owed = await service.pool.query(
    'select level from obligation where subject_id = $1 order by generation',
    [id],
  );
  expect(owed.rows).toEqual([{ level: 'armed' }]);
  done(await advanceCandidate(cast.committee, ZHAO(), { type: 'withdraw', reason: '调离' }));
  expect((await cast.committee.get(`/v1/reconsiderations/${id}`)).body.state).toBe('settled');
  const { rows } = await service.pool.query('select level from obligation where subject_id = $1', [
    id,
  ]);
  expect(rows).toEqual([{ level: 'waived' }]);
});

test('R63: at 24:00 of the last day it is late; then the failure is final and the category selected', async () => {
  await service.setClock('2017-05-26T16:00:00Z');
  const again = await ask(cast.committee, LI());
  expect(again.status).toBe(422);
  expect(again.body.unmet).toContainEqual(
    expect.objectContaining({ requirement: 'asked-in-time', clause: 'R63' }),
  );
  const scheduler = await service.person('scheduler');
  await scheduler.post('/v1/timers/fire-due');
  expect(await stateOf(LI())).toBe('not-selected/not-selected');
  expect((await ask(cast.committee, LI())).status).toBe(409);
  const select = { type: 'select-by-merit', category };
  expect((await advanceCampaign(cast.office, campaignId, select)).status).toBe(200);
});
