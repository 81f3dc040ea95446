// Merit selection over HTTP: ranked, a tie decided by two, selected, verified, supposed otherwise.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { done, settle } from '../support/campaign.ts';
import {
  acceptWorkers,
  advanceCampaign,
  advanceCandidate,
  openSelection,
} from '../support/selection.ts';
import type { RunningService } from '../support/service.ts';

const category = 'ADVANCED_WORKER';
let service: RunningService;
let cast: Cast;
let campaignId: string;
let workers: string[];

beforeAll(async () => {
  ({ service, cast, campaignId, workers } = await openSelection(['李', '王', '赵', '钱', '孙']));
  // One place, two reserves: Li and Wang are tied for the place, Zhao and Qian come after them.
  await acceptWorkers(cast, workers, [95, 95, 92, 91, 90]);
});
afterAll(() => service.close());

const everything = async (): Promise<string> => {
  const tables = ['subject', 'event', 'ranking', 'record', 'obligation', 'notice', 'idempotency'];
  const counts = tables.map((name) => `(select count(*) from ${name}) as ${name}`);
  const { rows } = await service.pool.query(
    `select ${counts.join(', ')}, (select max(revision) from subject) as top`,
  );
  return JSON.stringify(rows);
};
const idOf = (body: { opened: { kind: string; id: string }[] }, kind: string): string =>
  body.opened.find((one) => one.kind === kind)?.id ?? '';

test('R63: what-if tells who would change places and touches nothing', async () => {
  const before = await everything();
  const url = `/v1/campaigns/${campaignId}/rankings/what-if`;
  const { status, body } = await cast.office.post(url, { category, quota: 2, reserves: 0 });
  expect([status, body.undecided]).toEqual([200, []]);
  expect(body.changes.map(({ to }: { to: { outcome: string } }) => to.outcome)).toEqual([
    'selected',
    'passed-over',
  ]);
  expect(body.placed[0]).toMatchObject({ name: '李', rank: 1, outcome: 'selected' });
  const unbalanced = await cast.office.post(url, { category, streamWeights: { mass: 50 } });
  expect(unbalanced.body.errors[0].path).toBe('/body/streamWeights');
  expect((await cast.committee.post(url, { category })).status).toBe(404);
  expect(await everything()).toBe(before);
});

test('R63: other weights make other scores', async () => {
  const url = `/v1/campaigns/${campaignId}/rankings/what-if`;
  const streamWeights = { mass: 0, assessment: 100 };
  const { body } = await cast.office.post(url, { category, streamWeights, passMark: 92 });
  const outcomes = body.placed.map(({ outcome }: { outcome: string }) => outcome);
  expect(outcomes).toEqual(['selected', 'reserve', 'reserve', 'ineligible', 'ineligible']);
});

