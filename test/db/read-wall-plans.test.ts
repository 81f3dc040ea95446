// What the wall costs a page: its conditions are searched by index, and asked of no row that is not shown.

import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVillages, registerCrowd, type Village } from '../../bench/crowd.ts';
import { inReach } from '../../src/db/kernel/connections.ts';
import { castOf, issueCampaign, registerTownship, registerVillage } from '../support/campaign.ts';
import { openService, type Person, type RunningService } from '../support/service.ts';
import { unit, unitPath } from '../support/units.ts';

const CROWD = 2500;
const PENG = unitPath('6102', '610222', '610222101');
/** Tables with as many rows as there are candidates, which no page may read from end to end. */
const GROWN = ['subject', 'candidate', 'event', 'event_personal', 'timer', 'obligation', 'notice'];

let service: RunningService;
let committee: Person;
let campaignId: string;
let peng: string;
let heard: { text: string; values: unknown[] }[] | null = null;
beforeAll(async () => {
  service = await openService();
  service.readers.on('connect', (client) => hearing(client));
  const cast = await castOf(service);
  committee = cast.committee;
  const villages = await addVillages(service.pool, unit('610222'), CROWD);
  campaignId = await issueCampaign(cast);
  peng = await registerTownship(cast, campaignId);
  const [first, ...others] = villages as [Village, ...Village[]];
  const id = await registerVillage(cast, campaignId, first.id);
  await registerCrowd(service.pool, { id, village: first }, others);
  await service.pool.query('vacuum analyze');
});
afterAll(() => service.close());

/** Hears what is asked on this connection from now on. */
function hearing(client: pg.PoolClient): void {
  const { query } = client;
  client.query = ((asked: unknown, values?: unknown[]) => {
    const { text, values: own } = (typeof asked === 'object' ? asked : { text: asked }) as {
      text: string;
      values?: unknown[];
    };
    const isOurs = /^\s*(?:begin|commit|rollback|explain)/i.test(text);
    if (!isOurs) heard?.push({ text, values: own ?? values ?? [] });
    return (query as (...args: unknown[]) => unknown).call(client, asked, values);
  }) as typeof client.query;
}

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
};
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** The nodes of the plans of all that is asked for one answer. */
async function plansOf(url: string): Promise<Plan[]> {
  heard = [];
  const { status } = await committee.get(url);
  const asked = heard;
  heard = null;
  expect(status).toBe(200);
  expect(asked.length).toBeGreaterThan(0);
  const client = await service.readers.connect();
  const nodes: Plan[] = [];
  try {
    for (const { text, values } of asked) {
      const { rows } = await inReach(client, PENG, () =>
        client.query(`explain (analyze, format json, timing off) ${text}`, values),
      );
      nodes.push(...nodesOf(rows[0]['QUERY PLAN'][0].Plan));
    }
  } finally {
    client.release();
  }
  return nodes;
}

/** How many rows of what has grown a page of 20 may look at and not show. */
const LOOKED_AT_MAX = 1000;

test.each([
  ['candidates of a campaign', () => `/v1/candidates?campaignId=${campaignId}&limit=20`],
  [
    'candidates in a state',
    () => `/v1/candidates?campaignId=${campaignId}&state=acknowledging&limit=20`,
  ],
  [
    'candidates who are late',
    () => `/v1/candidates?campaignId=${campaignId}&overdue=true&limit=20`,
  ],
  ['candidates below a place', () => `/v1/candidates?organisationId=${unit('610222101')}&limit=20`],
  ['one candidate', () => `/v1/candidates/${peng}`],
  ['the log of a candidate', () => `/v1/candidates/${peng}/events`],
  ['what may be sent to a candidate', () => `/v1/candidates/${peng}/history`],
  ['notices', () => '/v1/notices?limit=20'],
  ['campaigns', () => '/v1/campaigns'],
  ['orders of rectification', () => `/v1/rectifications?campaignId=${campaignId}&limit=20`],
])('F11: %s: nothing that grows is read from end to end', async (_, url) => {
  const nodes = await plansOf(url());
  const whole = nodes.filter(
    (node) => node['Node Type'] === 'Seq Scan' && GROWN.includes(node['Relation Name'] ?? ''),
  );
  expect(whole).toEqual([]);
  const passedOver = nodes.reduce(
    (sum, node) => sum + (node['Rows Removed by Filter'] ?? 0) * node['Actual Loops'],
    0,
  );
  expect(passedOver).toBeLessThan(LOOKED_AT_MAX);
});

test('F11: the reach is the condition by which an index is searched', async () => {
  const nodes = await plansOf(`/v1/candidates?organisationId=${unit('610222101')}&limit=100`);
  const conditions = nodes.map((node) => node['Index Cond'] ?? '');
  expect(conditions.filter((condition) => /path ~>=~ .*path ~<~ /.test(condition))).not.toEqual([]);
});
