import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from '../support/administration.ts';
import { unit } from '../support/units.ts';

test('on the system’s clock there is no virtual one to read or move', async () => {
  const desk = await openDesk();
  expect((await desk.administrator('GET', '/v1/clock')).status).toBe(404);
  const instant = '2017-07-01T00:00:00Z';
  const operator = await desk.enter('operator', unit('6102'));
  expect((await operator('PUT', '/v1/clock', { instant })).status).toBe(404);
  await desk.close();
});

describe('the virtual clock', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk({ clock: '2017-05-20T01:00:00Z' });
  });
  afterAll(() => desk.close());

  test('moves forward only', async () => {
    const scheduler = await desk.enter('scheduler', unit('6102'));
    const moved = await scheduler('PUT', '/v1/clock', { instant: '2017-05-21T09:00:00+08:00' });
    expect(moved.body).toEqual({ instant: '2017-05-21T01:00:00.000Z', fired: 0, failed: 0 });
    expect((await scheduler('GET', '/v1/clock')).body.instant).toBe('2017-05-21T01:00:00.000Z');
    const back = await scheduler('PUT', '/v1/clock', { instant: '2017-05-20T09:00:00+08:00' });
    expect([back.status, back.body.detail]).toEqual([409, '虚拟时钟只能向前拨。']);
  });

  test('is not a business role’s to move', async () => {
    const office = await desk.enter('county-office', unit('610222-YCB'));
    const instant = '2018-01-01T00:00:00Z';
    expect((await office('PUT', '/v1/clock', { instant })).status).toBe(403);
  });

  test('neither ends a key nor prolongs it', async () => {
    const operator = await desk.enter('operator', unit('6102'));
    const { key, expiresAt } = (await operator('POST', '/v1/me/keys', {})).body;
    await operator('PUT', '/v1/clock', { instant: '2020-06-02T00:00:00Z' });
    const me = await desk.as(key)('GET', '/v1/me');
    expect([me.status, me.body.keyExpiresAt]).toEqual([200, expiresAt]);
  });
});
