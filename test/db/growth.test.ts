// What a page costs when a campaign has grown: it reads what it shows, not what it passes over.

import { unit, unitPath } from '../support/units.ts';
import '../../src/command/nouns.ts';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVillages, registerCrowd, rowsOf, type Village } from '../../bench/crowd.ts';
import { listCandidates } from '../../src/db/candidate/candidates.ts';
import { listRollUps } from '../../src/db/conformance/conformance-reads.ts';
import { listObligations } from '../../src/db/kernel/obligations.ts';
import { statements } from '../../src/db/kernel/transaction.ts';
import { listNotices } from '../../src/db/notice/notices.ts';
import type { Tables } from '../../src/db/tables.ts';
import { type Cast, castOf, done, issueCampaign, registerVillage } from '../support/campaign.ts';
import { createTestDatabase } from '../support/database.ts';
import { openService, type RunningService } from '../support/service.ts';

const CROWD = 3000;
const LIMIT = 20;
/** What a page of 20 may look at: some descents into indexes for each row. All there is is 3,000. */
const BLOCKS_READ_MAX = 700;
const WHOLE = { reaches: [unitPath('6102', '610222')], recusal: null };

let service: RunningService;
let cast: Cast;
let campaignId: string;
let template: { id: string; village: Village };
let villages: Village[];
let ids: string[];
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  villages = await addVillages(service.pool, unit('610222'), CROWD + 10);
  campaignId = await issueCampaign(cast);
  const [first, acknowledging, ...others] = villages as [Village, Village, ...Village[]];
  template = { id: await registerVillage(cast, campaignId, first.id), village: first };
  const acknowledged = await registerVillage(cast, campaignId, acknowledging.id);
  const village = await service.person(['village-organisation', `${acknowledging.id}-DZB`]);
  const event = { type: 'acknowledge-mobilization' };
  done(await village.post(`/v1/candidates/${acknowledged}/events`, event));
  ids = await registerCrowd(service.pool, template, others.slice(0, CROWD - 2));
  await registerCrowd(
    service.pool,
    { id: acknowledged, village: acknowledging },
    others.slice(CROWD - 2, CROWD),
  );
  // Two are late, at the end of the order in which they were registered.
  await service.pool.query(
    `update obligation set due_at = '2017-05-19T16:00:00Z' where subject_id = any ($1)`,
    [ids.slice(-2)],
  );
  await service.pool.query('vacuum analyze');
});
afterAll(() => service.close());

type Plan = {
  'Node Type': string;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  'Index Cond'?: string;
  Plans?: Plan[];
};

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

const explain = async (db: pg.Pool, text: string, values: readonly unknown[]): Promise<Plan> => {
  const { rows } = await db.query(`explain (analyze, buffers, format json, timing off) ${text}`, [
    ...values,
  ]);
  return rows[0]['QUERY PLAN'][0].Plan;
};

/** Pages of the database that a plan has looked at. */
const blocksRead = (plan: Plan): number =>
  (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);

/** The plans of what a list asks, and what it answers. */
async function listing<Row>(list: (db: Kysely<Tables>) => Promise<Row[]>) {
  const asked: { sql: string; parameters: readonly unknown[] }[] = [];
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: service.pool }),
    log: ({ query }) => {
      asked.push(query);
    },
  });
  const rows = await list(db);
  const plans: Plan[] = [];
  for (const { sql, parameters } of asked) plans.push(await explain(service.pool, sql, parameters));
  return { rows, plans };
}

test('a candidate of the crowd has the rows of one that the service registered', async () => {
  const [last] = villages.slice(-1) as [Village];
  const registered = await registerVillage(cast, campaignId, last.id);
  const sameOf = async (id: string, village: Village) => {
    const rows = await rowsOf(service.pool, id);
    const notices = rows.notice.map((row) => String(row.id));
    let text = JSON.stringify(rows);
    for (const [index, notice] of notices.entries()) text = text.replaceAll(notice, `n${index}`);
    for (const name of [id, village.id, village.place, village.name, village.townshipId])
      text = text.replaceAll(name, '·');
    return text.replaceAll(/"(hash|chain_hash)":"[0-9a-f]{64}"/g, '"$1":""');
  };
  const [copy] = villages.slice(2) as [Village];
  expect(await sameOf(ids[0] ?? '', copy)).toBe(await sameOf(registered, last));
});

test('a candidate of the crowd takes part as any other', async () => {
  const url = `/v1/candidates/${ids[1]}`;
  const village = await service.person(['village-organisation', `${villages[3]?.id}-DZB`]);
  done(await village.post(`${url}/events`, { type: 'acknowledge-mobilization' }));
  expect(done(await village.get(url)).body).toMatchObject({ state: 'mobilized', revision: 2 });
});

