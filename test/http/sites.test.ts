import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { unit, unitPath } from '../support/units.ts';

const SITE = '/v1/sites/610222101203-S1';

let desk: Desk;
let village: Caller;
let township: Caller;
beforeAll(async () => {
  desk = await openDesk();
  village = await desk.enter('village-organisation', unit('610222101203-DZB'));
  township = await desk.enter('township-office', unit('610222101-ZF'));
});
afterAll(() => desk.close());

describe('facts of a site', () => {
  test('are recorded by its village one by one; null removes', async () => {
    const first = await village('PATCH', SITE, { facts: { televisionInches: 55, seats: 40 } });
    expect([first.status, first.headers.etag]).toEqual([200, '"2"']);
    const second = await village('PATCH', SITE, { facts: { mode: 'TELECOM', seats: null } });
    expect(second.body.facts).toEqual({ televisionInches: 55, mode: 'TELECOM' });
  });

  test('are changed only at the revision that was read', async () => {
    const { headers } = await village('GET', SITE);
    const facts = { projector: true };
    const ask = () => village('PATCH', SITE, { facts }, { 'if-match': String(headers.etag) });
    const statuses = (await Promise.all([ask(), ask()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412]);
  });

  test('have names and plain values', async () => {
    for (const facts of [{ 'a b': 1 }, { seats: [1] }, { seats: { of: 1 } }, { __proto: 1 }]) {
      expect((await village('PATCH', SITE, { facts })).status).toBe(400);
    }
  });

  test('are not the neighbour’s, nor the administrator’s to record', async () => {
    const neighbour = await desk.enter('village-organisation', unit('610222101201-DZB'));
    expect((await neighbour('GET', SITE)).status).toBe(404);
    expect((await neighbour('PATCH', SITE, { facts: {} })).status).toBe(404);
    expect((await desk.administrator('PATCH', SITE, { facts: {} })).status).toBe(403);
    expect((await desk.administrator('GET', SITE)).body.facts).toBeNull();
  });
});

describe('sites', () => {
  test('are listed within reach only', async () => {
    const { items } = (await township('GET', '/v1/sites?limit=100')).body;
    expect(items.length).toBeGreaterThan(1);
    const peng = unitPath('6102', '610222', '610222101');
    for (const { path } of items) expect(path.startsWith(peng)).toBe(true);
    expect((await village('GET', '/v1/sites')).body.items).toHaveLength(1);
    expect((await township('GET', `/v1/sites?under=${unit('610222102')}`)).body.items).toEqual([]);
  });

  test.each([
    ['fewer than no members', { partyMembers: -3 }, 'partyMembers'],
    ['seats in words', { seats: '很多' }, 'seats'],
    ['a projector by number', { projector: 1 }, 'projector'],
  ])('take no fact that a criterion could not be measured by: %s', async (_, facts, name) => {
    const refused = await village('PATCH', SITE, { facts });
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, `/body/facts/${name}`]);
  });

  test('of a base are added by the township, with the next number', async () => {
    const committee = await desk.enter('township-committee', unit('610222101-DW'));
    const base = await committee('POST', '/v1/organisations', {
      parentId: unit('610222101'),
      kind: 'BASE',
      name: '核桃基地',
    });
    const site = { organisationId: base.body.id, kind: 'BASE', name: '核桃基地站点' };
    const made = await committee('POST', '/v1/sites', { ...site, facts: { seats: 30 } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: `${base.body.code}-S1`,
      path: base.body.path,
      revision: 1,
    });
    const wrong = await committee('POST', '/v1/sites', { ...site, kind: 'VILLAGE' });
    expect([wrong.status, wrong.body.errors[0].message]).toEqual([422, '此类站点应属于村']);
    expect((await village('POST', '/v1/sites', site)).status).toBe(403);
  });
});
