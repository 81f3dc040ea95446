import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentationGaps } from '../../src/http/docs/documentation-gaps.ts';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { unit, unitPath } from '../support/units.ts';

let desk: Desk;
let administrator: Caller;
beforeAll(async () => {
  desk = await openDesk();
  administrator = desk.administrator;
});
afterAll(() => desk.close());

const COUNTY_OFFICE = { role: 'county-office', organisationId: unit('610222-YCB') };
const newPrincipal = (name: string, ...grants: object[]) =>
  administrator('POST', '/v1/principals', { name, grants });
const sendEvent = (id: string, body: object) =>
  administrator('POST', `/v1/principals/${id}/events`, body);

test('every administrative operation is described', () => {
  expect(documentationGaps(desk.app)).toEqual([]);
});

test('whoever has a key learns who they are', async () => {
  const office = await desk.enter('county-office', unit('610222-YCB'));
  expect((await office('GET', '/v1/me')).body).toMatchObject({
    grants: [
      {
        role: 'county-office',
        organisationName: '宜君县远程办',
        reach: unitPath('6102', '610222'),
      },
    ],
  });
});

describe('only the administrator', () => {
  test('makes principals and sees them', async () => {
    const office = await desk.enter('county-office', unit('610222-YCB'));
    const refused = await office('POST', '/v1/principals', { name: '自任', grants: [] });
    expect(refused.status).toBe(403);
    expect(refused.body.roles).toEqual(['administrator']);
    expect((await office('GET', '/v1/principals')).status).toBe(403);
  });

  test('and only within the own reach', async () => {
    const local = await desk.enter('administrator', unit('610222'));
    const grants = [{ role: 'county-office', organisationId: unit('610202-YCB') }];
    expect((await local('POST', '/v1/principals', { name: '王益', grants })).status).toBe(403);
    const { body } = await newPrincipal('王益', ...grants);
    expect((await local('GET', `/v1/principals/${body.id}`)).status).toBe(404);
    const event = { type: 'disable' };
    expect((await local('POST', `/v1/principals/${body.id}/events`, event)).status).toBe(404);
    const listed = await local('GET', '/v1/principals?limit=100');
    expect(listed.body.items.map(({ id }: { id: string }) => id)).not.toContain(body.id);
  });
});

describe('a role', () => {
  test('is held at the kind of organisation it belongs to', async () => {
    const { status, body } = await newPrincipal('错位', {
      role: 'county-office',
      organisationId: unit('610222101-DW'),
    });
    expect(status).toBe(422);
    expect(body.type).toBe('/docs/problems#content-invalid');
    expect(body.errors).toEqual([
      {
        path: '/body/grants/0/role',
        message: '县级主办单位的角色只能设在县级主办单位，不能设在乡镇党委',
      },
    ]);
  });

  test('is held at an organisation that exists', async () => {
    const { status, body } = await newPrincipal('无处', {
      ...COUNTY_OFFICE,
      organisationId: '999',
    });
    expect([status, body.errors[0].path]).toEqual([422, '/body/grants/0/organisationId']);
  });

  test.each([
    ['administrator', 'auditor'],
    ['administrator', 'assessor'],
    ['auditor', 'assessor'],
  ])('三员分立: %s and %s are never one principal', async (...roles) => {
    const grants = roles.map((role) => ({ role, organisationId: unit('610222') }));
    const { status, body } = await newPrincipal('身兼数职', ...grants);
    expect(status).toBe(422);
    expect(body.detail).toContain('三员分立');
    const { body: made } = await newPrincipal('一职', grants[0] as object);
    expect((await sendEvent(made.id, { type: 'grant', ...grants[1] })).status).toBe(422);
  });

  test('is given and taken back, at once', async () => {
    const { body } = await newPrincipal('新人');
    const { key } = (await administrator('POST', `/v1/principals/${body.id}/keys`, {})).body;
    const caller = desk.as(key);
    expect((await caller('GET', '/v1/me')).body.grants).toEqual([]);
    await sendEvent(body.id, { type: 'grant', ...COUNTY_OFFICE });
    expect((await caller('GET', '/v1/me')).body.grants).toHaveLength(1);
    await sendEvent(body.id, { type: 'revoke-grant', ...COUNTY_OFFICE });
    expect((await caller('GET', '/v1/me')).body.grants).toEqual([]);
  });
});

