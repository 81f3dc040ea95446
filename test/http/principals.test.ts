import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { letIn } from '../../rehearsal/kit/admission.ts';
import { documentationGaps } from '../../src/http/docs/documentation-gaps.ts';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { tamper } from '../support/tampering.ts';
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
const propose = (id: string, grant: object) =>
  administrator('POST', `/v1/principals/${id}/grants`, grant);
const grantEvent = (caller: Caller, id: string, body: object) =>
  caller('POST', `/v1/grants/${id}/events`, body);
/** A new person with a key, whose roles are confirmed. */
const letInAs = (name: string, ...grants: { role: string; organisationId: string }[]) =>
  letIn(desk.post, desk.officers, { name, grants });

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
    ['administrator', 'security-officer'],
    ['security-officer', 'auditor'],
    ['administrator', 'assessor'],
    ['security-officer', 'operator'],
    ['auditor', 'assessor'],
  ])('三员分立: %s and %s are never one principal', async (...roles) => {
    const grants = roles.map((role) => ({ role, organisationId: unit('610222') }));
    const { status, body } = await newPrincipal('身兼数职', ...grants);
    expect(status).toBe(422);
    expect(body.detail).toContain('三员分立');
    const { body: made } = await newPrincipal('一职', grants[0] as object);
    expect((await propose(made.id, grants[1] as object)).status).toBe(422);
  });

  test('F9: is held once a security officer confirms what an administrator proposed, and not before', async () => {
    const { id, key } = await letInAs('新人');
    const caller = desk.as(key);
    const proposed = await propose(id, COUNTY_OFFICE);
    expect(proposed.status).toBe(201);
    expect(proposed.body).toMatchObject({
      state: 'proposed',
      proposedBy: '系统管理员',
      confirmedBy: null,
    });
    expect((await caller('GET', '/v1/me')).body.grants).toEqual([]);
    const grant = proposed.body.id;
    expect((await grantEvent(administrator, grant, { type: 'confirm' })).status).toBe(403);
    const waiting = await desk.securityOfficer(
      'GET',
      `/v1/grants?state=proposed&principalId=${id}`,
    );
    expect(waiting.body.items).toMatchObject([{ id: grant, principalName: '新人' }]);
    const confirmed = await grantEvent(desk.securityOfficer, grant, { type: 'confirm' });
    expect(confirmed.body).toMatchObject({ state: 'held', confirmedBy: '安全管理员' });
    expect((await caller('GET', '/v1/me')).body.grants).toHaveLength(1);
    expect((await grantEvent(desk.securityOfficer, grant, { type: 'confirm' })).status).toBe(409);
    expect((await propose(id, COUNTY_OFFICE)).status).toBe(409);
  });

  test.each(['administrator', 'securityOfficer'] as const)(
    'F9: is revoked by the %s, at once, with a reason; its row stays',
    async (officer) => {
      const { id, key } = await letInAs('离岗', COUNTY_OFFICE);
      const [grant] = (await administrator('GET', `/v1/principals/${id}`)).body.grants;
      expect((await grantEvent(desk[officer], grant.id, { type: 'revoke' })).status).toBe(400);
      const event = { type: 'revoke', reason: '调离' };
      const revoked = await grantEvent(desk[officer], grant.id, event);
      expect(revoked.body).toMatchObject({ state: 'revoked', reason: '调离' });
      expect((await desk.as(key)('GET', '/v1/me')).body.grants).toEqual([]);
      expect((await grantEvent(desk[officer], grant.id, event)).status).toBe(409);
      const { items } = (await administrator('GET', `/v1/grants?principalId=${id}`)).body;
      expect(items).toMatchObject([{ state: 'revoked', confirmedBy: '安全管理员' }]);
    },
  );

  test('F9: that is declined is not held, and why is told', async () => {
    const { body } = await newPrincipal('缓办', COUNTY_OFFICE);
    const [{ id }] = body.proposed;
    const event = { type: 'decline', reason: '该单位已有三人' };
    expect((await grantEvent(desk.securityOfficer, id, event)).body).toMatchObject({
      state: 'declined',
      reason: '该单位已有三人',
    });
    const { grants, proposed } = (await administrator('GET', `/v1/principals/${body.id}`)).body;
    expect([grants, proposed]).toEqual([[], []]);
  });

  test('F9: is confirmed by nobody who proposed it, past the service either', async () => {
    const { body } = await newPrincipal('自提', COUNTY_OFFICE);
    await expect(
      desk.query(
        `update role_grant set confirmed_by = proposed_by, confirmed_at = now() where id = $1`,
        body.proposed[0].id,
      ),
    ).rejects.toMatchObject({ constraint: 'role_grant_two_persons' });
  });

  test('F11: a ninth place is neither proposed nor confirmed, so that no reader’s reach is ever dropped', async () => {
    const villages = await desk.query<{ id: string }>(
      `select id from organisation where kind = 'VILLAGE' order by code limit 9`,
    );
    const at = ({ id }: { id: string }) => ({ role: 'assessor', organisationId: id });
    const tooMany = await newPrincipal('跑得太远', ...villages.map(at));
    expect(tooMany.status).toBe(422);
    expect(tooMany.body.errors).toEqual([
      { path: '/body', message: expect.stringContaining('至多管辖 8 处') },
    ]);
    const { body } = await newPrincipal('跑得远', ...villages.slice(0, 8).map(at));
    const ninth = await propose(body.id, at(villages[8] ?? { id: '' }));
    expect(ninth.status).toBe(422);
    const past = '01a22660-fdce-76f7-aab0-6819b9d10298';
    await tamper(desk, [
      `insert into role_grant (id, principal_id, role, organisation_id, proposed_by, proposed_at)
       select '${past}', $1, 'assessor', $2, proposed_by, proposed_at from role_grant
        where principal_id = $1 limit 1`,
      body.id,
      villages[8]?.id,
    ]);
    for (const { id } of body.proposed) {
      expect((await grantEvent(desk.securityOfficer, id, { type: 'confirm' })).status).toBe(200);
    }
    const refused = await grantEvent(desk.securityOfficer, past, { type: 'confirm' });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ accepts: ['decline', 'revoke'] });
    expect(refused.body.detail).toContain('至多管辖 8 处');
    const again = { role: 'village-organisation', organisationId: villages[0]?.id ?? '' };
    expect((await propose(body.id, again)).body.errors[0].path).toBe('/body/role');
  });

  test('F8: a security officer confirms nothing beyond the own reach', async () => {
    const local = await desk.enter('security-officer', unit('610222'));
    const { body } = await newPrincipal('王益人', {
      role: 'county-office',
      organisationId: unit('610202-YCB'),
    });
    const [{ id }] = body.proposed;
    expect((await grantEvent(local, id, { type: 'confirm' })).status).toBe(404);
    const { items } = (await local('GET', '/v1/grants?limit=100')).body;
    expect(items.map((grant: { id: string }) => grant.id)).not.toContain(id);
  });
});

