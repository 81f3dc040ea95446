// A closed account is erased: the administrative log is as whole as before, and nothing says who it was.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAll } from '../../src/command/audit/verify.ts';
import { ERASED } from '../../src/rules/audit/personal.ts';
import type { Caller, Desk } from '../support/administration.ts';
import { openDesk } from '../support/administration.ts';
import { unit } from '../support/units.ts';

const NAME = '雒文渊';
const WHY = `${NAME}已调离宜君`;

let desk: Desk;
let auditor: Caller;
let [first, second, account] = ['', '', ''];

beforeAll(async () => {
  desk = await openDesk();
  auditor = await desk.enter('auditor', unit('6102'));
  const office = await desk.enter('county-office', unit('610222-YCB'));
  first = (await desk.securityOfficer('GET', '/v1/me')).body.id;
  second = (await office('GET', '/v1/me')).body.id;
  const { body: made } = await desk.administrator(
    'POST',
    '/v1/principals',
    {
      name: NAME,
      grants: [{ role: 'county-office', organisationId: unit('610222-YCB') }],
    },
    { 'idempotency-key': 'newcomer-of-luo' },
  );
  account = made.id;
  const declined = { type: 'decline', reason: WHY };
  const path = `/v1/grants/${made.proposed[0].id}/events`;
  expect((await desk.securityOfficer('POST', path, declined)).status).toBe(200);
});
afterAll(() => desk.close());

const PROGRAM = join(import.meta.dirname, '../../src/erase.ts');

/** `npm run erase` of the account, as an operator runs it. */
const erase = (reason: string, by: string, ...more: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: desk.connectionString };
    const officers = ['--by', by, '--second', second, '--reason', reason];
    const args = [PROGRAM, '--principal', account, ...officers, ...more];
    execFile(process.execPath, args, { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err }),
    );
  });

const sendTo = (type: 'enable' | 'disable') =>
  desk.administrator('POST', `/v1/principals/${account}/events`, { type });

/** The tables in which this text stands anywhere. */
async function tablesNaming(text: string): Promise<string[]> {
  const tables = await desk.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const naming: string[] = [];
  for (const { name } of tables) {
    const rows = await desk.query(`select from ${name} t where strpos(t::text, $1) > 0`, text);
    if (rows.length > 0) naming.push(name);
  }
  return naming;
}

test('F11: an account in use keeps its name, whoever asks', async () => {
  expect(await erase('本人要求', first)).toMatchObject({
    code: 0,
    said: expect.stringMatching(/雒文渊[\s\S]*grant-declined：1 处[\s\S]*nothing was erased/),
  });
  expect(await erase('本人要求', first, '--yes')).toMatchObject({
    code: 1,
    said: expect.stringContaining('disable it first'),
  });
  expect(await tablesNaming(NAME)).toContain('principal');
});

test('F11: a personal part of the administrative log is deleted by nobody past the function', async () => {
  for (const sql of [
    'delete from administrative_event_personal',
    'truncate administrative_event_personal',
    `update administrative_event_personal set personal = '{}'`,
  ])
    await expect(desk.query(sql)).rejects.toMatchObject({ code: '42501' });
});

test('F11: a closed account is erased by two officers: the log is whole, and nothing names it', async () => {
  expect((await sendTo('disable')).status).toBe(200);
  expect(await erase('本人要求', second, '--yes')).toMatchObject({
    code: 1,
    said: expect.stringContaining('Two different officers erase'),
  });
  expect(await erase(`${NAME}本人要求`, first, '--yes')).toMatchObject({
    code: 1,
    said: expect.stringContaining('must not say what is erased'),
  });
  expect(await tablesNaming(NAME)).toEqual([
    ...['administrative_event_personal', 'idempotency', 'principal', 'role_grant'],
  ]);
  expect(await erase('本人要求', first, '--yes')).toMatchObject({
    code: 0,
    said: expect.stringContaining('the personal parts of 2 events were erased'),
  });
  expect(await tablesNaming(NAME)).toEqual([]);
  expect(await verifyAll(desk.pool)).toMatchObject({ faults: [], erased: 2 });
  const log = `/v1/audit/administrative-events?subjectKind=principal&subjectId=${account}`;
  expect((await auditor('GET', log)).body.items).toMatchObject([
    { kind: 'principal-erased', by: { principalId: 'operator' }, after: { by: first, second } },
    { kind: 'principal-disabled', personal: null, isErased: false },
    { kind: 'principal-created', personal: null, isErased: true },
  ]);
});

test('F11: officers read within their reach what was erased, why and by which two; nobody else does', async () => {
  const read = '/v1/audit/erasures';
  const whole = {
    reason: '本人要求',
    by: { principalId: first, name: '安全管理员' },
    second: { principalId: second },
    subjects: [{ kind: 'account', campaignId: null, id: account }],
  };
  for (const officer of [auditor, desk.securityOfficer]) {
    const { body } = await officer('GET', read);
    expect(body).toMatchObject({ items: [{ ...whole, events: 2 }], next: null });
    expect(JSON.stringify(body)).not.toContain(NAME);
  }
  // Of its making the top was told, of its role the county.
  const near = await desk.enter('auditor', unit('610222'));
  expect((await near('GET', read)).body.items).toMatchObject([{ ...whole, events: 1 }]);
  const far = await desk.enter('auditor', unit('610202'));
  expect((await far('GET', read)).body.items).toEqual([]);
  const others = [desk.administrator, await desk.enter('operator', unit('6102'))];
  for (const other of others) expect((await other('GET', read)).status).toBe(403);
  expect((await desk.stranger('GET', read)).status).toBe(401);
});

test('F11: an account that was erased is never enabled again, and nobody is named so', async () => {
  expect((await desk.administrator('GET', `/v1/principals/${account}`)).body.name).toBe(ERASED);
  expect(await sendTo('enable')).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('该账户已擦除') },
  });
  expect(
    (await desk.administrator('POST', '/v1/principals', { name: ERASED, grants: [] })).status,
  ).toBe(422);
});

test('F11: a personal part of the administrative log that is gone without an erasure is told as missing', async () => {
  const [{ sequence } = { sequence: 0 }] = await desk.query<{ sequence: number }>(
    'select min(sequence)::int as sequence from administrative_event_personal',
  );
  await desk.query(
    `begin; set local session_replication_role = replica;
     delete from administrative_event_personal where sequence = ${sequence}; commit`,
  );
  expect((await verifyAll(desk.pool)).faults).toMatchObject([
    { kind: 'personal-missing', sequence },
  ]);
  const { items } = (await auditor('GET', '/v1/audit/administrative-events?limit=100')).body;
  expect(items.filter(({ isErased }: { isErased: boolean }) => isErased)).toHaveLength(2);
});
