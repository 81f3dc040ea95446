// Rounds of ballots through the interface: who leads them, what the candidate is told, what is shown.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import {
  CLOSES_AT,
  cast,
  handOut,
  holdRound,
  layOutSlips,
  markVoter,
  openRound,
  rollOf,
} from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import {
  ADMITTED_LATE,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
} from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService, PENG } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let people: Cast;
let campaignId: string;
let persons = 0;
beforeAll(async () => {
  service = await openService();
  people = await castOf(service);
  campaignId = await issueCampaign(people);
  await overridePhases(service, people, campaignId);
});
afterAll(() => service.close());

const worker = (): Promise<string> => {
  persons += 1;
  return registerWorker(people, campaignId, `候选人${persons}`);
};
const convened = (candidateId: string, change: object = {}) => ({
  candidateId,
  closesAt: CLOSES_AT,
  roll: rollOf(3, 4),
  ...change,
});

test('R61: nobody leads the vote on a member of their own body', async () => {
  const id = await worker();
  const own = await people.committee.post('/v1/ballot-rounds', convened(id));
  expect([own.status, own.body.roles]).toEqual([
    403,
    ['township-office', 'county-office', 'county-department', 'city-centre'],
  ]);
  const { body } = await people.township.post('/v1/ballot-rounds', convened(id));
  const round = `/v1/ballot-rounds/${body.id}`;
  expect((await markVoter(people.committee, round, 'members-1')).status).toBe(403);
  expect((await people.committee.post(`${round}/slips`)).status).toBe(403);
  expect((await people.village.get(round)).status).toBe(404);
  const neighbour = await service.person(['township-office', unit('610222102-ZF')]);
  expect((await neighbour.get(round)).status).toBe(404);
  expect((await neighbour.post('/v1/ballot-rounds', convened(id))).status).toBe(404);
});

test('R61: the candidate’s score is that of its valid round, and of no second one', async () => {
  const id = await worker();
  await holdRound(people, id, ({ stratum }) => (stratum === 'members' ? '好' : '较好'));
  const { scores } = (await people.office.get(`/v1/candidates/${id}`)).body.context;
  expect(scores).toMatchObject({
    streams: { mass: { points: 88.57, strata: { members: 100, masses: 80 } } },
  });
  const second = await people.township.post('/v1/ballot-rounds', convened(id));
  expect(second.body.unmet).toMatchObject([{ requirement: 'only-round', clause: 'R61' }]);
});

test('of a voter a roll has number, name and electorate, and takes and stores nothing else', async () => {
  const id = await worker();
  const [voter] = rollOf(1, 1);
  for (const more of [{ contact: '13812348000' }, { idNumber: '610222198501010011' }]) {
    const roll = [{ ...voter, ...more }, ...rollOf(1, 1).slice(1)];
    const refused = await people.township.post('/v1/ballot-rounds', convened(id, { roll }));
    expect([refused.status, refused.body.errors[0].path]).toEqual([
      400,
      `/body/roll/0/${Object.keys(more)[0]}`,
    ]);
  }
  const { rows } = await service.pool.query<{ name: string }>(
    `select column_name as name from information_schema.columns
      where table_name = 'ballot_roll' order by ordinal_position`,
  );
  const names = rows.map(({ name }) => name);
  expect(names.slice(3)).toEqual(['entry', 'name', 'stratum', 'marked']);
});

test('a roll that is wrong is refused where it is wrong', async () => {
  const id = await worker();
  const nobody = await people.township.post('/v1/ballot-rounds', convened(id, { roll: [] }));
  expect([nobody.status, nobody.body.errors[0].path]).toEqual([400, '/body/roll']);
  const half = await people.township.post(
    '/v1/ballot-rounds',
    convened(id, { roll: rollOf(4, 0) }),
  );
  expect(half.body.unmet).toMatchObject([
    { requirement: 'roll-is-whole', actual: ['members'], required: ['masses', 'members'] },
  ]);
  const past = await people.township.post(
    '/v1/ballot-rounds',
    convened(id, { closesAt: '2017-05-01T00:00:00Z' }),
  );
  expect(past.body.unmet).toMatchObject([{ requirement: 'closes-after-opening' }]);
});

test('a round that is announced opens by itself at its time', async () => {
  const id = await worker();
  const opensAt = '2017-05-20T10:00:00+08:00';
  const answer = done(await people.township.post('/v1/ballot-rounds', convened(id, { opensAt })));
  const url = `/v1/ballot-rounds/${answer.body.id}`;
  expect(answer.body.state).toBe('convened');
  expect((await markVoter(people.township, url, 'members-1')).status).toBe(409);
  // Its slips may be printed before; a vote then comes too early.
  const table = await layOutSlips(people.office, url);
  const tooEarly = await cast(people.township, table.draw('members'), '好');
  expect([tooEarly.status, tooEarly.body.reason]).toEqual([409, 'closed']);
  const early = await people.township.post(`${url}/events`, { type: 'open' });
  expect(early.body.unmet).toMatchObject([{ requirement: 'opening-time-has-come' }]);
  await service.setClock('2017-05-20T02:00:00Z');
  await fireDueTimers(service.pool, service.performer);
  expect((await people.township.get(url)).body).toMatchObject({
    state: 'open',
    opensAt: '2017-05-20T02:00:00Z',
  });
});

