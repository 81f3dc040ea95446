import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/http/kernel/app.ts';
import {
  assertRevision,
  expectedRevision,
  idempotencyKey,
} from '../../src/http/kernel/conventions.ts';
import { isCalendarDate, isInstant } from '../../src/http/kernel/date-formats.ts';
import { decodeCursor, encodeCursor } from '../../src/http/kernel/pages.ts';
import { asOffice, siteServer } from '../support/http-server.ts';

const requestWith = (headers: Record<string, string>) => ({ headers }) as unknown as FastifyRequest;

test.each([
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['"a b"', null],
  ['"quoted"', 'quoted'],
  ['a'.repeat(200), 'a'.repeat(200)],
  ['a'.repeat(201), null],
  ['', null],
  ['""', null],
  ['"half', null],
  ['钥匙', null],
])('Idempotency-Key %j is read as %j', (header, key) => {
  const read = () => idempotencyKey(requestWith({ 'idempotency-key': header }));
  if (key === null) expect(read).toThrow(/Idempotency-Key/);
  else expect(read()).toBe(key);
});

test('without the header there is no key and no expected revision', () => {
  expect(idempotencyKey(requestWith({}))).toBeUndefined();
  expect(expectedRevision(requestWith({}))).toBeUndefined();
});

test.each([
  ['"12"', 12],
  ['"0"', 0],
  ['*', '*'],
  ['W/"12"', null],
  ['12', null],
  ['"12", "13"', null],
  ['"-1"', null],
  ['"1.5"', null],
  ['"99999999999999999999"', null],
])('If-Match %s is read as %s', (header, revision) => {
  const read = () => expectedRevision(requestWith({ 'if-match': header }));
  if (revision === null) expect(read).toThrow(/If-Match/);
  else expect(read()).toBe(revision);
});

test('a stale revision is 412; the current one, any and none pass', () => {
  expect(() => assertRevision(11, 12)).toThrow(expect.objectContaining({ statusCode: 412 }));
  for (const expected of [12, '*', undefined] as const) assertRevision(expected, 12);
});

const Position = Type.Tuple([Type.String(), Type.Integer()]);

test('a cursor gives back the position it was made of', () => {
  expect(decodeCursor(Position, encodeCursor(['610222', 7]))).toEqual(['610222', 7]);
  expect(decodeCursor(Position, undefined)).toBeUndefined();
});

test.each([
  'garbage',
  '',
  'AAAA',
  encodeCursor(['610222']),
  encodeCursor({ at: 1 }),
  Buffer.from('[2,["610222",7]]').toString('base64url'),
  Buffer.from('null').toString('base64url'),
])('the cursor %j of nobody is refused', (cursor) => {
  expect(() => decodeCursor(Position, cursor)).toThrow(
    expect.objectContaining({ statusCode: 400 }),
  );
});

test.each([
  ['2017-05-20T09:00:00+08:00', true],
  ['2017-05-20T01:00:00Z', true],
  ['2017-05-20T01:00:00.123456789Z', true],
  ['2100-12-31T23:59:59Z', true],
  ['2000-01-01T00:00:00Z', true],
  ['1999-12-31T23:59:59Z', false],
  ['2101-01-01T00:00:00Z', false],
  ['0001-01-01T00:00:00Z', false],
  ['2017-05-20T09:00:60Z', false],
  ['2017-05-20T24:00:00Z', false],
  ['2017-05-20 09:00:00Z', false],
  ['2017-05-20t09:00:00z', false],
  ['2017-05-20T09:00:00', false],
  ['2017-05-20T09:00Z', false],
  ['2017-02-29T09:00:00Z', false],
  ['2017-05-20T09:00:00+08:00[Asia/Shanghai]', false],
  ['2017-05-20T09:00:00-15:59', true],
  ['2017-05-20T09:00:00+16:00', false],
])('as a time, %s: %s', (text, accepted) => {
  expect(isInstant(text)).toBe(accepted);
});

test.each([
  ['2017-05-20', true],
  ['2020-02-29', true],
  ['2017-02-29', false],
  ['2017-13-01', false],
  ['1949-10-01', false],
  ['20170520', false],
  ['2017-5-20', false],
])('as a date, %s: %s', (text, accepted) => {
  expect(isCalendarDate(text)).toBe(accepted);
});

let app: App;
beforeAll(async () => {
  app = await siteServer();
});
afterAll(() => app.close());

test('a page says the next one in its body and in Link', async () => {
  const more = await app.inject(asOffice({ url: '/v1/sites?limit=7&overdue=true' }));
  const ids = more.json().items.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  const next = encodeCursor('7');
  expect(more.json().next).toBe(next);
  expect(more.headers.link).toBe(`</v1/sites?limit=7&overdue=true&cursor=${next}>; rel="next"`);

  const last = await app.inject(asOffice({ url: '/v1/sites' }));
  expect(last.json()).toEqual({ items: [{ id: '1', seats: 50 }], next: null });
  expect(last.headers.link).toBeUndefined();
});

test('the next page has the whole query, also what stands after a second question mark', async () => {
  const { headers } = await app.inject(asOffice({ url: '/v1/sites?overdue=true&fault=a?b' }));
  expect(headers.link).toContain('fault=a%3Fb&cursor=');
});

test.each([
  'limit=0',
  'limit=101',
  'limit=x',
  'limit=',
  'limit=1&limit=2',
  'cursor=',
  'overdue=yes',
])('the query %s is refused', async (query) => {
  expect((await app.inject(asOffice({ url: `/v1/sites?${query}` }))).statusCode).toBe(400);
});

test('If-Match and ETag carry the revision', async () => {
  const put = (match: string) =>
    app.inject(
      asOffice({
        method: 'PUT',
        url: '/v1/sites/7',
        headers: { 'if-match': match },
        payload: { seats: 30, name: '哭泉镇' },
      }),
    );
  const done = await put('"12"');
  expect([done.statusCode, done.headers.etag]).toEqual([200, '"13"']);
  const stale = await put('"11"');
  expect(stale.json()).toMatchObject({ status: 412, expectedRevision: 11, currentRevision: 12 });
});

test('a trace is continued, and begun where there is none or a broken one', async () => {
  const traceOf = async (headers: Record<string, string>) =>
    String((await app.inject({ url: '/livez', headers })).headers.traceparent).split('-');
  const [, trace, span, flags] = await traceOf({
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
  });
  expect([trace, flags]).toEqual(['4bf92f3577b34da6a3ce929d0e0e4736', '00']);
  expect(span).toMatch(/^(?!00f067aa0ba902b7)[0-9a-f]{16}$/);
  for (const traceparent of ['x', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]) {
    expect((await traceOf({ traceparent }))[1]).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  }
});