describe('a key', () => {
  test('is shown once; a repeat of the request gets everything but the key', async () => {
    const { body } = await newPrincipal('一次', COUNTY_OFFICE);
    const url = `/v1/principals/${body.id}/keys`;
    const headers = { 'idempotency-key': 'key-1' };
    const first = await administrator('POST', url, {}, headers);
    expect(first.status).toBe(201);
    expect(first.body.key).toMatch(/^cp_[0-9a-f]{16}_/);
    const again = await administrator('POST', url, {}, headers);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual({ ...first.body, key: null });
    const stored = await desk.query('select body from idempotency');
    expect(JSON.stringify(stored)).not.toContain(
      first.body.key.slice('cp_0123456789abcdef_'.length),
    );
    const { items } = (await administrator('GET', url)).body;
    expect(items).toEqual([expect.objectContaining({ id: first.body.id, live: true })]);
    expect(JSON.stringify(items)).not.toContain('secret');
  });

  test('at most two live: one is revoked before the third, and works no more', async () => {
    const { body } = await newPrincipal('轮换', COUNTY_OFFICE);
    const url = `/v1/principals/${body.id}/keys`;
    const first = (await administrator('POST', url, {})).body;
    await administrator('POST', url, {});
    expect((await administrator('POST', url, {})).status).toBe(409);
    const caller = desk.as(first.key);
    expect((await caller('GET', '/v1/me')).status).toBe(200);
    const revoked = await administrator('POST', `${url}/${first.id}/events`, { type: 'revoke' });
    expect(revoked.body).toMatchObject({ live: false });
    expect((await caller('GET', '/v1/me')).status).toBe(401);
    expect((await administrator('POST', url, {})).status).toBe(201);
  });

  test('of three asked for at once two are made', async () => {
    const { body } = await newPrincipal('同时', COUNTY_OFFICE);
    const url = `/v1/principals/${body.id}/keys`;
    const answers = await Promise.all([1, 2, 3].map(() => administrator('POST', url, {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409]);
  });

  test('expires in the future, never in the past', async () => {
    const { body } = await newPrincipal('过期', COUNTY_OFFICE);
    const url = `/v1/principals/${body.id}/keys`;
    const past = await administrator('POST', url, { expiresAt: '2017-05-20T00:00:00Z' });
    expect([past.status, past.body.errors[0].path]).toEqual([422, '/body/expiresAt']);
    const future = await administrator('POST', url, { expiresAt: '2099-01-01T08:00:00+08:00' });
    expect(future.body.expiresAt).toBe('2099-01-01T00:00:00.000Z');
  });

  test('of a disabled principal opens nothing, and none is made for it', async () => {
    const { body } = await newPrincipal('离任', COUNTY_OFFICE);
    const url = `/v1/principals/${body.id}/keys`;
    const caller = desk.as((await administrator('POST', url, {})).body.key);
    await sendEvent(body.id, { type: 'disable' });
    expect((await caller('GET', '/v1/me')).status).toBe(401);
    expect((await administrator('POST', url, {})).status).toBe(409);
    await sendEvent(body.id, { type: 'enable' });
    expect((await caller('GET', '/v1/me')).status).toBe(200);
  });
});

describe('the last administrator', () => {
  test('is not disabled, keeps the role and a key', async () => {
    const alone = await openDesk();
    try {
      const { body } = await alone.administrator('GET', '/v1/me');
      const url = `/v1/principals/${body.id}`;
      const [{ id }] = (await alone.administrator('GET', `${url}/keys`)).body.items;
      const grant = { role: 'administrator', organisationId: unit('6102') };
      for (const [path, event] of [
        ['/events', { type: 'disable' }],
        ['/events', { type: 'revoke-grant', ...grant }],
        [`/keys/${id}/events`, { type: 'revoke' }],
      ] as const) {
        const { status, body: refusal } = await alone.administrator('POST', `${url}${path}`, event);
        expect([status, refusal.detail]).toEqual([409, expect.stringContaining('至少保留一名')]);
      }
      await alone.enter('administrator', unit('6102'));
      const event = { type: 'disable' };
      expect((await alone.administrator('POST', `${url}/events`, event)).status).toBe(200);
    } finally {
      await alone.close();
    }
  });
});

describe('a repeat', () => {
  test('gets the first answer and makes no second principal', async () => {
    const headers = { 'idempotency-key': 'once' };
    const ask = () =>
      administrator('POST', '/v1/principals', { name: '重试', grants: [] }, headers);
    const [first, again] = await Promise.all([ask(), ask()]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(first.headers.location);
    const replays = [first, again].map(({ headers: told }) => told['idempotency-replayed']);
    expect(replays.filter((replayed) => replayed === 'true')).toHaveLength(1);
    expect(await desk.query(`select 1 from principal where name = '重试'`)).toHaveLength(1);
  });

  test('with another body is refused', async () => {
    const headers = { 'idempotency-key': 'twice' };
    await administrator('POST', '/v1/principals', { name: '甲', grants: [] }, headers);
    const other = await administrator(
      'POST',
      '/v1/principals',
      { name: '乙', grants: [] },
      headers,
    );
    expect(other.status).toBe(422);
    expect(other.body.type).toBe('/docs/problems#idempotency-key-reused');
  });

  test('after a refusal may succeed: refusals are not kept', async () => {
    const headers = { 'idempotency-key': 'later' };
    const body = { code: '610222-XX', parentId: unit('610222'), kind: 'BASE', name: '基地' };
    expect((await administrator('POST', '/v1/organisations', body, headers)).status).toBe(422);
    const right = { ...body, parentId: unit('610222101') };
    expect((await administrator('POST', '/v1/organisations', right, headers)).status).toBe(201);
  });
});

test('principals come page by page', async () => {
  const seen: string[] = [];
  let url: string | null = '/v1/principals?limit=3';
  while (url !== null) {
    const { body } = await administrator('GET', url);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    url = body.next === null ? null : `/v1/principals?limit=3&cursor=${body.next}`;
  }
  const all = await desk.query<{ id: string }>('select id from principal order by id');
  expect(seen).toEqual(all.map(({ id }) => id));
});
