import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentationGaps } from '../../src/http/docs/documentation-gaps.ts';
import { detailSchema, RECORD_KINDS } from '../../src/rules/record/record-kinds.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

test('every operation of the service is described', () => {
  expect(documentationGaps(service.app)).toEqual([]);
});

test('every text and every list that is sent has a limit', () => {
  const unlimited: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (schema === null || typeof schema !== 'object') return;
    const { type, maxLength, maxItems, pattern, format, ...rest } = schema as Record<
      string,
      unknown
    >;
    if (
      type === 'string' &&
      maxLength === undefined &&
      !format &&
      !/\{0,\d+\}\$$/.test(String(pattern))
    ) {
      if (!('enum' in schema) && !('const' in schema)) unlimited.push(path);
    }
    if (type === 'array' && maxItems === undefined) unlimited.push(path);
    for (const [name, inner] of Object.entries(rest)) visit(inner, `${path}/${name}`);
  };
  for (const { method, url, schema } of service.app.registeredRoutes) {
    if (url.startsWith('/v1/')) visit(schema?.body, `${method} ${url}`);
  }
  expect(unlimited).toEqual([]);
});

// The service compiles a schema at the first request that needs it: here all of them are.
test('every schema of a request or an answer can be compiled', () => {
  const { app } = service;
  const compileAnswer = SerializerSelector()(app.getSchemas());
  const faults: string[] = [];
  const tryOut = (where: string, compile: () => unknown): void => {
    try {
      compile();
    } catch (error) {
      faults.push(`${where}: ${(error as Error).message}`);
    }
  };
  const request = (httpPart: string, schema: unknown): unknown =>
    app.validatorCompiler?.({ schema, httpPart, method: 'GET', url: '/' })({});
  const answer = (httpStatus: string, schema: unknown): unknown =>
    compileAnswer({ schema, httpStatus, method: 'GET', url: '/' });
  tryOut('an unknown keyword', () => request('body', { minimun: 1 }));
  tryOut('a reference to nothing', () => answer('200', { $ref: '#/nowhere' }));
  expect(faults).toHaveLength(2);
  let compiled = 0;
  for (const { method, url, schema = {} } of app.registeredRoutes) {
    for (const part of ['body', 'querystring', 'params', 'headers'] as const) {
      if (schema[part] === undefined) continue;
      compiled += 1;
      tryOut(`${method} ${url} ${part}`, () => request(part, schema[part]));
    }
    for (const [status, made] of Object.entries(schema.response ?? {})) {
      compiled += 1;
      tryOut(`${method} ${url} ${status}`, () => answer(status, made));
    }
  }
  expect(faults.slice(2)).toEqual([]);
  expect(compiled).toBeGreaterThan(400);
});

test('every schema a request is held to is a schema', () => {
  // The service itself does not ask, at any start: see `validateSchema` in src/http/kernel/validation.ts.
  const ajv = new Ajv();
  const faults = (where: string, schema: unknown): string[] =>
    ajv.validateSchema(schema as object) ? [] : [`${where}: ${ajv.errorsText()}`];
  expect(faults('x', { type: 'object', properties: { a: { minLength: -1 } } })).toHaveLength(1);
  const parts = service.app.registeredRoutes.flatMap(({ method, url, schema = {} }) =>
    (['body', 'querystring', 'params', 'headers'] as const).flatMap((part) =>
      schema[part] === undefined ? [] : [[`${method} ${url} ${part}`, schema[part]] as const],
    ),
  );
  const details = RECORD_KINDS.map((kind) => [kind.code, detailSchema(kind)] as const);
  expect([parts.length > 200, details.length > 20]).toEqual([true, true]);
  expect([...parts, ...details].flatMap(([where, schema]) => faults(where, schema))).toEqual([]);
});
