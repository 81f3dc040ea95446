// The access log: who was denied, who read what is administrative, who took data out, and from where.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccessLog } from '../../src/command/audit/access-log.ts';
import { keepAccessLog } from '../../src/db/audit/access-log.ts';
import type { Access } from '../../src/rules/access/access-kinds.ts';
import { openRound } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
} from '../support/campaign.ts';
import { siteServer } from '../support/http-server.ts';
import type { Person, RunningService } from '../support/service.ts';
import { CITY, openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let auditor: Person;
let campaignId: string;
let township: string;
let round: string;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  auditor = await service.person('auditor');
  campaignId = await issueCampaign(cast);
  township = await registerTownship(cast, campaignId);
  await overridePhases(service, cast, campaignId);
  round = await openRound(cast.office, await registerWorker(cast, campaignId, '李'));
});
afterAll(() => service.close());

type Told = Access & { at: string; count: number };

/** What the auditor reads of this person but that they came in, after everything noted so far was written. */
async function toldOf(person: Person, reader = auditor): Promise<Told[]> {
  await service.accessLog.flush();
  const { items } = done(await reader.get(`/v1/audit/access-log?principalId=${person.id}`)).body;
  return (items as Told[]).filter(({ action }) => action !== 'entry');
}

const stranger = (headers: Record<string, string> = {}, remoteAddress = '198.51.100.7') =>
  service.app.inject({ method: 'GET', url: '/v1/candidates', headers, remoteAddress });

test('F9: who may not is told with address, subject and route', async () => {
  const reader = await service.person('village-organisation');
  const event = { type: 'confirm-created' };
  const refused = await reader.post(`/v1/campaigns/${campaignId}/events`, {
    type: 'advance-phase',
  });
  expect(refused.status).toBe(403);
  const { status } = await reader.post(`/v1/candidates/${township}/events`, event);
  expect(status).toBe(404);
  expect(await toldOf(reader)).toMatchObject([
    {
      action: 'request',
      outcome: 'hidden',
      route: 'POST /v1/candidates/:id/events',
      subject: township,
      address: '127.0.0.1',
      credential: `key:${reader.key.split('_')[1]}`,
    },
    { outcome: 'forbidden', route: 'POST /v1/campaigns/:id/events', subject: campaignId },
  ]);
});

test('what does not exist was hidden from nobody', async () => {
  const reader = await service.person('village-organisation');
  const nobody = '018f0000-0000-7000-8000-000000000000';
  expect((await reader.get(`/v1/candidates/${nobody}`)).status).toBe(404);
  expect((await reader.get('/v1/nowhere')).status).toBe(404);
  expect(await toldOf(reader)).toEqual([]);
});

test('a thing hidden that only the body names is told too', async () => {
  const outsider = await service.person(['village-organisation', unit('610204')]);
  const asked = { candidateId: township, content: '不实' };
  expect((await outsider.post('/v1/objections', asked)).status).toBe(404);
  const city = await service.person(['auditor', CITY]);
  expect(await toldOf(outsider, city)).toMatchObject([{ outcome: 'hidden', subject: township }]);
  expect(await toldOf(outsider), 'the subject lies in the county').toHaveLength(1);
});

test('a roll, a workbook, a document and a list of accounts are told with who took them', async () => {
  const { office } = cast;
  done(await office.get(`${round}/roll`));
  const workbook = await service.app.inject({
    method: 'GET',
    url: `/v1/candidates.xlsx?campaignId=${campaignId}`,
    headers: { authorization: `Bearer ${office.key}` },
  });
  expect(workbook.statusCode).toBe(200);
  // Nothing was flushed: both were stored before they were answered.
  const stored = await service.pool.query(
    "select action, route, subject from access_log where principal_id = $1 and action <> 'entry' order by id",
    [office.id],
  );
  expect(stored.rows).toEqual([
    { action: 'roll', route: 'GET /v1/ballot-rounds/:id/roll', subject: round.split('/').at(-1) },
    { action: 'export', route: 'GET /v1/candidates.xlsx', subject: campaignId },
  ]);
  const administrator = await service.person('administrator');
  done(await administrator.get('/v1/principals'));
  expect(await toldOf(administrator, await service.person(['auditor', CITY]))).toMatchObject([
    { action: 'administrative-read', outcome: 'done', route: 'GET /v1/principals' },
  ]);
});

test('without its row no workbook leaves', async () => {
  await service.pool.query(
    "alter table access_log add constraint shut check (action <> 'export') not valid",
  );
  const refused = await service.app.inject({
    method: 'GET',
    url: '/v1/candidates.xlsx',
    headers: { authorization: `Bearer ${cast.office.key}` },
  });
  await service.pool.query('alter table access_log drop constraint shut');
  expect(refused.statusCode).toBe(500);
  expect(refused.headers['content-type']).toBe('application/problem+json');
  expect(refused.headers['content-disposition']).toBeUndefined();
  expect(JSON.parse(refused.payload)).toMatchObject({ status: 500 });
});

