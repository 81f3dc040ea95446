// How the process begins, as an operator meets it: a port that is taken, a database that is away, a
// kill before the codes were read, several processes at once.

import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { CODE, claimOfficers, codesIn, letIn, postTo } from '../../rehearsal/kit/admission.ts';
import { onDatabase } from '../support/database.ts';
import { unit } from '../support/units.ts';
import {
  ADDRESS,
  byPort,
  freePort,
  openGate,
  openWorkshop,
  type Workshop,
} from '../support/workshop.ts';

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(() => workshop.close());

const asOfficer = async <Body = unknown>(origin: string, key: string, path: string) => {
  const answer = await fetch(`${origin}/v1${path}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: answer.status, body: (await answer.json()) as Body };
};

test('F5: a port that is taken ends the start before anything is written', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const started = workshop.launch({ PORT: String((holder.address() as AddressInfo).port) });
  expect(await started.ended()).toBe(1);
  expect(started.said()).toContain('端口已被占用');
  expect(started.said()).toContain('The port is taken');
  expect(await readdir(workshop.dataDir)).toEqual([]);
  const own = workshop.launch({ METRICS_PORT: String((holder.address() as AddressInfo).port) });
  expect(await own.ended()).toBe(1);
  expect(own.said()).toContain('METRICS_PORT');
  expect(await readdir(workshop.dataDir)).toEqual([]);
  holder.close();
}, 60_000);

test('F1: with its database away it waits, says so, answers that it starts, and goes on by itself', async () => {
  const [port, databasePort] = [await freePort(), await freePort()];
  const started = workshop.launch({
    PORT: String(port),
    DATABASE_URL: byPort(workshop.database, databasePort),
  });
  await started.says('等待数据库');
  await started.says('waiting for the database');
  const alive = await fetch(`http://127.0.0.1:${port}/livez`);
  expect([alive.status, await alive.json()]).toMatchObject([200, { status: 'alive' }]);
  for (const path of ['/readyz', '/v1/campaigns', '/docs']) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await answer.json()) as { detail: string }).detail).toContain('正在启动');
  }
  // The second word comes after about ten seconds, not with every knock.
  await sleep(5_000);
  expect(started.said().split('等待数据库')).toHaveLength(2);
  await expect.poll(() => started.said().split('等待数据库').length, { timeout: 10_000 }).toBe(3);

  const gate = await openGate(workshop.database, databasePort);
  await started.says(ADDRESS);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  expect(await started.end()).toBe(0);
  await gate.shut();
}, 90_000);

test('F1: SIGTERM ends a process that waits for its database, at once and cleanly', async () => {
  const started = workshop.launch({ DATABASE_URL: byPort(workshop.database, await freePort()) });
  await started.says('等待数据库');
  expect(await started.end()).toBe(0);
}, 60_000);

test('F1: what no waiting mends ends the start with what to do about it', async () => {
  const web = createHttpServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const stranger = workshop.launch({ DATABASE_URL: byPort(workshop.database, port) });
  const nowhere = workshop.launch({
    DATABASE_URL: onDatabase(inject('serverUrl'), 'no_such_database'),
  });
  expect(await stranger.ended()).toBe(1);
  expect(stranger.said()).toContain('不是 PostgreSQL');
  expect(await nowhere.ended()).toBe(1);
  expect(nowhere.said()).toContain('没有这一数据库');
  expect(nowhere.said()).toContain('no such database');
  web.close();
}, 60_000);

test('F5: three processes begin on one new database at once: all serve, the codes are shown once and work', async () => {
  const started = [1, 2, 3].map(() =>
    workshop.launch({ DATABASE_URL: workshop.database.connectionString }),
  );
  const origins = await Promise.all(started.map(({ says }) => says(ADDRESS)));
  const shown = started.filter(({ said }) => codesIn(said()) !== null);
  expect(shown).toHaveLength(1);
  const post = postTo(origins[0] ?? '');
  const { administrator, securityOfficer } = await claimOfficers(post, shown[0]?.said() ?? '');
  for (const origin of origins) {
    for (const key of [administrator, securityOfficer])
      expect((await asOfficer(origin, key, '/me')).status).toBe(200);
  }
  const { rows } = await workshop.database.pool.query(
    'select count(*)::int as count, count(distinct name)::int as names from migration',
  );
  expect(rows[0].count).toBe(rows[0].names);
  await expect
    .poll(async () => (await fetch(`${origins[0]}/readyz`)).json(), { timeout: 10_000 })
    .toMatchObject({ checks: { replicas: 3 } });
}, 120_000);

test('F5: killed as soon as the codes are shown, the start leaves codes that work or shows others', async () => {
  const first = workshop.launch({ DATABASE_URL: workshop.database.connectionString });
  await first.says(new RegExp(`security officer +${CODE.source}`));
  const shown = first.said();
  await first.end('SIGKILL');
  const second = workshop.launch({ DATABASE_URL: workshop.database.connectionString });
  const origin = await second.says(ADDRESS);
  const said = codesIn(second.said()) === null ? shown : second.said();
  const { administrator } = await claimOfficers(postTo(origin), said);
  expect((await asOfficer(origin, administrator, '/me')).status).toBe(200);
}, 60_000);

