import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/http/kernel/app.ts';
import { firstOf } from '../../src/http/kernel/authentication.ts';
import { siteServer } from '../support/http-server.ts';

let app: App;
beforeAll(async () => {
  app = await siteServer();
});
afterAll(() => app.close());

test.each([
  ['no header', {}, 'Bearer realm="chuangping"'],
  ['another scheme', { authorization: 'Basic eDp5' }, /invalid_token/],
  ['an unknown token', { authorization: 'Bearer nobody' }, /invalid_token/],
  ['two tokens', { authorization: 'Bearer cp_a cp_b' }, /invalid_token/],
  ['an endless token', { authorization: `Bearer cp_${'a'.repeat(9000)}` }, /invalid_token/],
])('%s is 401', async (_, headers, challenge) => {
  const response = await app.inject({ url: '/v1/sites', headers });
  expect(response.statusCode).toBe(401);
  expect(response.headers['www-authenticate']).toMatch(challenge);
});

test.each(['/v1/nowhere', '/v1', '/%761/sites', '/v1/sites'])('%s needs a token', async (url) => {
  expect((await app.inject({ url })).statusCode).toBe(401);
});

test('a route is closed unless it says it is public, wherever it is', async () => {
  const server = await siteServer({
    registerResources: (it) => {
      it.get('/console', async () => 'x');
      it.get('/v1/urn', { config: { public: true } }, async () => 'x');
      it.get('/v1/wrong', { config: { public: true } }, async (request) => request.principal.id);
    },
  });
  const statuses = ['/console', '/v1/urn', '/v1/wrong'].map(
    async (url) => (await server.inject({ url })).statusCode,
  );
  expect(await Promise.all(statuses)).toEqual([401, 200, 500]);
  await server.close();
});

test('the first authenticator that knows the token decides', async () => {
  const principal = { id: '1', name: '县远程办', grants: [], credential: 'key:a' };
  const both = firstOf([async () => null, async (token) => (token === 'a' ? principal : null)]);
  expect([await both('a'), await both('b')]).toEqual([principal, null]);
});

test('a principal that asks too often waits; another does not', async () => {
  let nowMs = 0;
  const server = await siteServer({
    principalLimit: { requests: 3, windowSeconds: 6 },
    pace: { nowMs: () => nowMs, replicas: () => 1 },
  });
  const ask = (token: string) =>
    server.inject({ url: '/v1/sites', headers: { authorization: `Bearer ${token}` } });
  for (const remaining of [2, 1, 0]) {
    const { headers } = await ask('cp_a');
    expect(headers.ratelimit).toMatch(`"principal";r=${remaining};t=`);
    expect(headers['ratelimit-policy']).toBe('"principal";q=3;w=6');
  }
  const refused = await ask('cp_a');
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '2']);
  expect((await ask('cp_b')).statusCode).toBe(200);
  nowMs = 2000;
  expect((await ask('cp_a')).statusCode).toBe(200);
  await server.close();
});

test('processes that live together allow no more than the limit, and tell their own share of it', async () => {
  let replicas = 3;
  const options = {
    principalLimit: { requests: 9, windowSeconds: 9 },
    pace: { nowMs: () => 0, replicas: () => replicas },
  };
  const servers = await Promise.all([1, 2, 3].map(() => siteServer(options)));
  const ask = (server: App) =>
    server.inject({ url: '/v1/sites', headers: { authorization: 'Bearer cp_a' } });
  let allowed = 0;
  for (const server of servers) {
    for (let index = 0; index < 5; index += 1) {
      const { statusCode, headers } = await ask(server);
      expect(headers['ratelimit-policy']).toBe('"principal";q=3;w=9');
      expect(headers.ratelimit).toMatch(`"principal";r=${Math.max(0, 2 - index)};t=`);
      if (statusCode === 200) allowed += 1;
    }
  }
  expect(allowed).toBe(9);
  // More processes than requests: each still answers one.
  replicas = 100;
  const late = await siteServer(options);
  expect([(await ask(late)).statusCode, (await ask(late)).statusCode]).toEqual([200, 429]);
  await Promise.all([...servers, late].map((server) => server.close()));
});

test('whoever asks without a key is held to a limit by address, health checks aside', async () => {
  const server = await siteServer({
    publicLimit: { requests: 2, windowSeconds: 60 },
    pace: { nowMs: () => 0, replicas: () => 1 },
  });
  const ask = (url: string, remoteAddress: string) => server.inject({ url, remoteAddress });
  const statuses = [];
  for (const url of ['/docs', '/nowhere', '/openapi.json', '/livez', '/readyz']) {
    statuses.push((await ask(url, '2001:db8:0:1::1')).statusCode);
  }
  expect(statuses).toEqual([200, 404, 429, 200, 200]);
  // One subscriber has a whole /64; the next one is somebody else.
  expect((await ask('/docs', '2001:db8::1:0:0:0:7')).statusCode).toBe(429);
  const other = await ask('/docs', '2001:db8:0:2::1');
  expect(other.statusCode).toBe(200);
  expect(other.headers['ratelimit-policy']).toBe('"address";q=2;w=60');
  await server.close();
});

test('failed attempts from an address run out; who was known there stays known', async () => {
  const asked: string[] = [];
  const server = await siteServer({
    failureLimit: { requests: 2, windowSeconds: 60 },
    pace: { nowMs: () => 0, replicas: () => 1 },
    authenticate: async (token) => {
      asked.push(token);
      return token.startsWith('cp_')
        ? { id: token, name: 'x', grants: [], credential: null }
        : null;
    },
  });
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await server.inject({ url: '/v1/sites', headers })).statusCode;
  };
  const statuses = [];
  for (const token of ['cp_a', 'x1', 'x2', 'x3', 'cp_b', 'cp_a']) statuses.push(await ask(token));
  expect(statuses).toEqual([200, 401, 401, 429, 429, 200]);
  expect(asked).toEqual(['cp_a', 'x1', 'x2', 'cp_a']);
  await server.close();
});

test.each([
  ['nobody is', undefined, [401, 401, 429]],
  ['the proxy next to the service is', ['127.0.0.1'], [401, 401, 401]],
  ['a proxy elsewhere is', ['10.1.2.3'], [401, 401, 429]],
])(
  'where %s believed, an address that is only said counts accordingly',
  async (_, trustProxy, expected) => {
    const server = await siteServer({
      failureLimit: { requests: 2, windowSeconds: 60 },
      pace: { nowMs: () => 0, replicas: () => 1 },
      ...(trustProxy === undefined ? {} : { trustProxy }),
    });
    const statuses = [];
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) {
      const headers = { 'x-forwarded-for': address };
      statuses.push((await server.inject({ url: '/v1/sites', headers })).statusCode);
    }
    expect(statuses).toEqual(expected);
    await server.close();
  },
);
