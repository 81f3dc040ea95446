// A key is claimed by its holder with a one-time code.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CODE } from '../../rehearsal/kit/admission.ts';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { unit } from '../support/units.ts';

let desk: Desk;
let administrator: Caller;
beforeAll(async () => {
  desk = await openDesk({ clock: '2017-05-20T01:00:00Z' });
  administrator = desk.administrator;
});
afterAll(() => desk.close());

let url: string;
let id: string;
beforeEach(async () => {
  const grants = [{ role: 'county-office', organisationId: unit('610222-YCB') }];
  id = (await administrator('POST', '/v1/principals', { name: '王建国', grants })).body.id;
  url = `/v1/principals/${id}/claims`;
});

const makeCode = async (): Promise<string> => (await administrator('POST', url, {})).body.code;
const claim = (code: string) => desk.stranger('POST', '/v1/claims', { code });
const wrong = (code: string): string => `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`;

test('F9: the holder gets the key, and whoever made the code never sees it', async () => {
  const headers = { 'idempotency-key': 'code-1' };
  const made = await administrator('POST', url, {}, headers);
  expect(made.status).toBe(201);
  expect(made.body.code).toMatch(CODE);
  expect((await administrator('POST', url, {}, headers)).body).toEqual({
    ...made.body,
    code: null,
  });
  const claimed = await claim(made.body.code);
  expect(claimed.status).toBe(201);
  expect(claimed.body).toMatchObject({ principalId: id, name: '王建国' });
  expect((await desk.as(claimed.body.key)('GET', '/v1/me')).body.id).toBe(id);
  const { items } = (await administrator('GET', `/v1/principals/${id}/keys`)).body;
  expect(items).toMatchObject([
    { id: claimed.body.id, claim: { madeByName: '系统管理员', outside: null } },
  ]);
  const secret = claimed.body.key.slice('cp_0123456789abcdef_'.length);
  for (const table of ['api_key', 'claim', 'idempotency', 'administrative_event']) {
    const stored = JSON.stringify(await desk.query(`select * from ${table}`));
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(made.body.code.replaceAll('-', '').slice(8));
  }
});

test('F9: a code is typed as people type it, and gives one key once', async () => {
  const code = await makeCode();
  const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`;
  expect((await claim(typed)).status).toBe(201);
  const again = await claim(code);
  expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('此码已用过')]);
});

test('of two who claim with one code at once, one gets a key', async () => {
  const code = await makeCode();
  const answers = await Promise.all([claim(code), claim(code)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
});

test('F9: mistyped five times a code is worth nothing, and each time is told', async () => {
  const code = await makeCode();
  for (const left of [4, 3, 2, 1, 0]) {
    const { status, body } = await claim(wrong(code));
    expect([status, body.detail]).toEqual([401, `领取码不对，还可输 ${left} 次。`]);
  }
  expect((await claim(wrong(code))).body.detail).toContain('没有这个领取码');
  const right = await claim(code);
  expect([right.status, right.body.detail]).toEqual([409, expect.stringContaining('已输错 5 次')]);
  const told = await desk.query<{ count: number }>(
    `select count(*)::int as count from administrative_event
      where kind = 'claim-mistyped' and subject_id = $1 and address = '127.0.0.1'`,
    code.replaceAll('-', '').slice(0, 8),
  );
  expect(told).toEqual([{ count: 5 }]);
});

test('an earlier code is withdrawn by the next, and a code of a week ago has expired', async () => {
  const first = await makeCode();
  const second = await makeCode();
  expect((await claim(first)).body.detail).toContain('已作废');
  await desk.query(`update virtual_clock set instant = instant + interval '7 days'`);
  expect((await claim(second)).body.detail).toContain('已过期');
});

test('F9: nobody gets a second key of a holder without the holder noticing', async () => {
  const { key } = (await claim(await makeCode())).body;
  const refused = await administrator('POST', url, {});
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    expect.stringContaining('持有人已有有效密钥'),
  ]);
  const keyUrl = `/v1/principals/${id}/keys/${key.split('_')[1]}/events`;
  expect((await administrator('POST', keyUrl, { type: 'revoke' })).status).toBe(200);
  expect((await desk.as(key)('GET', '/v1/me')).status).toBe(401);
  expect((await claim(await makeCode())).status).toBe(201);
});

test('nobody but an administrator makes codes', async () => {
  expect((await desk.securityOfficer('POST', url, {})).status).toBe(403);
  const office = await desk.enter('county-office', unit('610222-YCB'));
  expect((await office('POST', url, {})).status).toBe(403);
});

test('F9: whoever tries codes from one address is made to wait', async () => {
  const guess = () => claim('0000-0000-0000-0000-0000-0000-0000');
  let answer = await guess();
  for (let tried = 0; tried < 30 && answer.status === 401; tried += 1) answer = await guess();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect((await claim(await makeCode())).status).toBe(429);
});
