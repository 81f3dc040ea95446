import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Cast } from '../support/campaign.ts';
import { castOf, issueCampaign, registerVillage } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService, PENG } from '../support/service.ts';

// As a plan would be that was published before what texts cost was counted.
const POISON =
  '{{ addressee }}{% for i in (1..100000) %}{% for j in (1..999) %}{{ j }}{% endfor %}';
const ENDLESS = `${POISON}{% endfor %}`;
const POISONED = ['candidate-registered', 'plan-submitted'];

let service: RunningService;
let cast: Cast;
beforeAll(async () => {
  service = await openService();
  for (const template of POISONED) {
    await service.pool.query(
      `update plan set body = jsonb_set(body::jsonb, $1, to_jsonb($2::text)) where id = 'yijun-2017'`,
      [['notices', template, 'body'], ENDLESS],
    );
  }
  cast = await castOf(service);
});
afterAll(() => service.close());

test('F14: a plan whose text never ends is refused when it is published, and told where', async () => {
  const yaml = await readFile(join(import.meta.dirname, '../../plans/yijun-2017.yaml'), 'utf8');
  const plan = parse(yaml);
  plan.version = 2;
  plan.notices = { selected: { body: ENDLESS } };
  const { status, body } = await cast.department.post('/v1/plans', plan);
  expect(status).toBe(422);
  expect(body.errors).toEqual([
    { path: '/body/notices/selected/body', message: expect.stringContaining('步骤过多') },
  ]);
});

test('F14: in a campaign under way such a text holds nobody up, and no notice is lost', async () => {
  const campaignId = await issueCampaign(cast);
  const startedMs = performance.now();
  const villages = await service.pool.query<{ id: string }>(
    `select id from organisation where kind = 'VILLAGE' and path like '%/' || $1 || '/%' limit 5`,
    [PENG],
  );
  const ids = await Promise.all(
    villages.rows.map(({ id }) => registerVillage(cast, campaignId, id)),
  );
  expect(ids.length).toBeGreaterThan(3);
  expect(performance.now() - startedMs).toBeLessThan(20_000);
  const { rows } = await service.pool.query<{
    title: string;
    body: string;
    organisation_id: string;
  }>(
    `select title, body, organisation_id from notice
      where template = 'candidate-registered' and subject_id = any($1)`,
    [ids],
  );
  expect(new Set(rows.map(({ organisation_id }) => organisation_id)).size).toBeGreaterThan(0);
  expect(rows.length).toBeGreaterThanOrEqual(ids.length);
  for (const { title, body } of rows) {
    expect(title).toMatch(/^关于.+有关事项的通知（candidate-registered）$/);
    expect(body).toContain('方案的模板未能成文');
    expect(body).toContain('根据：');
  }
});
