// The whole interface, asked by everybody for everything, in the right form and in wrong ones.
// FUZZ_SEED takes another seed, FUZZ_SECONDS more time.

import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type OpenapiDocument,
  type OperationEntry,
  operationsOf,
} from '../../src/http/docs/docs-operation.ts';
import {
  type ProblemCode,
  problemCatalog,
  problemType,
} from '../../src/http/kernel/problem-catalog.ts';
import { problemMediaType } from '../../src/http/kernel/problems.ts';
import { ROLES } from '../../src/rules/plan/schema-terms.ts';
import { type Cast, castOf } from '../support/campaign.ts';
import { liveCampaigns, poolOf } from '../support/fuzz-campaign.ts';
import {
  broken,
  HOSTILE_PARTS,
  type Pool,
  pick,
  RAW,
  type Random,
  randomOf,
  type Schema,
  sampleOf,
} from '../support/fuzz-values.ts';
import { openService, type Person, type RunningService } from '../support/service.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 20_170_520);
const BUDGET_MS = Number(process.env.FUZZ_SECONDS ?? 20) * 1_000;
/** The least a slow machine asks: every operation by every role, and without a key. */
const ROUNDS_MIN = ROLES.length + 1;

let service: RunningService;
let cast: Cast;
let pool: Pool;
let operations: OperationEntry[];
const keys: (string | null)[] = [null];
/** Whoever led the campaigns so far goes on doing so; the other roles are held by somebody new. */
const OWN: { readonly [role: string]: (cast: Cast) => Person } = {
  'city-centre': ({ city }) => city,
  'county-office': ({ office }) => office,
  'county-department': ({ department }) => department,
  'township-committee': ({ committee }) => committee,
  'township-office': ({ township }) => township,
  'village-organisation': ({ village }) => village,
  assessor: ({ assessor }) => assessor,
};

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  await liveCampaigns(service, cast);
  pool = await poolOf(service);
  for (const role of ROLES) keys.push((OWN[role]?.(cast) ?? (await service.person(role))).key);
  operations = operationsOf(service.app.swagger() as OpenapiDocument);
}, 120_000);
afterAll(() => service.close());

type Fault = { operation: string; what: string; request: string; answer: string };

function addressOf(random: Random, { path, operation }: OperationEntry, hostile: boolean): string {
  const parameters = (operation.parameters ?? []) as {
    name: string;
    in: string;
    required?: boolean;
    schema?: Schema;
  }[];
  const resource = path.split('/')[2] ?? '';
  let url = path;
  const query = new URLSearchParams();
  const raw: string[] = [];
  for (const { name, in: place, required, schema = {} } of parameters) {
    const bad = hostile && random(2) === 0;
    if (place === 'path') {
      const known = name === 'id' ? resource : name;
      const part = bad
        ? pick(random, HOSTILE_PARTS)
        : encodeURIComponent(String(sampleOf(random, schema, pool, known)));
      url = url.replace(`{${name}}`, part);
    } else if (place === 'query' && (required || random(3) === 0)) {
      if (bad) raw.push(`${name}=${pick(random, HOSTILE_PARTS)}`);
      else query.append(name, String(sampleOf(random, schema, pool, name)));
      if (hostile && random(6) === 0) raw.push(`${name}=x`, `${name}[]=1`);
    }
  }
  if (hostile && random(8) === 0) raw.push('__proto__=1');
  const asked = [...(query.size > 0 ? [query.toString()] : []), ...raw].join('&');
  return asked === '' ? url : `${url}?${asked}`;
}

const HEADERS: readonly { [name: string]: string }[] = [
  { 'idempotency-key': 'x'.repeat(300) },
  { 'idempotency-key': '"' },
  { 'if-match': 'W/"1"' },
  { 'if-match': '"999"' },
  { 'if-match': '*' },
  { 'accept-language': ';;q=x,en;q=' },
  { authorization: 'Basic eDp5' },
  { authorization: 'Bearer cp_x_y' },
  { 'content-encoding': 'gzip' },
  { traceparent: '00-zz' },
  { accept: 'image/png' },
];

function requestOf(random: Random, entry: OperationEntry, key: string | null): InjectOptions {
  const hostile = random(5) < 2;
  const content = Object.entries(entry.operation.requestBody?.content ?? {});
  const headers: { [name: string]: string } = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(hostile && random(5) === 0 ? pick(random, HEADERS) : {}),
  };
  const method = entry.method.toUpperCase() as 'GET';
  const request: InjectOptions = { method, url: addressOf(random, entry, hostile), headers };
  if (content.length === 0 || (hostile && random(12) === 0)) return request;
  if (hostile && random(4) === 0) {
    const [payload, type] = pick(random, RAW);
    return { ...request, payload, headers: { ...headers, 'content-type': type } };
  }
  const [type, media] = pick(random, content);
  const value = sampleOf(random, (media.schema ?? {}) as Schema, pool, 'body');
  const sent = hostile ? broken(random, value) : value;
  const payload =
    typeof sent === 'string' && type !== 'application/json' ? sent : JSON.stringify(sent);
  return { ...request, payload, headers: { 'content-type': type, ...headers } };
}

