// The process as an operator meets it: real sockets, real signals, a real end.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOfficers, codesIn, letIn, postTo } from '../../rehearsal/kit/admission.ts';
import { type Drafted, signDrafts } from '../../rehearsal/kit/signing.ts';
import { unit } from '../support/units.ts';
import { ADDRESS, launch, type Process } from '../support/workshop.ts';

type Running = Process & { origin: string };

let dataDir: string;
const processes: Process[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chuangping-e2e-'));
});
afterAll(async () => {
  for (const { end } of processes) await end();
  await rm(dataDir, { recursive: true, force: true });
});

/** Rejects with what it said when it ends before it listens. */
async function start(settings: Record<string, string> = {}): Promise<Running> {
  const started = launch({ LOG_LEVEL: 'warn', DATA_DIR: dataDir, ...settings });
  processes.push(started);
  const origin = await started.says(ADDRESS);
  return { ...started, origin };
}

const ask = async (
  { origin }: Running,
  key: string,
  path: string,
  body?: object,
  idempotencyKey?: string,
) => {
  const answer = await fetch(`${origin}/v1${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

test('a process that is killed in the middle of its work has lost nothing that it answered', async () => {
  const first = await start();
  const post = postTo(first.origin);
  const officers = await claimOfficers(post, first.said());
  const keyOf = async (role: string, organisationId: string): Promise<string> =>
    (await letIn(post, officers, { name: role, grants: [{ role, organisationId }] })).key;
  const department = await keyOf('county-department', unit('610222-ZZB'));
  const committee = await keyOf('township-committee', unit('610222101-DW'));
  const office = await keyOf('county-office', unit('610222-YCB'));
  const asked = { planId: 'yijun-2017' };
  const { id: campaignId, opened } = await post<Drafted>(office, '/v1/campaigns', asked);
  await signDrafts(post, department, opened);

  // Forty registrations are under way when the process dies.
  const persons = Array.from({ length: 40 }, (_, index) => `学员${index}`);
  const register = (running: Running, personName: string) =>
    ask(
      running,
      committee,
      '/candidates',
      {
        campaignId,
        category: 'LEARNING_APPLICATION_PACESETTER',
        organisationId: unit('610222101203'),
        personName,
      },
      `register-${persons.indexOf(personName)}`,
    );
  const answered: string[] = [];
  const sent = persons.map(async (name) => {
    const { status } = await register(first, name);
    if (status === 201) answered.push(name);
    if (answered.length === 10) first.child.kill('SIGKILL');
  });
  await Promise.allSettled(sent);
  expect(answered.length).toBeGreaterThanOrEqual(10);

  const second = await start();
  expect(codesIn(second.said())).toBeNull();
  const again = await Promise.all(persons.map((name) => register(second, name)));
  expect(new Set(again.map(({ status }) => status))).toEqual(new Set([201]));
  const seen = new Set<string>();
  let path: string | null = `/candidates?campaignId=${campaignId}&limit=100`;
  while (path !== null) {
    const { body } = await ask(second, committee, path);
    for (const item of body.items as { name: string }[]) seen.add(item.name);
    path = body.next ? `/candidates?campaignId=${campaignId}&limit=100&cursor=${body.next}` : null;
  }
  expect([...seen].sort()).toEqual([...persons].sort());
  expect(await second.end('SIGINT')).toBe(0);
}, 60_000);

test('wrong settings are told, all of them at once, and end with 2', async () => {
  const started = launch({ PORT: '99999', CLOCK: 'sundial' });
  expect(await started.ended()).toBe(2);
  expect(started.said()).toContain('PORT');
  expect(started.said()).toContain('CLOCK');
});

test('a folder that cannot be made is told with what to do about it', async () => {
  const started = launch({ DATA_DIR: '/proc/chuangping' });
  expect(await started.ended()).toBe(1);
  for (const word of ['DATA_DIR', 'choose another']) expect(started.said()).toContain(word);
});

test('a port that is taken is told with what to do about it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  await expect(start({ PORT: String(port) })).rejects.toThrow('端口已被占用');
  holder.close();
}, 60_000);

test.each(['no-such-host.invalid', '192.0.2.1'])(
  'a host that is not this machine, %s, is not taken for the database',
  async (HOST) => {
    const refused = await start({ HOST }).catch((error: Error) => error.message);
    expect(refused).toContain('check HOST');
    expect(refused).not.toContain('DATABASE_URL');
  },
  60_000,
);

test('a database that lives on real time cannot be put on a virtual clock', async () => {
  await expect(start({ CLOCK: 'virtual' })).rejects.toThrow('CLOCK=virtual is refused');
}, 60_000);

test('two processes on one data folder share its database', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  const alive = await Promise.all(
    [one, other].map(async ({ origin }) => (await fetch(`${origin}/readyz`)).status),
  );
  expect(alive).toEqual([200, 200]);
  await one.end();
  expect((await fetch(`${other.origin}/readyz`)).status).toBe(200);
}, 60_000);
