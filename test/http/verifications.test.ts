// Auditors are told whether the logs can be believed, and ask for another look.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeCheckpoint } from '../../src/command/audit/checkpoints.ts';
import { verifyRound } from '../../src/command/audit/verifications.ts';
import { beginNightly } from '../../src/db/audit/verifications.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, issueCampaign, registerTownship } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { tamper } from '../support/tampering.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let auditor: Person;
let township: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  township = await registerTownship(cast, await issueCampaign(cast));
  auditor = await service.person('auditor');
});
afterAll(() => service.close());

/** What the lane does, until nothing is left to do. */
async function verifyAll(): Promise<void> {
  while ((await verifyRound(service.facts, service.performer, () => undefined)).more);
}
const edit = (at: number) =>
  tamper(service, [
    `update event set payload = payload || '{"forged":true}' where subject_id = $1 and sequence = $2`,
    township,
    at,
  ]);

test('F11: only an auditor asks for a verification or reads what it found', async () => {
  for (const person of [cast.office, await service.person('administrator')]) {
    expect((await person.get('/v1/audit/verify')).status).toBe(403);
    expect((await person.post('/v1/audit/verifications')).status).toBe(403);
  }
  expect((await auditor.get('/v1/audit/verify')).body).toEqual({
    ...{ checkpoint: null, underWay: null, last: null, isWhole: null, found: [] },
  });
});

test('F11: an auditor asks, is told how far it is, then that all is whole', async () => {
  const checkpoint = await takeCheckpoint(service.performer);
  expect(await auditor.post('/v1/audit/verifications')).toMatchObject({
    status: 202,
    body: { kind: 'asked', finishedAt: null },
  });
  const again = await auditor.post('/v1/audit/verifications');
  const { body } = await auditor.get('/v1/audit/verify');
  expect(body).toMatchObject({
    checkpoint: { number: 1, root: checkpoint?.root },
    underWay: { requestedAt: again.body.requestedAt },
    last: null,
  });
  await verifyAll();
  const { body: after } = await auditor.get('/v1/audit/verify');
  expect(after).toMatchObject({ underWay: null, isWhole: true, last: { faults: 0 }, found: [] });
  expect(after.last.chains).toBe(checkpoint?.chains);
});

test('F11: what a night finds in what changed, and in the old, is told in a sentence and is an incident', async () => {
  const nightly = async () => {
    await service.pool.query(
      `update verification set requested_at = requested_at - interval '1 day'`,
    );
    await service.performer.administer((tx) => beginNightly(tx, 28, 0));
    await verifyAll();
  };
  await nightly();
  expect((await auditor.get('/v1/audit/verify')).body).toMatchObject({ isWhole: true });
  await edit(1);
  await nightly();
  const { body } = await auditor.get('/v1/audit/verify');
  expect(body).toMatchObject({ isWhole: false, last: { kind: 'nightly', faults: 1 } });
  expect(body.found).toMatchObject([
    {
      ...{ kind: 'edited', subjectId: township, sequence: 1 },
      said: expect.stringContaining('申报对象 · 彭镇：第 1 条（2017年5月20日 09:00）被改动'),
    },
  ]);
  const incidents = await auditor.get('/v1/incidents?status=open');
  expect(incidents.body.items).toMatchObject([
    { lane: 'audit', subjectId: township, subject: expect.stringContaining('第 1 条被改动') },
  ]);
  const elsewhere = await service.person(['auditor', unit('610222102')]);
  expect((await elsewhere.get('/v1/audit/verify')).body).toMatchObject({
    isWhole: false,
    found: [],
  });
});

test('F11: what was found is dismissed by an auditor alone, who says why in the administrative log', async () => {
  const [incident] = (await auditor.get('/v1/incidents?status=open')).body.items;
  const url = `/v1/incidents/${incident.id}`;
  const dismissal = { reason: '演练所改，已与备份核对' };
  for (const role of ['operator', 'administrator', 'security-officer'] as const) {
    const person = await service.person(role);
    expect((await person.post(`${url}/dismiss`, dismissal)).status, role).toBe(403);
  }
  for (const sql of [
    `update incident set status = 'resolved' where id = $1`,
    `update incident set lane = 'sweeping' where id = $1`,
  ]) {
    await expect(service.pool.query(sql, [incident.id]), sql).rejects.toThrow(
      'not told of incident',
    );
  }
  expect((await auditor.post(`${url}/dismiss`, {})).status).toBe(400);
  expect((await auditor.post(`${url}/dismiss`, dismissal)).body.status).toBe('dismissed');
  const told = await auditor.get('/v1/audit/administrative-events?subjectKind=incident');
  expect(told.body.items).toMatchObject([
    {
      kind: 'incident-dismissed',
      subjectId: String(incident.id),
      by: { name: 'auditor', credential: expect.stringMatching(/^key:/) },
      before: { lane: 'audit', status: 'open' },
      personal: dismissal,
    },
  ]);
});