describe('F8: an account without roles', () => {
  test('belongs to its maker’s place: other administrators neither see nor touch it', async () => {
    const peng = await desk.enter('administrator', unit('610222101'));
    const wuli = await desk.enter('administrator', unit('610222102'));
    const county = await desk.enter('administrator', unit('610222'));
    const made = await peng('POST', '/v1/principals', { name: '彭镇新人', grants: [] });
    expect(made.body.organisationId).toBe(unit('610222101'));
    const url = `/v1/principals/${made.body.id}`;
    for (const [caller, seen] of [
      [peng, true],
      [county, true],
      [wuli, false],
    ] as const) {
      expect((await caller('GET', url)).status).toBe(seen ? 200 : 404);
      const { items } = (await caller('GET', '/v1/principals?limit=100')).body;
      expect(items.some(({ id }: { id: string }) => id === made.body.id)).toBe(seen);
    }
    for (const [path, body] of [
      ['/claims', {}],
      ['/events', { type: 'disable' }],
      ['/grants', { role: 'assessor', organisationId: unit('610222102') }],
    ] as const) {
      expect((await wuli('POST', `${url}${path}`, body)).status).toBe(404);
    }
    const above = { name: '越级', grants: [], organisationId: unit('610222') };
    expect((await peng('POST', '/v1/principals', above)).status).toBe(403);
  });
});