const lists: [string, (db: Kysely<Tables>) => Promise<unknown[]>, number][] = [
  [
    'candidates in a rare state',
    (db) => listCandidates(db, { ...WHOLE, campaignId, state: 'mobilized', limit: LIMIT }),
    4,
  ],
  [
    'candidates in the common state, from the middle',
    (db) => {
      const after = [campaignId, ids[1500] ?? ''] as const;
      return listCandidates(db, {
        ...WHOLE,
        campaignId,
        stage: 'mobilization',
        state: 'acknowledging',
        after,
        limit: LIMIT,
      });
    },
    LIMIT,
  ],
  [
    'candidates that are late',
    (db) => listCandidates(db, { ...WHOLE, campaignId, overdue: true, limit: LIMIT }),
    2,
  ],
  [
    'candidates that are not late',
    (db) => listCandidates(db, { ...WHOLE, campaignId, overdue: false, limit: LIMIT }),
    LIMIT,
  ],
  [
    'obligations that are late',
    (db) => listObligations(db, { ...WHOLE, campaignId, overdue: true, limit: LIMIT }),
    2,
  ],
  [
    'obligations by when they fall due, thousands at one instant',
    (db) => listObligations(db, { ...WHOLE, open: true, limit: LIMIT }),
    LIMIT,
  ],
  [
    'notices of a county',
    (db) =>
      listNotices(db, { inboxes: inboxes([unit('610222-YCB')], WHOLE.reaches), limit: LIMIT }),
    LIMIT,
  ],
  [
    'notices of a village',
    (db) => {
      const [, , , , { id, townshipId } = template.village] = villages;
      const reach = `${unitPath('6102', '610222')}${townshipId}/${id}/`;
      return listNotices(db, { inboxes: inboxes([`${id}-DZB`], [reach]), limit: LIMIT });
    },
    2,
  ],
];

const inboxes = (organisationIds: string[], reaches: string[]) => ({
  organisationIds,
  assessedIds: [],
  assessorId: '00000000-0000-7000-8000-000000000000',
  reaches,
  recusal: null,
});

test.each(lists)('a page reads what it shows: %s', async (_, list, shown) => {
  const { rows, plans } = await listing(list);
  expect(rows.length).toBeLessThanOrEqual(shown);
  expect(rows.length).toBeGreaterThan(0);
  expect(plans.length).toBeGreaterThan(0);
  expect(Math.max(...plans.map(blocksRead))).toBeLessThan(BLOCKS_READ_MAX);
});

test('pages of notices, unread and read, follow each other without a gap or a repeat', async () => {
  const filter = { inboxes: inboxes([], WHOLE.reaches), campaignId };
  await service.pool.query(
    `update notice set read_at = now_instant(), read_by = 'x' where subject_id = any ($1)`,
    [ids.slice(100, 140)],
  );
  const { rows: all } = await listing((db) => listNotices(db, { ...filter, limit: CROWD * 2 }));
  const ordered = all.map(({ readAt, id }) => [readAt !== null, id] as const);
  expect(ordered).toEqual(
    ordered.toSorted(([a, x], [b, y]) => Number(a) - Number(b) || (x < y ? 1 : -1)),
  );
  const paged: string[] = [];
  for (let after: readonly [boolean, string] | undefined; ; ) {
    const { rows } = await listing((db) => listNotices(db, { ...filter, after, limit: 1000 }));
    paged.push(...rows.map(({ id }) => id));
    const last = rows.at(-1);
    if (last === undefined) break;
    after = [last.readAt !== null, last.id];
  }
  expect(paged).toEqual(all.map(({ id }) => id));
});

test('a page of places reads what it shows', async () => {
  const asked: { text: string; values: unknown[] }[] = [];
  const recorder = {
    query: (query: { text: string; values: unknown[] }) => {
      asked.push(query);
      return service.pool.query(query);
    },
  } as unknown as pg.Pool;
  const places = await listRollUps(recorder, {
    campaignId,
    asOf: '2100-01-01T00:00:00Z',
    under: unitPath('6102', '610222'),
    ...WHOLE,
    after: null,
    limit: LIMIT,
    conforms: null,
    countyCountsBases: false,
  });
  expect(places).toHaveLength(LIMIT);
  const [{ text, values }] = asked as [{ text: string; values: unknown[] }];
  expect(blocksRead(await explain(service.pool, text, values))).toBeLessThan(BLOCKS_READ_MAX);
});

test('what is due is found by an index that now_instant() bounds', async () => {
  for (const list of [
    'select * from obligation where closed_at is null and due_at <= now_instant() order by due_at limit 20',
    `delete from idempotency where created_at < now_instant() - interval '30 days'`,
  ]) {
    const plan = await explain(service.writers, list, []);
    expect(nodesOf(plan).map((node) => node['Index Cond'] ?? '')).toContainEqual(
      expect.stringContaining('now_instant()'),
    );
  }
});

test('rows that were sent are looked up key by key, whatever the tables held at planning', async () => {
  const names = [
    ...['find-same-candidates', 'find-answers', 'find-superseded', 'find-assessed'],
    ...['find-correctable', 'find-roll-entries'],
  ];
  const scanned = new Map<string, string[]>();
  const empty = await createTestDatabase();
  const client = await empty.writers.connect();
  try {
    for (const name of names) {
      const sql = statements.get(name) ?? '';
      const parameters = Math.max(...[...sql.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
      await client.query(`prepare "look ${name}" as ${sql}`);
      const nulls = Array.from({ length: parameters }, () => 'null').join(', ');
      const { rows } = await client.query(`explain (format json) execute "look ${name}"(${nulls})`);
      const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan);
      scanned.set(
        name,
        nodes.flatMap((node) => node['Index Cond'] ?? []),
      );
    }
  } finally {
    client.release();
    await empty.drop();
  }
  expect([...scanned.keys()].toSorted()).toEqual(names.toSorted());
  for (const [name, conditions] of scanned) {
    expect([name, conditions.join(' ')]).toEqual([name, expect.stringContaining('asked.')]);
  }
});
