// How long a key lives: by the real clock, whatever clock the service has.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { letIn } from '../../rehearsal/kit/admission.ts';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { unit } from '../support/units.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const letOneIn = (): Promise<{ key: string; id: string }> =>
  letIn(desk.post, desk.officers, {
    name: '王建国',
    grants: [{ role: 'county-office', organisationId: unit('610222-YCB') }],
  });
const next = (holder: Caller, expiresAt?: string) =>
  holder('POST', '/v1/me/keys', expiresAt === undefined ? {} : { expiresAt });

test('every key ends, a year from now at the latest', async () => {
  const holder = desk.as((await letOneIn()).key);
  for (const expiresAt of [inDays(-1), inDays(366)]) {
    const { status, body } = await next(holder, expiresAt);
    expect([status, body.errors[0].path]).toEqual([422, '/body/expiresAt']);
  }
  expect((await next(holder)).status).toBe(201);
  const { items } = (await holder('GET', '/v1/me/keys')).body;
  for (const { expiresAt } of items) {
    expect(Math.abs(Date.parse(expiresAt) - Date.parse(inDays(365)))).toBeLessThan(DAY_MS / 24);
  }
  expect((await holder('GET', '/v1/me')).headers['key-expires-at']).toBeUndefined();
});

test('a key that ends within a month says so with every answer', async () => {
  const holder = desk.as((await letOneIn()).key);
  const { key, expiresAt } = (await next(holder, inDays(29))).body;
  const me = await desk.as(key)('GET', '/v1/me');
  expect([me.headers['key-expires-at'], me.body.keyExpiresAt]).toEqual([expiresAt, expiresAt]);
  expect((await desk.as(key)('GET', '/v1/nothing')).headers['key-expires-at']).toBe(expiresAt);
});

test('a key that has ended opens nothing, and its holder may be given a new code', async () => {
  const { id, key: first } = await letOneIn();
  const { key } = (await next(desk.as(first), inDays(300 / DAY_MS))).body;
  const holder = desk.as(key);
  const url = `/v1/principals/${id}/keys/${first.split('_')[1]}/events`;
  await desk.administrator('POST', url, { type: 'revoke' });
  const ended = Date.now() + 5_000;
  let { status } = await holder('GET', '/v1/me');
  while (status === 200 && Date.now() < ended) ({ status } = await holder('GET', '/v1/me'));
  expect(status).toBe(401);
  const code = await desk.administrator('POST', `/v1/principals/${id}/claims`, {});
  expect(code.status).toBe(201);
});