test('F5, F9: npm run admin:invite makes a code while the service runs; who did it is shown beside the key, an incident waits for the auditor', async () => {
  const settings = { DATABASE_URL: workshop.database.connectionString };
  const early = workshop.launch(settings, 'admin-invite.ts');
  expect(await early.ended()).toBe(1);
  expect(early.said()).toContain('start the service once first');

  const service = workshop.launch(settings);
  const origin = await service.says(ADDRESS);
  const post = postTo(origin);
  const officers = await claimOfficers(post, service.said());
  const auditor = await letIn(post, officers, {
    name: '审计员',
    grants: [{ role: 'auditor', organisationId: unit('6102') }],
  });
  const made = workshop.launch(settings, 'admin-invite.ts');
  expect(await made.ended()).toBe(0);
  const code = CODE.exec(made.said())?.[0] ?? '';
  const { key } = await post<{ key: string }>(null, '/v1/claims', { code });
  const me = await asOfficer<{ id: string; grants: object[] }>(origin, key, '/me');
  expect(me.body).toMatchObject({
    name: '系统管理员（应急）',
    grants: [{ role: 'administrator' }],
  });
  const keys = `/principals/${me.body.id}/keys`;
  const { body } = await asOfficer<{ items: object[] }>(origin, officers.administrator, keys);
  expect(body.items).toMatchObject([
    {
      id: key.split('_')[1],
      live: true,
      claim: { madeBy: 'operator', outside: { osUser: expect.stringMatching(/./) } },
    },
  ]);
  type Incidents = { items: { id: number; revision: number; status: string }[] };
  const waiting = await asOfficer<Incidents>(origin, auditor.key, '/incidents?status=open');
  expect(waiting.body.items).toMatchObject([{ lane: 'administration', status: 'open' }]);
  const settle = `/v1/incidents/${waiting.body.items[0]?.id}/dismiss`;
  const settled = await post<{ status: string }>(auditor.key, settle, { reason: '已核实' });
  expect(settled.status).toBe('dismissed');
  const log = '/audit/administrative-events?principalId=operator';
  const told = await asOfficer<{ items: object[] }>(origin, auditor.key, log);
  expect(told.body.items).toHaveLength(4);
  await expect(workshop.database.pool.query('delete from operator_act')).rejects.toThrow(
    'append-only',
  );
}, 90_000);

test('F5: codes that were lost before anybody claimed with them are made anew, for the same two officers', async () => {
  const settings = { DATABASE_URL: workshop.database.connectionString };
  const service = workshop.launch(settings);
  const origin = await service.says(ADDRESS);
  const [, lost] = codesIn(service.said()) ?? [];
  const made = workshop.launch(settings, 'admin-invite.ts', ['--role', 'security-officer']);
  expect(await made.ended()).toBe(0);
  const code = CODE.exec(made.said())?.[0] ?? '';
  const post = postTo(origin);
  await expect(post(null, '/v1/claims', { code: lost })).rejects.toThrow('已作废');
  const { key } = await post<{ key: string }>(null, '/v1/claims', { code });
  const me = await asOfficer(origin, key, '/me');
  expect(me.body).toMatchObject({ name: '安全管理员', grants: [{ role: 'security-officer' }] });
  const wrong = workshop.launch(settings, 'admin-invite.ts', ['--role', 'county-office']);
  expect(await wrong.ended()).toBe(2);
}, 90_000);

test('F5: npm run admin:invite makes no database where none is, and says which folder it looked in', async () => {
  const mistyped = join(workshop.dataDir, 'mistyped');
  const made = workshop.launch({ DATA_DIR: mistyped }, 'admin-invite.ts');
  expect(await made.ended()).toBe(1);
  expect(made.said()).toContain(`There is no database in ${mistyped}`);
  expect(await readdir(workshop.dataDir)).toEqual([]);
  const wrong = workshop.launch({ DATABASE_URL: 'db' }, 'admin-invite.ts');
  expect(await wrong.ended()).toBe(2);
}, 60_000);

test('F15: a process whose files would lie elsewhere is refused, also with a fresh folder', async () => {
  const first = workshop.launch({ DATABASE_URL: workshop.database.connectionString });
  await first.says(ADDRESS);
  const elsewhere = { FILES_DIR: join(workshop.dataDir, 'other') };
  const second = workshop.launch({
    DATABASE_URL: workshop.database.connectionString,
    ...elsewhere,
  });
  expect(await second.ended()).toBe(1);
  expect(second.said()).toContain('各进程须使用同一处');
  expect(second.said()).toContain('All processes use one place');
  const third = workshop.launch({ DATABASE_URL: workshop.database.connectionString });
  await third.says(ADDRESS);
}, 90_000);
