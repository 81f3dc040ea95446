// Cursors that no list gave: whatever they hold, they are refused as such.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let operator: Person;
beforeAll(async () => {
  service = await openService();
  operator = await service.person('operator');
});
afterAll(() => service.close());

const cursorOf = (text: string) => Buffer.from(text).toString('base64url');

test.each([
  ['/v1/organisations', `[1,"/6102/\\u0000"]`],
  ['/v1/sites', '[1,"\\ud800"]'],
  ['/v1/incidents', '[1,9999999999999999999]'],
  ['/v1/campaigns', '[1,["2017-05-20T00:00:00+16:00","0190a000-0000-7000-8000-000000000001"]]'],
])('a cursor of %s that the database cannot hold is refused', async (list, position) => {
  const { status, body } = await operator.get(`${list}?cursor=${cursorOf(position)}`);
  expect([status, body.errors]).toMatchObject([400, [{ path: '/query/cursor' }]]);
});

test('a number in a cursor is one that its column can hold', async () => {
  const office = await service.person('county-office');
  const { id } = (await office.post('/v1/campaigns', { planId: 'yijun-2017' })).body;
  const draws = await office.get(`/v1/draws?cursor=${cursorOf(`[1,["${id}",2147483648]]`)}`);
  expect(draws.status).toBe(400);
  const far = await office.get(`/v1/campaigns/${id}/events?cursor=${cursorOf('[1,2147483648]')}`);
  expect(far.status).toBe(400);
});