const INSIDE =
  /node_modules|\.ts:\d+|\bat [\w.<>]+ \(|(?:select|insert into|update|delete from)\s+\w+\s+(?:set|where|values|from|\()|violates|duplicate key value|invalid input syntax|out of range for type|ECONN|Cannot read prop|is not a function|is not iterable|\[object Object\]/i;

function faultsOf(
  { operation }: OperationEntry,
  answer: Awaited<ReturnType<typeof ask>>,
): string[] {
  const { statusCode: status, headers, payload } = answer;
  const faults: string[] = [];
  const documented = operation.responses?.[status];
  if (documented === undefined) faults.push(`${status} is not documented`);
  if (status === 503 && headers['retry-after'] === undefined)
    faults.push('503 without Retry-After');
  // 501 is of a service without LibreOffice: it says so, and is documented.
  if (status >= 500 && status !== 503 && status !== 501) faults.push(`${status}`);
  if (status < 400) return faults;
  if (INSIDE.test(payload)) faults.push('tells of its inside');
  if (headers['content-type'] !== problemMediaType)
    return [...faults, `${headers['content-type']}`];
  const told = JSON.parse(payload) as { type: string; status: number; title: string };
  const code = told.type.replace(problemType('' as ProblemCode), '') as ProblemCode;
  if (problemCatalog[code]?.status !== status || told.status !== status) faults.push(told.type);
  const codes = Object.keys(documented?.content?.[problemMediaType]?.examples ?? {});
  if (documented !== undefined && !codes.includes(code)) faults.push(`${code} is not documented`);
  return faults;
}

const ask = (request: InjectOptions) => service.app.inject(request);

test('whatever is asked by whomever, the answer is one the interface documents, and never a failure', async () => {
  const until = performance.now() + BUDGET_MS;
  const found = new Map<string, Fault>();
  const statuses = new Map<number, number>();
  let round = 0;
  for (; round < ROUNDS_MIN || performance.now() < until; round += 1) {
    for (const [index, entry] of operations.entries()) {
      if (round >= ROUNDS_MIN && performance.now() > until) break;
      const random = randomOf(SEED + round * operations.length + index);
      const request = requestOf(random, entry, keys[(round + index) % keys.length] ?? null);
      const answer = await ask(request);
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
      const name = entry.operation.operationId ?? entry.path;
      for (const what of faultsOf(entry, answer)) {
        found.set(`${name} ${what}`, {
          operation: name,
          what,
          request: JSON.stringify(request).slice(0, 600),
          answer: answer.payload.slice(0, 600),
        });
      }
    }
  }
  const told = [...statuses].sort(([a], [b]) => a - b).map((pair) => pair.join(': '));
  console.info(`fuzz: seed ${SEED}, ${round} rounds of ${operations.length}; ${told.join(', ')}`);
  expect([...found.values()]).toEqual([]);
  // A fuzz that is only ever refused at the door has looked at nothing.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 409, 422]));
}, 600_000);

/** Where a whole number may be larger than a column of the database takes. */
function unbounded(schema: Schema | boolean | undefined, at: string): string[] {
  if (typeof schema !== 'object') return [];
  const { type, minimum, maximum, items, additionalProperties, properties, anyOf, oneOf } = schema;
  const here = type === 'integer' && (minimum === undefined || maximum === undefined) ? [at] : [];
  const inner: (readonly [string, Schema | boolean | undefined])[] = [
    ['items', items],
    ['additionalProperties', additionalProperties],
    ...Object.entries(properties ?? {}),
    ...Object.entries(anyOf ?? []),
    ...Object.entries(oneOf ?? []),
  ];
  return [...here, ...inner.flatMap(([name, one]) => unbounded(one, `${at}/${name}`))];
}

test('every whole number that a request may say has a least and a greatest', () => {
  const found = operations.flatMap(({ operation }) => [
    ...(operation.parameters ?? []).flatMap(({ name, schema }) =>
      unbounded(schema as Schema, `${operation.operationId} ${name}`),
    ),
    ...Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) =>
      unbounded(schema as Schema, `${operation.operationId} body`),
    ),
  ]);
  expect(found).toEqual([]);
});

test('a number too large for the database is a fault of form, not a failure', async () => {
  const asked = { planId: 'yijun-2017', planVersion: 2_147_483_648 };
  const { status, body } = await cast.office.post('/v1/campaigns', asked);
  expect([status, body.errors[0].path]).toEqual([400, '/body/planVersion']);
});