test('R63: a tie across the quota line is refused, put before people, decided by two', async () => {
  const select = { type: 'select-by-merit', category };
  const refused = await advanceCampaign(cast.office, campaignId, select);
  expect(refused.body.unmet).toMatchObject([{ requirement: 'tie-decided', clause: 'R63' }]);
  done(await advanceCampaign(cast.office, campaignId, { type: 'rank-candidates', category }));
  const { body } = await cast.office.get(`/v1/campaigns/${campaignId}`);
  expect(body.ties[category].tied).toEqual([workers.slice(0, 2).sort()]);
  expect(body.deadlines).toContainEqual(
    expect.objectContaining({ kind: 'tie-decision', clause: 'R63', level: 'armed' }),
  );
  const propose = { type: 'propose-tie-decision', category, prefer: [workers[1]], reason: '会议' };
  done(await advanceCampaign(cast.office, campaignId, propose));
  const confirm = { type: 'confirm-tie-decision', category };
  const own = await advanceCampaign(cast.office, campaignId, confirm);
  expect(own.body.unmet).toMatchObject([{ requirement: 'another-officer', clause: 'R63' }]);
  const another = await service.person('county-office');
  const answers = await Promise.all([
    advanceCampaign(cast.department, campaignId, confirm),
    advanceCampaign(another, campaignId, confirm),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
});

test('R63: the selection refers to a ranking that anyone can compute again', async () => {
  const answer = done(
    await advanceCampaign(cast.office, campaignId, { type: 'select-by-merit', category }),
  );
  await settle(service);
  const id = idOf(answer.body, 'ranking');
  const { body } = await cast.office.get(`/v1/rankings/${id}`);
  expect(body).toMatchObject({
    kind: 'selection',
    category,
    undecided: [],
    madeBy: cast.office.id,
  });
  const told = body.placed.map(
    (one: { candidateId: string; outcome: string; separatedBy: string }) => [
      one.candidateId,
      one.outcome,
      one.separatedBy,
    ],
  );
  expect(told).toEqual([
    [workers[1], 'selected', 'first'],
    [workers[0], 'reserve', 'decision'],
    [workers[2], 'reserve', 'score'],
    [workers[3], 'passed-over', 'score'],
    [workers[4], 'passed-over', 'score'],
  ]);
  expect(createHash('sha256').update(body.body).digest('hex')).toBe(body.sha256);
  expect((await cast.city.get(`/v1/rankings/${id}/verify`)).body).toEqual({
    id,
    sha256: body.sha256,
    hashMatches: true,
    recomputes: true,
  });
  const { selections } = (await cast.office.get(`/v1/campaigns/${campaignId}`)).body;
  expect(selections[category]).toMatchObject({ rankingId: id, selected: 1, reserves: 2 });
  expect((await cast.committee.get(`/v1/rankings/${id}`)).status).toBe(404);
});

test('a ranking is frozen, whoever asks the database', async () => {
  await expect(service.pool.query("update ranking set category = 'x'")).rejects.toThrow(
    'never changed',
  );
  await expect(service.pool.query('delete from ranking')).rejects.toThrow('never changed');
  const forged = `insert into ranking select campaign_id, gen_random_uuid(), category, kind, null,
    body || ' ', sha256, made_at, made_by from ranking limit 1`;
  await expect(service.pool.query(forged)).rejects.toThrow('violates check constraint');
});

test('R63: a place that falls vacant goes to the next in rank, with a notice of its own', async () => {
  const stay = await advanceCampaign(cast.office, campaignId, {
    type: 'move-up',
    category,
    reason: '递补',
  });
  expect(stay.body.unmet).toMatchObject([
    { requirement: 'seat-is-vacant', actual: 0 },
    { requirement: 'reserve-is-left' },
  ]);
  done(
    await advanceCandidate(cast.committee, workers[1] ?? '', { type: 'withdraw', reason: '调离' }),
  );
  const moved = done(
    await advanceCampaign(cast.office, campaignId, { type: 'move-up', category, reason: '递补' }),
  );
  await settle(service);
  expect((await cast.office.get(`/v1/candidates/${workers[0]}`)).body.state).toBe(
    'awaiting-notice',
  );
  const id = idOf(moved.body, 'ranking');
  const { body } = await cast.office.get(`/v1/rankings/${id}`);
  expect(body).toMatchObject({ kind: 'move-up' });
  const { items } = (await cast.office.get(`/v1/campaigns/${campaignId}/rankings`)).body;
  expect(items.map(({ kind }: { kind: string }) => kind)).toEqual([
    'move-up',
    'selection',
    'ranking',
  ]);
  expect(body.basedOn).toBe(items[1].id);
  for (const item of items) {
    const { body: told } = await cast.office.get(`/v1/rankings/${item.id}/verify`);
    expect(told).toMatchObject({ hashMatches: true, recomputes: true });
  }
});

test('R63: who is left in reserve is told when no place will fall vacant any more', async () => {
  const release = { type: 'release-reserves', category, reason: '已上报' };
  done(await advanceCampaign(cast.office, campaignId, release));
  await settle(service);
  expect((await cast.office.get(`/v1/candidates/${workers[2]}`)).body).toMatchObject({
    stage: 'not-selected',
  });
  const again = await advanceCampaign(cast.office, campaignId, release);
  expect(again.body.unmet).toMatchObject([{ requirement: 'somebody-waits' }]);
});