test('who came in with which key from where is told once an hour, whatever they asked and whether they were let', async () => {
  let now = 0;
  const accessLog = createAccessLog(service.performer, { months: 24, nowMs: () => now });
  const app = await siteServer({
    accessLog,
    authenticate: async (token) => ({ id: 'comer', name: 'x', grants: [], credential: token }),
    pace: { nowMs: () => now, replicas: () => 1 },
  });
  const come = (credential: string, remoteAddress: string, url = '/v1/sites') =>
    app.inject({ url, headers: { authorization: `Bearer ${credential}` }, remoteAddress });
  for (const url of ['/v1/sites', '/v1/sites', '/v1/nowhere']) await come('a', '192.0.2.7', url);
  await come('b', '192.0.2.7');
  await come('a', '192.0.2.8');
  now = 3_599_999;
  await come('a', '192.0.2.7');
  now = 3_600_000;
  await come('a', '192.0.2.7');
  await app.close();
  await accessLog.close();
  const { rows } = await service.pool.query(
    "select action, outcome, credential, address, route, sum(count)::int as times from access_log where principal_id = 'comer' group by 1, 2, 3, 4, 5 order by 3, 4",
  );
  const entry = { action: 'entry', outcome: 'done', route: '' };
  expect(rows).toEqual([
    { ...entry, credential: 'a', address: '192.0.2.7', times: 2 },
    { ...entry, credential: 'a', address: '192.0.2.8', times: 1 },
    { ...entry, credential: 'b', address: '192.0.2.7', times: 1 },
  ]);
});

test('strangers are one row for each address and minute', async () => {
  let now = 0;
  const log = createAccessLog(service.performer, { months: 24, nowMs: () => now });
  const knock = (address: string): void =>
    log.note({
      principalId: null,
      credential: null,
      address,
      action: 'request',
      outcome: 'unauthenticated',
      route: '',
      subject: null,
      purpose: null,
      places: [],
    });
  const rows = async () =>
    (
      await service.pool.query<{ address: string; count: number }>(
        "select address, count from access_log where address like '203.%' or address = 'others' order by id",
      )
    ).rows;
  for (let each = 0; each < 700; each += 1) knock('203.0.113.9');
  await log.flush();
  expect(await rows(), 'the minute is not over').toEqual([]);
  now = 60_000;
  await log.flush();
  expect(await rows()).toEqual([{ address: '203.0.113.9', count: 700 }]);
  for (let each = 0; each < 2_000; each += 1)
    knock(`203.0.${Math.floor(each / 250)}.${each % 250}`);
  await log.close();
  const after = await rows();
  expect(after).toHaveLength(1 + 501);
  expect(after.at(-1)).toEqual({ address: 'others', count: 1_500 });
});

test('a stranger’s key is told nowhere', async () => {
  const answer = await stranger({ authorization: 'Bearer cp_0123456789abcdef_secret' });
  expect(answer.statusCode).toBe(401);
  await service.accessLog.close();
  const { rows } = await service.pool.query(
    "select principal_id, route, count from access_log where address = '198.51.100.7'",
  );
  expect(rows).toEqual([{ principal_id: null, route: '', count: 1 }]);
});

test('a flood of denials of one person is counted, no longer itemised', async () => {
  const log = createAccessLog(service.performer, { months: 24, nowMs: () => 0 });
  const denial = (subject: string): Access => ({
    principalId: 'flooder',
    credential: null,
    address: '192.0.2.1',
    action: 'request',
    outcome: 'forbidden',
    route: 'GET /v1/candidates/:id',
    subject,
    purpose: null,
    places: [],
  });
  for (let each = 0; each < 1_000; each += 1) {
    log.note(denial(`018f0000-0000-7000-8000-${String(each).padStart(12, '0')}`));
  }
  await log.close();
  const { rows } = await service.pool.query(
    "select count(*)::int as rows, sum(count)::int as denials, max(count) as most from access_log where principal_id = 'flooder'",
  );
  expect(rows).toEqual([{ rows: 601, denials: 1_000, most: 400 }]);
});

