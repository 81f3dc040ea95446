import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/http/instance.ts';
import { exchange, listen, siteServer } from '../support/http-server.ts';

let app: App;
let port: number;
beforeAll(async () => {
  app = await siteServer({ timeouts: { headersMs: 300, requestMs: 5000 } });
  port = await listen(app);
});
afterAll(() => app.close());

describe('below HTTP', () => {
  test.each<[string, string | Buffer, number]>([
    ['garbage', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0xff]), 400],
    ['a line that is no request', 'HELLO\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
    ],
    ['headers too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['headers that never end', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ', 408],
    ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'an expectation we do not know',
      'GET /livez HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
      417,
    ],
    ['an unknown method', 'PROPFIND /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405],
  ])('%s is a problem', async (_, bytes, status) => {
    const answer = await exchange(port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json\r\n/i);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status });
  });
});

describe('service', () => {
  test('alive, ready, measured', async () => {
    expect((await app.inject('/livez')).json()).toEqual({ status: 'alive', version: '0.1.0' });
    expect((await app.inject('/readyz')).json()).toEqual({
      status: 'ready',
      checks: { database: 'up' },
    });
    const metrics = await app.inject('/metrics');
    expect(metrics.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(metrics.body).toContain('http_requests_total{method="GET",route="/livez",status="200"}');
    expect(metrics.body).toContain('http_request_duration_seconds_bucket');
  });

  test.each<[string, () => Promise<{ ok: boolean; detail: Record<string, unknown> }>]>([
    ['says no', async () => ({ ok: false, detail: { database: 'down' } })],
    ['throws', async () => Promise.reject(new Error('password=…'))],
    ['hangs', () => new Promise(() => {})],
  ])('not ready when the check %s', async (_, ready) => {
    const server = await siteServer({ ready });
    const response = await server.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.body).not.toContain('password');
    await server.close();
  });

  test('answers carry the headers that keep browsers strict, and none that tell on us', async () => {
    const { headers } = await app.inject('/livez');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin']) {
      expect(headers[name]).toBeUndefined();
    }
  });

  test('closing lets the request under way finish and refuses the one after it', async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const server = await siteServer({
      registerResources: (it) => {
        it.get('/slow', { config: { public: true } }, async () => {
          started.resolve();
          await finish.promise;
          return { done: true };
        });
      },
    });
    const at = await listen(server);
    const answered = Promise.withResolvers<number | undefined>();
    httpRequest({ host: '127.0.0.1', port: at, path: '/slow' }, (response) => {
      response.resume();
      answered.resolve(response.statusCode);
    })
      .on('error', answered.reject)
      .end();
    await started.promise;
    const late = connect(at, '127.0.0.1', () => late.write('GET /livez HTTP/1.1\r\n'));
    await once(late, 'ready');
    await setTimeout(50);
    const closed = server.close();
    await setTimeout(50);
    late.write('Host: a\r\n\r\n');
    const [refusal] = await once(late, 'data');
    expect(String(refusal)).toMatch(/^HTTP\/1.1 503 [\s\S]*application\/problem\+json/);
    finish.resolve();
    expect(await answered.promise).toBe(200);
    await closed;
  });
});
