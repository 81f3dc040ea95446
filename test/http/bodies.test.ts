import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/http/kernel/app.ts';
import { asOffice, siteServer } from '../support/http-server.ts';

let app: App;
beforeAll(async () => {
  app = await siteServer();
});
afterAll(() => app.close());

const site = { method: 'PUT', url: '/v1/sites/7' } as const;
const json = { 'content-type': 'application/json' };
const good = { seats: 30, name: '哭泉镇' };
const put = (payload: string | Buffer, headers: Record<string, string> = json) =>
  app.inject(asOffice({ ...site, payload, headers }));

test.each([
  ['application/json'],
  ['application/json; charset=utf-8'],
  ['application/json;charset="UTF-8"'],
])('%s is read', async (type) => {
  const response = await put(JSON.stringify(good), { 'content-type': type });
  expect(response.json()).toEqual({ id: '7', seats: 30 });
});

test.each([
  ['application/json; charset=gbk'],
  ['application/json; charset=utf-16'],
  ['text/plain'],
  ['application/xml'],
  ['multipart/form-data; boundary=x'],
  ['nonsense'],
])('%s is 415', async (type) => {
  const response = await put(JSON.stringify(good), { 'content-type': type });
  expect(response.statusCode).toBe(415);
  expect(response.json()).toMatchObject({ type: '/docs/problems#unsupported-media-type' });
});

test('what no address reads is refused with what this one takes', async () => {
  const one = await put('x', { 'content-type': 'image/svg+xml' });
  expect(one.json().detail).toBe('此地址只接受 application/json。');
  const list = { method: 'POST', url: '/v1/sites/imports', payload: 'x' } as const;
  const response = await app.inject(
    asOffice({ ...list, headers: { 'content-type': 'image/svg+xml', 'accept-language': 'en' } }),
  );
  expect(response.json().detail).toMatch(/^This address takes text\/csv/);
});

test('a compressed body is 415, not unreadable JSON', async () => {
  const response = await put('x', { ...json, 'content-encoding': 'gzip' });
  expect(response.statusCode).toBe(415);
});

test.each<[string, string | Buffer]>([
  ['half a Chinese character', Buffer.from('{"seats":30,"name":"哭"}').subarray(0, 22)],
  ['GBK bytes', Buffer.from([0x22, 0xbf, 0xde, 0xc8, 0xaa, 0x22])],
  ['no JSON', '{"seats":30,'],
  ['prototype poisoning', '{"seats":30,"name":"x","__proto__":{"admin":true}}'],
  ['prototype poisoning in disguise', '{"\\u005f_proto__":{"admin":true}}'],
  ['a poisoned constructor', '{"a":[{"constructor":{"prototype":{"admin":true}}}]}'],
  ['a name given twice', '{"seats":30,"name":"x","seats":31}'],
  ['a name given twice, once in disguise', '{"seats":30,"name":"x","\\u0073eats":31}'],
  ['NUL in a text', '{"seats":30,"name":"a\\u0000b"}'],
  ['half a surrogate pair', '{"seats":30,"name":"\\ud800"}'],
  ['a tower of brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['nothing', ''],
  ['null', 'null'],
  ['an unknown property', '{"seats":30,"name":"x","admin":true}'],
  ['a number as text', '{"seats":"30","name":"x"}'],
])('what is no honest JSON is refused with 400: %s', async (_, payload) => {
  const response = await put(payload);
  expect(response.statusCode).toBe(400);
  expect(response.headers['content-type']).toBe('application/problem+json');
});

test('every fault is named with its place, in the reader’s language', async () => {
  const payload = '{"seats":0,"nmae":"x"}';
  const chinese = await put(payload);
  expect(chinese.json().errors).toEqual(
    expect.arrayContaining([
      { path: '/body/name', message: '必填' },
      { path: '/body/nmae', message: '未知的属性' },
      { path: '/body/seats', message: '应不小于 1' },
    ]),
  );
  const english = await put(payload, { ...json, 'accept-language': 'en' });
  expect(english.json().errors).toContainEqual({ path: '/body/name', message: 'is required' });
});

test('the fault of an event is told against the event that was meant', async () => {
  const post = async (payload: object) =>
    (await app.inject(asOffice({ method: 'POST', url: '/v1/sites/7/events', payload }))).json();
  expect((await post({ type: 'inspect', at: '2017-05-20 09:00' })).errors).toHaveLength(1);
  expect((await post({ type: 'open' })).errors).toEqual([
    { path: '/body/type', message: 'type 的值不在允许之列' },
  ]);
  expect(await post({ type: 'close', reason: '搬迁' })).toEqual({ key: null });
});

test('a hostile number of faults is answered with a few', async () => {
  const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`p${index}`, 1]));
  const response = await put(JSON.stringify(many));
  expect(response.statusCode).toBe(400);
  expect(response.json().errors.length).toBeLessThanOrEqual(50);
});

test('F6: a megabyte of names or numbers is refused like a small fault', async () => {
  const names = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 1]));
  const many = await put(JSON.stringify(names));
  expect(many.statusCode).toBe(400);
  expect(many.json().detail).toBe('一个对象至多 5000 个属性。');
  const numbers = await put(JSON.stringify({ ...good, extra: Array(190_000).fill(1) }));
  expect(numbers.statusCode).toBe(400);
  expect(numbers.json().errors).toMatchObject([{ path: '/body/extra' }]);
  const more = await put(JSON.stringify({ ...good, extra: Array(250_000).fill(1) }));
  expect(more.json().detail).toContain('至多 200000 个值');
});

test('JSON over 1 MiB is 413, CSV up to 8 MiB is read', async () => {
  const big = 'x'.repeat(1024 * 1024);
  expect((await put(JSON.stringify({ ...good, name: big }))).statusCode).toBe(413);
  const load = (payload: string | Buffer, type = 'text/csv; charset=utf-8; header=present') =>
    app.inject(
      asOffice({
        method: 'POST',
        url: '/v1/sites/imports',
        payload,
        headers: { 'content-type': type },
      }),
    );
  expect((await load('\ufeff编号,名称\n1,哭泉')).json()).toEqual({ text: '编号,名称\n1,哭泉' });
  expect((await load(big.repeat(2))).statusCode).toBe(200);
  expect((await load(big.repeat(9))).statusCode).toBe(413);
  expect((await load(Buffer.from([0xb1, 0xe0]))).statusCode).toBe(400);
  expect((await load('a\0b')).statusCode).toBe(400);
  expect((await load('a', 'text/csv; charset=gb18030')).statusCode).toBe(415);
});

test('an address that takes CSV takes no JSON, nor the other way round', async () => {
  const csv = { method: 'POST', url: '/v1/sites/imports' } as const;
  const read = await app.inject(asOffice({ ...csv, payload: '{}', headers: json }));
  expect(read.json()).toMatchObject({ status: 415 });
  expect((await put('编号\n1', { 'content-type': 'text/csv' })).statusCode).toBe(415);
});

test('a misspelt query is refused, also where none is expected', async () => {
  const response = await app.inject(
    asOffice({ ...site, url: '/v1/sites/7?dryrun=true', payload: good }),
  );
  expect(response.json().errors).toEqual([{ path: '/query/dryrun', message: '未知的属性' }]);
});

test('a request schema that cannot be closed does not start', async () => {
  const open = siteServer({
    registerResources: (server) => {
      server.post('/v1/x', { schema: { body: { allOf: [{}] } } }, async () => 'x');
    },
  });
  await expect(open).rejects.toThrow(/allOf/);
});