describe('a key', () => {
  test('is made by its holder with the one they have, and shown once', async () => {
    const holder = desk.as((await letInAs('一次', COUNTY_OFFICE)).key);
    const headers = { 'idempotency-key': 'key-1' };
    const first = await holder('POST', '/v1/me/keys', {}, headers);
    expect(first.status).toBe(201);
    expect(first.body.key).toMatch(/^cp_[0-9a-f]{16}_/);
    const again = await holder('POST', '/v1/me/keys', {}, headers);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual({ ...first.body, key: null });
    const stored = await desk.query('select body from idempotency');
    expect(JSON.stringify(stored)).not.toContain(
      first.body.key.slice('cp_0123456789abcdef_'.length),
    );
    const { items } = (await holder('GET', '/v1/me/keys')).body;
    expect(items.map(({ claim }: { claim: object | null }) => claim === null)).toEqual([
      true,
      false,
    ]);
    expect(items[0].madeWith).toBe(items[1].id);
    expect(JSON.stringify(items)).not.toContain('secret');
  });

  test('at most two live: one is revoked before the third, and works no more', async () => {
    const { key } = await letInAs('轮换', COUNTY_OFFICE);
    const first = desk.as(key);
    const second = desk.as((await first('POST', '/v1/me/keys', {})).body.key);
    expect((await second('POST', '/v1/me/keys', {})).status).toBe(409);
    const url = `/v1/me/keys/${key.split('_')[1]}/events`;
    expect((await second('POST', url, { type: 'revoke' })).body).toMatchObject({ live: false });
    expect((await first('GET', '/v1/me')).status).toBe(401);
    expect((await second('POST', '/v1/me/keys', {})).status).toBe(201);
  });

  test('of two asked for at once one is made', async () => {
    const holder = desk.as((await letInAs('同时', COUNTY_OFFICE)).key);
    const answers = await Promise.all([1, 2].map(() => holder('POST', '/v1/me/keys', {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test('of a disabled principal opens nothing, and no code is made for it', async () => {
    const { id, key } = await letInAs('离任', COUNTY_OFFICE);
    await sendEvent(id, { type: 'disable' });
    expect((await desk.as(key)('GET', '/v1/me')).status).toBe(401);
    expect((await administrator('POST', `/v1/principals/${id}/claims`, {})).status).toBe(409);
    await sendEvent(id, { type: 'enable' });
    expect((await desk.as(key)('GET', '/v1/me')).status).toBe(200);
  });

  test('of others is an administrator’s to revoke', async () => {
    const { id, key } = await letInAs('失窃', COUNTY_OFFICE);
    const url = `/v1/principals/${id}/keys/${key.split('_')[1]}/events`;
    expect((await desk.securityOfficer('POST', url, { type: 'revoke' })).status).toBe(403);
    expect((await administrator('POST', url, { type: 'revoke' })).status).toBe(200);
    expect((await desk.as(key)('GET', '/v1/me')).status).toBe(401);
  });
});

describe.each([
  ['administrator', 'administrator'],
  ['security-officer', 'securityOfficer'],
] as const)('the last %s', (role, officer) => {
  test('is not disabled, keeps the role and a key', async () => {
    const alone = await openDesk();
    try {
      const { body } = await alone[officer]('GET', '/v1/me');
      const url = `/v1/principals/${body.id}`;
      const [{ id }] = (await alone.administrator('GET', `${url}/keys`)).body.items;
      const [grant] = (await alone.administrator('GET', url)).body.grants;
      const revoke = [`/v1/grants/${grant.id}/events`, { type: 'revoke', reason: '轮岗' }] as const;
      for (const [path, event] of [
        [`${url}/events`, { type: 'disable' }],
        [`${url}/keys/${id}/events`, { type: 'revoke' }],
        revoke,
      ] as const) {
        const { status, body: refusal } = await alone.administrator('POST', path, event);
        expect([status, refusal.detail]).toEqual([409, expect.stringContaining('至少保留一名')]);
      }
      await alone.enter(role, unit('6102'));
      expect((await alone.administrator('POST', ...revoke)).status).toBe(200);
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
