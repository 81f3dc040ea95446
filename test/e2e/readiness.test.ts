// What a running process says of itself while its database fails it in every way, and how it ends.

import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOfficers, postTo } from '../../rehearsal/kit/admission.ts';
import { unit } from '../support/units.ts';
import {
  ADDRESS,
  byPort,
  freePort,
  type Gate,
  openGate,
  openWorkshop,
  type Process,
  type Workshop,
} from '../support/workshop.ts';

// A beat every two seconds, tried twice within a second each.
const SEEN_WITHIN = { timeout: 12_000, interval: 200 };

let workshop: Workshop;
let gate: Gate;
let gatePort: number;
let service: Process;
let origin: string;
let key: string;
let metricsPort: number;
beforeAll(async () => {
  workshop = await openWorkshop();
  gatePort = await freePort();
  metricsPort = await freePort();
  gate = await openGate(workshop.database, gatePort);
  service = workshop.launch({
    DATABASE_URL: byPort(workshop.database, gatePort),
    METRICS_PORT: String(metricsPort),
    LOG_LEVEL: 'warn',
  });
  origin = await service.says(ADDRESS);
  key = (await claimOfficers(postTo(origin), service.said())).administrator;
}, 60_000);
afterAll(async () => {
  await workshop.close();
  await gate.shut();
});

const readiness = async () => {
  const answer = await fetch(`${origin}/readyz`);
  const { checks } = (await answer.json()) as { checks: object };
  return { status: answer.status, checks };
};
const becomes = (status: number) =>
  expect.poll(async () => (await readiness()).status, SEEN_WITHIN).toBe(status);
const command = async () => {
  const answer = await fetch(`${origin}/v1/principals`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: '张',
      grants: [{ role: 'county-office', organisationId: unit('610222-YCB') }],
    }),
  });
  const body = (await answer.json()) as { type: string; detail: string };
  return { status: answer.status, body };
};

test('F12: ready means that commands can be written and that the worker moves', async () => {
  const { status, checks } = await readiness();
  expect(status).toBe(200);
  expect(checks).toMatchObject({ database: 'writable', schema: 'known', worker: 'moves' });
  expect((await command()).status).toBe(201);
});

test('F10, F12: who asks for readiness or metrics, however often, asks the database nothing', async () => {
  const before = gate.asked();
  const startedMs = performance.now();
  for (let index = 0; index < 400; index += 1) await readiness();
  for (let index = 0; index < 40; index += 1) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(text).toContain('database_writable 1');
    expect(text).toContain('timers_due');
  }
  const seconds = (performance.now() - startedMs) / 1000;
  // The heartbeat, the lanes of the worker and the gauges go on: some ten pieces a second, and as many again at a
  // start. A question of each request would make 440 more.
  expect(gate.asked() - before).toBeLessThan(100 + 20 * seconds);
  expect((await fetch(`${origin}/metrics`)).status).toBe(404);
});

test('F12: read-only is not ready within seconds, and ready again by itself', async () => {
  const { rows } = await workshop.database.pool.query('select current_database() as name');
  const toRead = async (value: string) => {
    await workshop.database.pool.query(
      `alter database "${rows[0].name}" set default_transaction_read_only = ${value}`,
    );
    await workshop.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like 'chuangping%'`,
    );
  };
  await toRead('on');
  await becomes(503);
  expect((await readiness()).checks).toMatchObject({ database: 'not writable', fault: '25006' });
  expect((await fetch(`${origin}/livez`)).status).toBe(200);
  await workshop.database.pool.query('set default_transaction_read_only = off');
  await toRead('off');
  await becomes(200);
  await expect.poll(async () => (await command()).status, SEEN_WITHIN).toBe(201);
}, 60_000);

test('F12: half open is not ready within seconds, and ready again by itself', async () => {
  gate.silence(true);
  await becomes(503);
  expect((await fetch(`${origin}/livez`)).status).toBe(200);
  gate.silence(false);
  await becomes(200);
}, 60_000);

test('F12: away is not ready within seconds, and ready again by itself', async () => {
  await gate.shut();
  await becomes(503);
  gate = await openGate(workshop.database, gatePort);
  await becomes(200);
  await expect.poll(async () => (await command()).status, SEEN_WITHIN).toBe(201);
}, 60_000);

test('F12: a process that meets a newer schema stops writing, says why, and begins again when it goes', async () => {
  await workshop.database.pool.query(
    `insert into migration (name, sha256) values ('9999_of_tomorrow.sql', 'x')`,
  );
  await becomes(503);
  expect((await readiness()).checks).toMatchObject({
    schema: 'newer than this process',
    unknownMigrations: ['9999_of_tomorrow.sql'],
  });
  const refused = await command();
  expect([refused.status, refused.body.type]).toEqual([503, '/docs/problems#newer-version']);
  expect(refused.body.detail).toContain('9999_of_tomorrow.sql');
  await workshop.database.pool.query(`delete from migration where name like '9999%'`);
  await becomes(200);
  expect((await command()).status).toBe(201);
}, 60_000);

test('F1: SIGTERM answers what is under way, cuts what never ends within its limit, and exits with 0', async () => {
  const { port } = new URL(origin);
  const slow = request({
    port,
    method: 'POST',
    path: '/v1/principals',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  slow.write('{"name":"张",');
  const endless = connect(Number(port), '127.0.0.1');
  endless.on('error', () => undefined);
  endless.write(
    `POST /v1/principals HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
  );
  await once(endless, 'ready');
  // By then both have come in.
  expect((await command()).status).toBe(201);
  const startedMs = performance.now();
  const ended = service.end();
  const answered = once(slow, 'response');
  slow.end(`"grants":[{"role":"county-office","organisationId":"${unit('610222-YCB')}"}]}`);
  const [answer] = await answered;
  expect(answer.statusCode).toBe(201);
  answer.resume();
  await expect(fetch(`${origin}/livez`)).rejects.toThrow();
  expect(await ended).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(15_000);
  expect(service.said()).toContain('cutting the connections that are still open');
  expect(service.said()).not.toContain('ended by force');
}, 60_000);
