import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Cast } from '../support/campaign.ts';
import { castOf } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let yijun: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  yijun = await readFile(new URL('../../plans/yijun-2017.yaml', import.meta.url), 'utf8');
});
afterAll(() => service.close());

/** Each says `to` where the plan says `from`; somebody would be stuck for ever. */
const WRONG = [
  {
    from: 'applicants: [township-committee]',
    to: 'applicants: [village-organisation]',
    path: '/body/categories/1/applicants/0',
  },
  {
    from: 'required: { evidence: supervision-system, atLeast: 1 }',
    to: 'required: { evidence: supervision-sistem, atLeast: 1 }',
    path: '/body/categories/1/criteria/1/required/evidence',
  },
];

test('P5: what would leave somebody stuck is refused when it is published, all of it at once, and nothing is kept', async () => {
  const text = WRONG.reduce(
    (plan, { from, to }) => plan.replace(from, to),
    yijun.replace(/^version: 1$/m, 'version: 2'),
  );
  const { status, body } = await cast.department.post('/v1/plans', parse(text));
  expect(status).toBe(422);
  const paths = body.errors.map((one: { path: string }) => one.path);
  expect(paths.sort()).toEqual(WRONG.map(({ path }) => path).sort());
  expect((await cast.department.get('/v1/plans/yijun-2017?version=2')).status).toBe(404);
});
