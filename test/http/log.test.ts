// What the log of the process tells, and what it keeps to itself.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { App } from '../../src/http/kernel/app.ts';
import { createLog } from '../../src/http/kernel/log.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { siteServer } from '../support/http-server.ts';

const KEY = `cp_0123456789abcdef_${'k'.repeat(43)}`;
const REFUSED = "insert into principal (id, name) values (gen_random_uuid(), '王建国')";

let database: TestDatabase;
let app: App;
const lines: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  app = await siteServer({
    log: createLog('trace', { write: (line) => void lines.push(line) }),
    registerResources: (it) => {
      it.post('/v1/people/:name', async ({ query }) => {
        await database.pool.query(REFUSED);
        return query;
      });
    },
  });
});
beforeEach(() => lines.splice(0));
afterAll(async () => {
  await app.close();
  await database.drop();
});

test('what the database quotes of a refused row stays out of the log, which tells what was refused', async () => {
  await expect(database.pool.query(REFUSED)).rejects.toMatchObject({
    detail: expect.stringContaining('王建国'),
  });
  const headers = { authorization: `Bearer ${KEY}` };
  expect((await app.inject({ method: 'POST', url: '/v1/people/x', headers })).statusCode).toBe(500);
  const told = lines.map((line) => JSON.parse(line));
  expect(told[0]).toMatchObject({
    level: 50,
    err: { code: '23502', table: 'principal', column: 'organisation_id' },
  });
  expect(told[0].err.stack).toContain('log.test.ts');
  expect(lines.join('')).not.toContain('王建国');
});

test('no key, header, name or query of a request is in the log', async () => {
  for (const token of [KEY, 'nobody-knows-it']) {
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/people/zhao-min?contact=13800138000',
      headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' },
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  }
  expect(lines.length).toBeGreaterThanOrEqual(2);
  for (const secret of [KEY, 'nobody-knows-it', 'zhao-min', '13800138000', '203.0.113.7']) {
    expect(lines.join('')).not.toContain(secret);
  }
});

test('whatever is asked, each thing told is one line of JSON', async () => {
  for (const url of ['/v1/people/a%0A%7B%22level%22:60%7D', '/no%0D%0Awhere', '/v1/%E2%80%A8']) {
    await app.inject({ method: 'POST', url, headers: { traceparent: 'x\u2028y' } });
  }
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) {
    expect(line.slice(0, -1)).not.toMatch(/[\n\r\u2028]/);
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), pid: process.pid });
  }
});
