import { afterAll, beforeAll, expect, test } from 'vitest';
import { RaceLost } from '../../src/db/kernel/faults.ts';
import type { App } from '../../src/http/kernel/app.ts';
import { problemCatalog, problemCodes } from '../../src/http/kernel/problem-catalog.ts';
import { languageOf, problem, problemOf } from '../../src/http/kernel/problems.ts';
import { asOffice, siteServer } from '../support/http-server.ts';

let app: App;
beforeAll(async () => {
  app = await siteServer();
});
afterAll(() => app.close());

const refusal = async (url: string, headers: Record<string, string> = {}) => {
  const response = await app.inject(asOffice({ url, headers }));
  expect(response.headers['content-type']).toBe('application/problem+json');
  return { response, body: response.json() };
};

test('an unknown address is a problem, in Chinese unless English is preferred', async () => {
  const chinese = await refusal('/v1/nowhere');
  expect(chinese.response.statusCode).toBe(404);
  expect(chinese.response.headers['content-language']).toBe('zh-CN');
  expect(chinese.body).toMatchObject({ type: '/docs/problems#not-found', title: '未找到' });

  const english = await refusal('/v1/nowhere', { 'accept-language': 'zh;q=0.5, en-GB' });
  expect(english.response.headers['content-language']).toBe('en');
  expect(english.body).toMatchObject({ title: 'Not found' });
});

test.each([
  [undefined, 'zh-CN'],
  ['', 'zh-CN'],
  ['de', 'zh-CN'],
  ['en, zh', 'zh-CN'],
  ['en;q=0', 'zh-CN'],
  ['en;q=0.9, zh;q=0.8', 'en'],
  ['EN-us', 'en'],
  [';;;q=,=', 'zh-CN'],
])('Accept-Language %s is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test('a wrong method names the methods that are allowed', async () => {
  const response = await app.inject(asOffice({ method: 'DELETE', url: '/v1/sites/7?x=1' }));
  expect(response.statusCode).toBe(405);
  expect(response.headers.allow).toBe('PUT');
  expect(response.json()).toMatchObject({ type: '/docs/problems#method-not-allowed' });
});

test('a refusal carries its extensions, each sentence in the reader’s language', async () => {
  const state = await refusal('/v1/sites?fault=state');
  expect(state.body).toMatchObject({ status: 409, accepts: ['submit-plan'] });

  const unmet = await refusal('/v1/sites?fault=unmet', { 'accept-language': 'en' });
  expect(unmet.body).toMatchObject({
    status: 422,
    detail: 'Too few showcase cases.',
    unmet: [{ clause: 'R17', sentence: 'at least 3', actual: 2 }],
  });
});

test('a bug says its trace id and nothing of itself', async () => {
  const { response, body } = await refusal('/v1/sites?fault=bug', {
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  });
  expect(response.statusCode).toBe(500);
  expect(body.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(response.body).not.toMatch(/secret|select|stack|\.ts/);
});

test('a database that is away for a moment is 503, with a time to come back', async () => {
  const { response } = await refusal('/v1/sites?fault=database');
  expect(response.statusCode).toBe(503);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
});

test.each(['40001', '40P01', '25006', '53100', 'ECONNREFUSED'])('%s passes by itself', (code) => {
  expect(problemOf(Object.assign(new Error('x'), { code })).code).toBe('unavailable');
});

test('a race that was lost at every retry is 503, with a time to come back', () => {
  const { code, headers } = problemOf(new RaceLost());
  expect(code).toBe('unavailable');
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
});

test.each(['23505', '42601', 'ERR_ASSERTION'])('%s is a bug', (code) => {
  expect(problemOf(Object.assign(new Error('x'), { code })).code).toBe('internal');
});

test.each([null, undefined, 'text', 7, {}])('even %s thrown is a problem', (thrown) => {
  expect(problemOf(thrown).code).toBe('internal');
});

test('every problem is explained in both languages and keeps its status', () => {
  for (const code of problemCodes) {
    const { status, title, meaning, remedy } = problemCatalog[code];
    expect(problem(code).statusCode).toBe(status);
    for (const { zh, en } of [title, meaning, remedy]) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/[A-Za-z]/);
    }
  }
});

test('a waiting time is whole seconds and never none', () => {
  expect(problem('unavailable', { retryAfterSeconds: 0.2 }).headers['retry-after']).toBe('1');
  expect(problem('unavailable', { retryAfterSeconds: 2.1 }).headers['retry-after']).toBe('3');
});

test.each(['/v1/sites/%', '/%zz', '/v1/sites/%ff%fe'])(
  'the bad address %s is a problem',
  async (url) => {
    const { response } = await refusal(url);
    expect(response.statusCode).toBe(400);
    expect(response.headers.traceparent).toMatch(/^00-/);
  },
);

test('an address with NUL never reaches the database', async () => {
  expect((await refusal('/v1/sites?fault=a%00')).response.statusCode).toBe(400);
});

test('a segment without end is refused', async () => {
  const response = await app.inject(
    asOffice({ method: 'PUT', url: `/v1/sites/${'7'.repeat(200)}` }),
  );
  expect(response.statusCode).toBe(414);
  expect(response.json()).toMatchObject({ type: '/docs/problems#uri-too-long' });
});