test('R61: below the quorum a round is void, owes the next, and tells its candidate nothing', async () => {
  const id = await worker();
  const url = await openRound(people.township, id, rollOf(3, 4), '2017-05-22T10:00:00Z');
  const table = await layOutSlips(people.office, url);
  const codes: string[] = [];
  for (const entry of rollOf(3, 3)) codes.push(await handOut(people.township, url, entry, table));
  for (const code of codes.slice(0, 3)) done(await cast(people.township, code, '好'));
  const early = await people.township.post(`${url}/events`, { type: 'close' });
  expect(early.body.unmet).toMatchObject([
    { requirement: 'every-ballot-returned', actual: 3, required: 6 },
  ]);
  const own = await people.township.post(`${url}/events`, {
    type: 'extend',
    closesAt: '2017-05-22T11:00:00Z',
    reason: '道路中断',
  });
  expect(own.status).toBe(403);
  await service.setClock('2017-05-22T10:00:00Z');
  await fireDueTimers(service.pool, service.performer);
  const { body } = await people.township.get(url);
  expect(body).toMatchObject({
    state: 'void',
    reason: 'no-quorum',
    result: { issued: 6, returned: 3, void: 'no-quorum', valid: null, score: null, groups: [] },
  });
  const { scores } = (await people.office.get(`/v1/candidates/${id}`)).body.context;
  expect(scores.streams).toEqual({});
  const owed = (await people.office.get(`/v1/obligations?campaignId=${campaignId}`)).body.items;
  expect(owed.find(({ kind }: { kind: string }) => kind === 'ballot-repeat')).toMatchObject({
    clause: 'R61',
    generation: 1,
    level: 'armed',
  });
  const { candidateId: _, ...again } = convened(id);
  done(await people.township.post(`${url}/events`, { type: 'reconvene', ...again }));
  expect((await people.township.get(url)).body).toMatchObject({
    state: 'open',
    generation: 2,
    turnout: { printed: {}, issued: {}, returned: 0, unused: 0 },
  });
  const stale = await cast(people.township, codes[5] ?? '', '好');
  expect([stale.status, stale.body.reason]).toEqual([409, 'closed']);
  const items = (await people.office.get(`${url}/roll`)).body.items;
  expect(items.filter(({ marked }: { marked: boolean }) => marked)).toEqual([]);
});

test('R61: a township’s round is led from above it, and only in the stage of evaluation', async () => {
  const id = await registerTownship(people, campaignId, PENG, ADMITTED_LATE);
  const refused = await people.township.post('/v1/ballot-rounds', convened(id));
  expect(refused.status).toBe(403);
  // The township came late into the campaign: its stage is not that of evaluation.
  const early = await people.office.post('/v1/ballot-rounds', convened(id));
  expect(early.body.unmet).toMatchObject([{ requirement: 'candidate-is-evaluated' }]);
});

test('R61: an electorate of two is not told apart, in no answer and in no log', async () => {
  const id = await worker();
  const roll = rollOf(2, 5);
  const url = await openRound(people.township, id, roll);
  const table = await layOutSlips(people.office, url);
  for (const entry of roll) {
    const code = await handOut(people.township, url, entry, table);
    done(await cast(people.township, code, entry.stratum === 'members' ? '差' : '好'));
  }
  done(await people.township.post(`${url}/events`, { type: 'close' }));
  const { result } = (await people.office.get(url)).body;
  expect(result.groups).toMatchObject([
    { strata: ['masses', 'members'], grades: { 好: 5, 差: 2 } },
  ]);
  expect(result.strata).toEqual({ members: 71.43, masses: 71.43 });
  const { rows } = await service.pool.query(
    'select distinct strata from ballot where round_id = $1',
    [url.split('/').at(-1)],
  );
  expect(rows).toEqual([{ strata: 'masses+members' }]);
  const events = (await people.office.get(`${url}/events?limit=100`)).body.items;
  expect(events.at(-1).facts.ballotResult.groups).toHaveLength(1);
  const told = (await people.office.get(`/v1/candidates/${id}/scores`)).body.items[0].body;
  expect(told.groups).toHaveLength(1);
  expect((await people.office.get(`${url}/count`)).body.agrees).toBe(true);
});

test('rounds are listed by candidate and state, and what could be done is told', async () => {
  const id = await worker();
  const url = await openRound(people.township, id);
  const listed = (await people.office.get(`/v1/ballot-rounds?candidateId=${id}`)).body.items;
  expect(listed).toMatchObject([{ candidateId: id, form: 'secret', state: 'open' }]);
  const void_ = (await people.office.get(`/v1/ballot-rounds?candidateId=${id}&state=void`)).body;
  expect(void_.items).toEqual([]);
  const actions = (await people.township.get(`${url}/actions`)).body.actions;
  const close = actions.find(({ type }: { type: string }) => type === 'close');
  expect(close).toMatchObject({
    mayYou: true,
    permitted: false,
    unmet: [{ requirement: 'every-ballot-returned', clause: 'R61' }],
  });
});
