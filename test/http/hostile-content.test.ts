import { afterAll, beforeAll, expect, test } from 'vitest';
import { openThreads } from '../../src/threads/open.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, issueCampaign } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

const MEBIBYTE = 1024 * 1024;
const SIZE = Math.floor(9.9 * MEBIBYTE);

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService(undefined, undefined, {
    fileSizeBytesMax: 10 * MEBIBYTE,
    threads: openThreads({ deadlineMs: 8_000 }),
  });
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

const post = async (who: Person, url: string, type: string, payload: Buffer | string) => {
  const { statusCode, payload: answer } = await service.app.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${who.key}`, 'content-type': type },
    payload,
  });
  return { status: statusCode, body: JSON.parse(answer) };
};
const upload = (who: Person, payload: Buffer) =>
  post(who, `/v1/files?campaignId=${campaignId}`, 'application/pdf', payload);

/** What came of the work, and how many other requests were answered before it, one after another. */
async function meanwhile<Result>(work: Promise<Result>) {
  let isOver = false;
  const watched = work.finally(() => {
    isOver = true;
  });
  let answered = 0;
  let longestMs = 0;
  while (!isOver) {
    const startedMs = performance.now();
    expect((await cast.office.get(`/v1/campaigns/${campaignId}`)).status).toBe(200);
    longestMs = Math.max(longestMs, performance.now() - startedMs);
    answered += 1;
  }
  return { result: await watched, answered, longestMs };
}

const pdf = (part: string, size = SIZE): Buffer =>
  Buffer.from(`%PDF-1.7\n${part.repeat(Math.floor(size / part.length))}\n%%EOF`, 'latin1');

test.each([
  ['accepted', '/Page ', 201],
  ['refused', '/ObjStm', 422],
  ['refused as well', '1 0 obj /ObjStm stream\n', 422],
])('F6: a hostile PDF of 9.9 MiB is %s while others are answered', async (_, part, status) => {
  const { result, answered, longestMs } = await meanwhile(upload(cast.village, pdf(part)));
  expect(result.status).toBe(status);
  expect(answered).toBeGreaterThan(1);
  expect(longestMs).toBeLessThan(2_000);
});

// The parser's own fault: a megabyte of these takes it three quarters of a minute.
const TAGS = '!!str '.repeat(MEBIBYTE / 6);

test('F6: a plan that would be read for a minute is refused at its deadline, and the next one is read', async () => {
  const sent = post(cast.department, '/v1/plans?dryRun=true', 'application/yaml', TAGS);
  const { result, answered, longestMs } = await meanwhile(sent);
  expect([result.status, result.body.type]).toEqual([413, expect.stringMatching(/too-large$/)]);
  expect(result.body.detail).toContain('内容过于复杂');
  expect(answered).toBeGreaterThan(10);
  expect(longestMs).toBeLessThan(2_000);
  const next = await post(cast.department, '/v1/plans?dryRun=true', 'application/yaml', 'id: x');
  expect([next.status, next.body.type]).toEqual([422, expect.stringMatching(/content-invalid$/)]);
});

test('F6: whoever sends too much at once waits or comes again, and nobody else does', async () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    upload(cast.village, pdf(`/Page${index} `, MEBIBYTE)),
  );
  const other = await upload(cast.township, pdf('/Other ', MEBIBYTE));
  expect(other.status).toBe(201);
  const answers = await Promise.all(many);
  // Told by the unit's allowance of uploads, or by the queue of the threads.
  const told = answers.filter(({ status }) => status !== 201).map(({ status }) => status);
  expect(told.length).toBeGreaterThan(0);
  expect(told.every((status) => status === 429 || status === 503)).toBe(true);
});

test('F6: of a plan with tens of thousands of faults the first ones are told, and how many', async () => {
  const plan = Object.fromEntries(Array.from({ length: 4_900 }, (_, index) => [`k${index}`, 1]));
  const { status, body } = await post(
    cast.department,
    '/v1/plans?dryRun=true',
    'application/json',
    JSON.stringify({ ...plan, categories: Array(5_000).fill(1) }),
  );
  expect([status, body.errors.length]).toEqual([422, 500]);
  expect(Number(/方案有 (\d+) 处/.exec(body.detail)?.[1])).toBeGreaterThan(9_000);
});
