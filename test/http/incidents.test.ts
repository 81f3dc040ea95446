// Incidents as operators meet them over HTTP.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { advanceOperations, operationsRound } from '../../src/command/kernel/operations.ts';
import { fireRound } from '../../src/command/kernel/timers.ts';
import { tendIncidents } from '../../src/command/kernel/upkeep.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, WULI } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let operator: Person;
let campaignId: string;
let villageId: string;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  operator = await service.person('operator');
  campaignId = await issueCampaign(cast);
  villageId = await registerVillage(cast, campaignId);
});
afterAll(() => service.close());

const query = async <Row>(sql: string, ...values: unknown[]) =>
  (await service.pool.query(sql, values)).rows as Row[];
const list = async (filter = '') => done(await operator.get(`/v1/incidents?${filter}`)).body.items;

/** A timer of the village that is due, and a stored state that nothing can read. */
async function failTimer(timerId: string): Promise<{ id: number; value: string }> {
  const [row] = await query<{ value: unknown }>(
    'select value from subject where id = $1',
    villageId,
  );
  await query(`update subject set value = '"nowhere"' where id = $1`, villageId);
  await query(
    `insert into timer (campaign_id, subject_id, timer_id, due_at)
     values ($1, $2, $3, '2017-05-19')`,
    campaignId,
    villageId,
    timerId,
  );
  await fireRound(service.pool, service.performer);
  const [incident] = await list('lane=timers&status=retrying');
  return { id: incident.id, value: JSON.stringify(row?.value) };
}
const mend = (value: string) =>
  query('update subject set value = $2 where id = $1', villageId, value);

test('F3: an incident says in words what it is about, what was wrong and what can be done', async () => {
  const { id, value } = await failTimer('wait-1');
  const told = done(await operator.get(`/v1/incidents/${id}`));
  expect(told.headers.etag).toBe('"1"');
  expect(told.body).toMatchObject({
    lane: 'timers',
    status: 'retrying',
    attempts: 1,
    subjectId: villageId,
  });
  expect(told.body.subject).toContain('申报对象');
  expect(told.body.subject).toContain('彭村');
  expect(told.body.remedy).toContain('再试');
  expect(told.body.events).toMatchObject([{ type: 'failed', by: null }]);
  const english = done(await operator.get(`/v1/incidents/${id}`, { language: 'en' })).body;
  expect(english.subject).toContain('the timer wait-1');
  expect(english.cause).toMatch(/^it failed/);
  const [timer] = done(await cast.office.get(`/v1/timers?campaignId=${campaignId}`)).body.items;
  expect(timer).toMatchObject({ timerId: 'wait-1', due: true, held: true });
  await mend(value);
});

test('F3: whoever mended the cause has it tried again, and sees that it was done', async () => {
  const [{ id, revision }] = await list('lane=timers&status=retrying');
  const url = `/v1/incidents/${id}`;
  const stale = await operator.post(`${url}/retry`, {}, { ifMatch: revision + 7 });
  expect([stale.status, stale.body.type]).toEqual([412, '/docs/problems#stale-revision']);
  const asked = await operator.post(`${url}/retry`, {}, { ifMatch: revision, key: 'again' });
  expect([asked.status, asked.body.status]).toEqual([200, 'retrying']);
  expect(asked.headers.etag).toBe(`"${revision + 1}"`);
  const repeated = await operator.post(`${url}/retry`, {}, { ifMatch: revision, key: 'again' });
  expect(repeated.headers['idempotency-replayed']).toBe('true');
  await fireRound(service.pool, service.performer);
  const { body } = done(await operator.get(url));
  expect(body).toMatchObject({ status: 'resolved', notBefore: null });
  expect(body.events.map(({ type }: { type: string }) => type)).toEqual([
    'resolved',
    'retried',
    'failed',
  ]);
  expect(body.events[1].by).toBe('operator');
  const late = await operator.post(`${url}/dismiss`, { reason: '已办' });
  expect([late.status, late.body.type]).toEqual([409, '/docs/problems#out-of-state']);
});

test('F3: a timer that must not fire is dismissed with a reason, and can be had back', async () => {
  const { id, value } = await failTimer('wait-2');
  const url = `/v1/incidents/${id}`;
  expect((await operator.post(`${url}/dismiss`, {})).status).toBe(400);
  const dismissed = done(await operator.post(`${url}/dismiss`, { reason: '对象已另案处理' }));
  expect(dismissed.body).toMatchObject({ status: 'dismissed', remedy: '无需处理。' });
  expect(dismissed.body.events[0]).toMatchObject({ reason: '对象已另案处理', by: 'operator' });
  await mend(value);
  expect((await fireRound(service.pool, service.performer)).failed).toEqual([]);
  expect(await query(`select 1 from timer where timer_id = 'wait-2' and held`)).toHaveLength(1);
  done(await operator.post(`${url}/retry`));
  await fireRound(service.pool, service.performer);
  expect(done(await operator.get(url)).body.status).toBe('resolved');
  expect(await query(`select 1 from timer where timer_id = 'wait-2'`)).toEqual([]);
});

