// The access log of a real process: written a second later by itself, and at its end.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOfficers, postTo } from '../../rehearsal/kit/admission.ts';
import {
  ADDRESS,
  freePort,
  openWorkshop,
  type Process,
  type Workshop,
} from '../support/workshop.ts';

let workshop: Workshop;
let service: Process;
let origin: string;
let key: string;
let metrics: string;
beforeAll(async () => {
  workshop = await openWorkshop();
  const metricsPort = await freePort();
  metrics = `http://127.0.0.1:${metricsPort}/metrics`;
  service = workshop.launch({
    DATABASE_URL: workshop.database.connectionString,
    METRICS_PORT: String(metricsPort),
  });
  origin = await service.says(ADDRESS);
  key = (await claimOfficers(postTo(origin), service.said())).administrator;
}, 60_000);
afterAll(() => workshop.close());

const rowsOf = async (outcome: string): Promise<number> =>
  (
    await workshop.database.pool.query<{ count: number }>(
      'select coalesce(sum(count), 0)::int as count from access_log where outcome = $1',
      [outcome],
    )
  ).rows[0]?.count ?? 0;
const ask = async (path: string, token = key): Promise<number> =>
  (await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;

test('a denial is stored within a second or two, with nothing lost', async () => {
  expect(await ask('/v1/audit/access-log')).toBe(403);
  await expect.poll(() => rowsOf('forbidden'), { timeout: 3_000, interval: 100 }).toBe(1);
  expect(await (await fetch(metrics)).text()).toMatch(/^access_log_lost_total 0$/m);
}, 30_000);

test('a process that is told to stop writes what waits, the strangers of this minute too', async () => {
  expect(await ask('/v1/me', 'cp_0123456789abcdef_of_nobody')).toBe(401);
  expect(await ask('/v1/audit/administrative-events')).toBe(403);
  expect(await rowsOf('unauthenticated')).toBe(0);
  expect(await service.end('SIGTERM')).toBe(0);
  expect([await rowsOf('unauthenticated'), await rowsOf('forbidden')]).toEqual([1, 2]);
}, 30_000);
