import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/http/kernel/app.ts';
import { createRegistry, serveMetrics } from '../../src/http/kernel/metrics.ts';
import { openPort } from '../../src/http/kernel/port.ts';
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
    ['TRACE', 'TRACE /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405],
  ])('what is no honest HTTP is a problem: %s', async (_, bytes, status) => {
    const answer = await exchange(port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json\r\n/i);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status });
  });
});

describe('service', () => {
  test('F12: alive and ready are told from what is known, with how long the event loop stood still', async () => {
    expect((await app.inject('/livez')).json()).toEqual({
      status: 'alive',
      version: '0.1.0',
      loopDelayMs: expect.any(Number),
    });
    expect((await app.inject('/readyz')).json()).toEqual({
      status: 'ready',
      checks: { database: 'up' },
    });
    const server = await siteServer({ ready: () => ({ ok: false, detail: { database: 'down' } }) });
    const response = await server.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.json()).toMatchObject({ checks: { database: 'down' } });
    await server.close();
  });

  test('F12: a process whose event loop stood still for too long is not alive', async () => {
    const server = await siteServer({ loopDelayMsMax: 400 });
    await setTimeout(100);
    expect((await server.inject('/livez')).statusCode).toBe(200);
    const until = performance.now() + 1_000;
    while (performance.now() < until);
    await setTimeout(100);
    const { statusCode, body } = await server.inject('/livez');
    expect(statusCode).toBe(503);
    expect(JSON.parse(body).loopDelayMs).toBeGreaterThan(400);
    await server.close();
  });

  test('F10: metrics are told on a port of their own and nowhere else', async () => {
    const metrics = createRegistry();
    const server = await siteServer({ metrics });
    await server.inject('/livez');
    expect((await server.inject('/metrics')).statusCode).toBe(404);
    const own = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
    const { port } = own.address() as AddressInfo;
    const told = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(told.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await told.text();
    expect(text).toContain('http_requests_total{method="GET",route="/livez",status="200"}');
    expect(text).toContain('http_request_duration_seconds_bucket');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    own.close();
    own.closeAllConnections();
    await server.close();
  });

  test.each([
    ['an answer', '/livez', 200],
    ['a page that is not there', '/nowhere', 404],
    ['an address that is none', '/v1/sites/%', 400],
    ['a stranger’s request', '/v1/sites', 401],
  ])(
    '%s carries the headers that keep browsers strict and caches empty, and none that tell on us',
    async (_, url, status) => {
      const { headers, statusCode } = await app.inject({
        url,
        headers: { origin: 'https://elsewhere.example' },
      });
      expect(statusCode).toBe(status);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cache-control': 'no-store',
      });
      for (const name of ['server', 'x-powered-by', 'access-control-allow-origin']) {
        expect(headers[name]).toBeUndefined();
      }
    },
  );

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

test('a quiet connection is kept for longer than any proxy keeps its own', async () => {
  const port = await openPort({ host: '127.0.0.1', port: 0 }, '0.1.0');
  const own = await siteServer({ port });
  port.open();
  const { headers } = await fetch(`${port.address}/livez`);
  await own.close();
  const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(60);
});