test('F3: an item of an operation that is given up counts as refused, and the operation ends', async () => {
  const [{ id: operationId } = { id: '' }] = await query<{ id: string }>(
    `insert into operation (campaign_id, id, kind, status, total, created_by, created_at)
     values ($1, gen_random_uuid(), 'recusal', 'running', 2, 'nobody', now_instant()) returning id`,
    campaignId,
  );
  await query(
    `insert into operation_item (campaign_id, operation_id, index, command)
     values ($1, $2, 0, '{}'), ($1, $2, 1, $3)`,
    campaignId,
    operationId,
    JSON.stringify({ subjectId: villageId, event: { type: 'no-such-event' } }),
  );
  while (await advanceOperations(service.pool, service.performer));
  await query(
    `update incident set attempts = 7, not_before = clock_timestamp() where operation_id = $1`,
    operationId,
  );
  await operationsRound(service.pool, service.performer);
  await tendIncidents(service.pool, service.performer);
  const operation = async () => (await cast.office.get(`/v1/operations/${operationId}`)).body;
  expect(await operation()).toMatchObject({ status: 'parked', done: 1, failed: 1 });
  const [incident] = await list(`lane=operations&status=open&campaignId=${campaignId}`);
  expect(incident.subject).toContain('第 1 项');
  done(await operator.post(`/v1/incidents/${incident.id}/dismiss`, { reason: '内容有误' }));
  expect(await operation()).toMatchObject({ status: 'done', done: 2, refused: 2, failed: 0 });
  const { items } = (await cast.office.get(`/v1/operations/${operationId}/items`)).body;
  expect(items[0].outcome).toEqual({ kind: 'failed', message: '内容有误' });
  const again = await operator.post(`/v1/incidents/${incident.id}/retry`);
  expect(again.status).toBe(409);
});

test('incidents are operators’ and auditors’, within their reach; only the first change them', async () => {
  expect((await cast.office.get('/v1/incidents')).status).toBe(403);
  const auditor = await service.person('auditor');
  const [{ id }] = done(await auditor.get(`/v1/incidents?campaignId=${campaignId}`)).body.items;
  expect((await auditor.post(`/v1/incidents/${id}/retry`)).status).toBe(403);
  const elsewhere = await service.person(['operator', WULI]);
  expect(done(await elsewhere.get('/v1/incidents')).body.items).toEqual([]);
  expect((await elsewhere.get(`/v1/incidents/${id}`)).status).toBe(404);
  expect((await elsewhere.post(`/v1/incidents/${id}/retry`)).status).toBe(404);
  const first = done(await operator.get('/v1/incidents?limit=1')).body;
  const second = done(await operator.get(`/v1/incidents?limit=1&cursor=${first.next}`)).body;
  expect(second.items[0].id).toBeLessThan(first.items[0].id);
});

test('F3: a subject of a newer version is read, is told to be another process’s, and never breaks a list', async () => {
  const newer = await registerTownship(cast, campaignId, WULI);
  await query('update subject set version = 99 where id = $1', newer);
  const url = `/v1/candidates/${newer}`;
  const read = done(await cast.office.get(url));
  expect(read.body).toMatchObject({ id: newer, version: 99, accepts: [] });
  done(await cast.office.get(`/v1/candidates?campaignId=${campaignId}`));
  done(await cast.office.get(`/v1/campaigns/${campaignId}/duties`));
  for (const answer of [
    await cast.office.post(`${url}/events`, { type: 'withdraw', reason: '重复' }),
    await cast.office.get(`${url}/actions`),
  ]) {
    expect([answer.status, answer.body.type]).toEqual([503, '/docs/problems#newer-version']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.body.detail).toContain('candidate 第 99 版');
  }
  await tendIncidents(service.pool, service.performer);
  const [incident] = await list('lane=versions&status=open');
  expect(incident).toMatchObject({ affected: 1, campaignId: null });
  expect(incident.remedy).toContain('升级');
  const refused = await operator.post(`/v1/incidents/${incident.id}/dismiss`, {
    reason: '不管',
  });
  expect(refused.status).toBe(409);
});
