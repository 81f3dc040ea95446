import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentationGaps } from '../../src/http/docs/documentation-gaps.ts';
import type { App } from '../../src/http/kernel/app.ts';
import { problemCodes } from '../../src/http/kernel/problem-catalog.ts';
import { registerSites, siteServer } from '../support/http-server.ts';

let app: App;
beforeAll(async () => {
  app = await siteServer();
});
afterAll(() => app.close());

const document = async () => (await app.inject('/openapi.json')).json();

test('every operation has an id, a tag, a summary, a description and schemas', () => {
  expect(documentationGaps(app)).toEqual([]);
});

test('an operation that leaves them out is found', async () => {
  const bare = await siteServer({
    registerResources: (server) => {
      registerSites(server);
      server.get('/v1/bare', async () => 'x');
    },
  });
  expect(documentationGaps(bare)).toEqual(
    expect.arrayContaining(['GET /v1/bare: no operationId', 'GET /v1/bare: no summary']),
  );
  await bare.close();
});

test('the document is OpenAPI 3.1 and a resource need not repeat what all share', async () => {
  const { openapi, paths } = await document();
  expect(openapi).toBe('3.1.0');
  const events = paths['/v1/sites/{id}/events'].post;
  expect(Object.keys(events.responses)).toEqual([
    '200',
    '400',
    '401',
    '403',
    '404',
    '409',
    '413',
    '414',
    '415',
    '422',
    '429',
    '500',
    '503',
  ]);
  expect(events.security).toEqual([{ bearer: [] }]);
  expect(events.parameters.map(({ name }: { name: string }) => name)).toContain('Idempotency-Key');
  expect(events.responses[409].content['application/problem+json'].schema).toEqual({
    $ref: '#/components/schemas/Problem',
  });
  const put = paths['/v1/sites/{id}'].put;
  expect(Object.keys(put.responses)).toContain('412');
  expect(put.parameters.map(({ name }: { name: string }) => name)).toContain('If-Match');
  expect(paths['/livez'].get.security).toEqual([]);
  expect(Object.keys(paths['/v1/sites/imports'].post.requestBody.content)).toEqual(['text/csv']);
});

test('no reference leads nowhere, and every schema compiles as JSON Schema 2020-12', async () => {
  const openapi = await document();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', components: openapi.components });
  const refs = JSON.stringify(openapi).matchAll(/"\$ref":"([^"]+)"/g);
  for (const [, ref = ''] of refs)
    expect(ajv.compile({ $ref: `openapi${ref}` })).toBeTypeOf('function');
});

test('a real refusal is as the document says', async () => {
  const { components } = await document();
  const isProblem = new Ajv2020({ strict: false }).compile(components.schemas.Problem);
  const response = await app.inject('/v1/sites');
  expect(isProblem(response.json())).toBe(true);
});

test('the page for people stands without the internet and says every operation', async () => {
  const { body, headers } = await app.inject('/docs');
  expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
  expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  expect(body).toContain('<html lang="zh-CN">');
  for (const id of ['listSites', 'replaceSite', 'sendSiteEvent', 'importSites', 'isReady']) {
    expect(body).toContain(`id="${id}"`);
  }
  expect(body).toContain('参数 Parameters');
  expect(body).toContain('应答 Responses');
});

test('what a schema says is escaped on the page', async () => {
  const hostile = await siteServer({
    registerResources: (server) => {
      server.get(
        '/v1/x',
        { schema: { operationId: 'x', tags: ['x'], summary: '<script>alert(1)</script>' } },
        async () => 'x',
      );
    },
  });
  const { body } = await hostile.inject('/docs');
  expect(body).not.toContain('<script>alert');
  expect(body).toContain('&lt;script&gt;alert');
  await hostile.close();
});

test('every problem type leads to its explanation', async () => {
  const { body } = await app.inject('/docs/problems');
  for (const code of problemCodes) expect(body).toContain(`id="${code}"`);
});
