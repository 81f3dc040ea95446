// Every permission names a place: what lies outside it is neither told nor touched.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { fireRound } from '../../src/command/kernel/timers.ts';
import {
  type Cast,
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
} from '../support/campaign.ts';
import { openService, PENG, type Person, type RunningService, WULI } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let administrator: Person;
let elsewhere: Person;
let peng: string;
let wuli: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  administrator = await service.person(['administrator', PENG]);
  elsewhere = await service.person(['scheduler', unit('610202')]);
  const campaignId = await issueCampaign(cast);
  peng = await registerTownship(cast, campaignId);
  wuli = await registerTownship(cast, campaignId, WULI);
  await registerVillage(cast, campaignId);
});
afterAll(() => service.close());

const count = async (sql: string): Promise<number> =>
  (await service.pool.query<{ count: number }>(`select count(*)::int as count from ${sql}`)).rows[0]
    ?.count ?? -1;
const timersOf = async (person: Person) => done(await person.get('/v1/timers?limit=100')).body;

test('F8: a scheduler of another county is told of no timer here, and of no instant', async () => {
  expect(await count('timer')).toBeGreaterThan(0);
  expect(await timersOf(elsewhere)).toEqual({
    items: [],
    next: null,
    remaining: 0,
    nextDueAt: null,
  });
});

test('F8: a scheduler of another county fires nothing here, and counts nothing', async () => {
  await service.setClock('2017-07-01T01:00:00Z');
  const due = await count('timer where due_at <= now_instant()');
  expect(due).toBeGreaterThan(0);
  const { body } = await elsewhere.post('/v1/timers/fire-due', {});
  expect(body).toEqual({
    fired: 0,
    late: [],
    maxLateMs: 0,
    failed: 0,
    remaining: 0,
    nextDueAt: null,
  });
  expect(await count('timer where due_at <= now_instant()')).toBe(due);
});

test('F8: a scheduler of a township fires what is due in it, and counts that only', async () => {
  const own = `timer t join subject s on s.id = t.subject_id where due_at <= now_instant()
                 and not held and s.path`;
  const inPeng = `${own} like '%/${PENG}/%'`;
  const outside = `${own} not like '%/${PENG}/%'`;
  const before = await count(outside);
  expect(before).toBeGreaterThan(0);
  expect(await count(inPeng)).toBeGreaterThan(0);
  const local = await service.person(['scheduler', PENG]);
  const told = (await timersOf(local)).items.map((one: { subjectId: string }) => one.subjectId);
  expect(told).toContain(peng);
  expect(told).not.toContain(wuli);
  for (let remaining = 1; remaining > 0; )
    ({ remaining } = done(await local.post('/v1/timers/fire-due', {})).body);
  expect(await count(inPeng)).toBe(0);
  expect(await count(outside)).toBe(before);
});

test('F8: a scheduler of another county tries no failed timer of this one again', async () => {
  await service.pool.query(`update subject set value = '"nowhere"' where id = $1`, [wuli]);
  await fireRound(service.pool, service.performer);
  await service.pool.query(`update incident set not_before = clock_timestamp()`);
  const attempts = 'incident where attempts > 1';
  expect(await count('incident')).toBeGreaterThan(0);
  done(await elsewhere.post('/v1/timers/fire-due', {}));
  expect(await count(attempts)).toBe(0);
  done(await (await service.person('scheduler')).post('/v1/timers/fire-due', {}));
  expect(await count(attempts)).toBeGreaterThan(0);
});

test('F8: a township’s administrator touches no organisation and no site outside it', async () => {
  const base = { parentId: WULI, kind: 'BASE', name: '基地' };
  expect((await administrator.post('/v1/organisations', base)).status).toBe(403);
  const site = { organisationId: unit('610222102200'), kind: 'VILLAGE', name: '站点' };
  expect((await administrator.post('/v1/sites', site)).status).toBe(403);
  expect((await administrator.get('/v1/sites/610222102200-S1')).status).toBe(404);
  expect((await administrator.get('/v1/sites/610222101203-S1')).status).toBe(200);
  const rows = [
    { 代码: '610222102', 上级代码: '610222', 类型: '乡镇', 名称: '五里' },
    { 代码: '610222101203-DZB', 上级代码: '610222101203', 类型: '村级党组织', 名称: '新名' },
  ];
  const { body } = await administrator.post('/v1/imports/organisations?dryRun=true', rows);
  expect(body.errors.map(({ cell }: { cell: string }) => cell)).toEqual(['B2']);
});

test('F8: the clock that moves everybody is moved from the top of the tree only', async () => {
  const instant = '2017-12-02T00:00:00Z';
  const county = await service.person(['operator', unit('610222')]);
  const scheduler = await service.person(['scheduler', unit('610222')]);
  for (const { key } of [administrator, county, scheduler, elsewhere]) {
    const headers = { authorization: `Bearer ${key}` };
    const asked = { method: 'PUT', url: '/v1/clock', headers, payload: { instant } } as const;
    expect((await service.app.inject(asked)).statusCode).toBe(403);
  }
});

test('F8: incidents of no campaign are the topmost operators’ to read and to end', async () => {
  await service.pool.query(
    `insert into incident (lane, item, status, attempts, cause_code, cause_message, not_before,
                           first_at, last_at)
     values ('sweeping', 'a file', 'open', 8, 'E', 'e', null, now(), now())`,
  );
  const top = await service.person('operator');
  const [row] = done(await top.get('/v1/incidents?lane=sweeping')).body.items;
  expect(row.status).toBe('open');
  const county = await service.person(['operator', unit('610222')]);
  const peng = await service.person(['operator', PENG]);
  for (const person of [peng, county]) {
    expect(done(await person.get('/v1/incidents?lane=sweeping')).body.items).toEqual([]);
    expect((await person.get(`/v1/incidents/${row.id}`)).status).toBe(404);
    const reason = { reason: '不办' };
    expect((await person.post(`/v1/incidents/${row.id}/dismiss`, reason)).status).toBe(404);
  }
});