test('what waits while the database refuses is written later; what is too much is counted as lost', async () => {
  let lost = 0;
  const log = createAccessLog(service.performer, {
    months: 24,
    nowMs: () => 0,
    onLost: (count) => {
      lost += count;
    },
  });
  const read = (route: string): Access => ({
    principalId: 'reader',
    credential: null,
    address: '192.0.2.2',
    action: 'administrative-read',
    outcome: 'done',
    route,
    subject: null,
    purpose: null,
    places: [],
  });
  await service.pool.query(
    "alter table access_log add constraint shut check (principal_id <> 'reader') not valid",
  );
  for (let each = 0; each < 5_010; each += 1) log.note(read(`GET /${each}`));
  await log.flush();
  await service.pool.query('alter table access_log drop constraint shut');
  await log.close();
  const { rows } = await service.pool.query(
    "select count(*)::int as rows from access_log where principal_id = 'reader'",
  );
  expect({ rows, lost }).toEqual({ rows: [{ rows: 5_000 }], lost: 10 });
});

test('only auditors read it, each within their reach', async () => {
  for (const role of ['administrator', 'county-office', 'integrator', 'assessor'] as const) {
    const other = await service.person(role);
    expect((await other.get('/v1/audit/access-log')).status, role).toBe(403);
  }
  const elsewhere = await service.person(['auditor', unit('610204')]);
  expect(await toldOf(cast.office, elsewhere)).toEqual([]);
  expect(await toldOf(elsewhere, await service.person(['auditor', CITY]))).toMatchObject([
    { action: 'administrative-read', outcome: 'done', route: 'GET /v1/audit/access-log' },
  ]);
  expect((await toldOf(cast.office)).length).toBeGreaterThan(0);
});

test('pages go through it without a gap, and filters hold', async () => {
  const all = done(await auditor.get('/v1/audit/access-log?limit=100')).body.items as Told[];
  const paged: Told[] = [];
  for (let cursor = ''; ; ) {
    const { items, next } = done(await auditor.get(`/v1/audit/access-log?limit=2${cursor}`)).body;
    paged.push(...items);
    if (next === null || paged.length >= all.length) break;
    cursor = `&cursor=${next}`;
  }
  const key = ({ at, principalId, route, subject, address }: Told) =>
    JSON.stringify({ at, principalId, route, subject, address });
  // Reading is itself read: the first page told of nothing that came after it.
  expect(paged.slice(-1).map(key)).toEqual(all.slice(-1).map(key));
  const rolls = done(await auditor.get('/v1/audit/access-log?action=roll')).body.items as Told[];
  expect(rolls.map(({ action }) => action)).toEqual(['roll']);
  const later = '/v1/audit/access-log?from=2090-01-01T00:00:00Z';
  expect(done(await auditor.get(later)).body.items).toEqual([]);
});

test('nothing in it is changed, and a month goes whole when it is old enough', async () => {
  const { pool } = service;
  await expect(pool.query('update access_log set count = 9')).rejects.toThrow();
  await expect(pool.query('delete from access_log')).rejects.toThrow();
  await pool.query(
    `create table access_log_2001_01 partition of access_log
       for values from ('2001-01-01Z') to ('2001-02-01Z')`,
  );
  await pool.query(
    `insert into access_log (at, address, action, outcome, route, places, count)
     values ('2001-01-05Z', 'old', 'request', 'unauthenticated', '', '{}', 1)`,
  );
  const before = (await pool.query('select 1 from access_log')).rowCount ?? 0;
  await service.performer.administer((tx) => keepAccessLog(tx, 24));
  const { rows } = await pool.query(
    "select count(*)::int as rows from access_log where address = 'old'",
  );
  expect(rows).toEqual([{ rows: 0 }]);
  expect((await pool.query('select 1 from access_log')).rowCount).toBe(before - 1);
  await expect(service.performer.administer((tx) => keepAccessLog(tx, 5))).rejects.toThrow(/six/);
});

test('six months are kept whole, whatever the setting, and the seventh goes', async () => {
  const { pool } = service;
  const names: string[] = [];
  for (const ago of [6, 7]) {
    const month = Temporal.Now.plainDateISO('UTC').with({ day: 1 }).subtract({ months: ago });
    const name = `access_log_${month.toString().slice(0, 7).replace('-', '_')}`;
    await pool.query(
      `create table ${name} partition of access_log
         for values from ('${month}Z') to ('${month.add({ months: 1 })}Z')`,
    );
    names.push(name);
  }
  await service.performer.administer((tx) => keepAccessLog(tx, 6));
  const { rows } = await pool.query(
    'select to_regclass($1) is not null as sixth, to_regclass($2) is not null as seventh',
    names,
  );
  expect(rows).toEqual([{ sixth: true, seventh: false }]);
});

test('a process that starts after months without one makes the partition it needs', async () => {
  const { pool } = service;
  const { rows } = await pool.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'access_log'::regclass",
  );
  for (const { name } of rows) await pool.query(`drop table ${name}`);
  done(await cast.office.get(`${round}/roll`));
  expect((await pool.query('select 1 from access_log')).rowCount).toBe(1);
});
