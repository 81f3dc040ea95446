// Deadlines and long work are done once, however many clocks there are, and one bad row never holds them
// up.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, inject, test } from 'vitest';
import { createPool } from '../../src/db/kernel/pool.ts';
import { startCluster, stopCluster } from './support/cluster.ts';
import { BEGINS_AT, OVERDUE_AT } from './support/county.ts';
import { startLoad } from './support/load.ts';
import { isDone as isTold2xx } from './support/oracle.ts';
import { within } from './support/processes.ts';
import { expectAlive, findUntrue, openStage, type Stage, settle } from './support/stage.ts';

let stage: Stage;
afterEach(async () => {
  await startCluster(stage.cluster);
  await stage.close();
});

const FIRED_WITHIN_MS = 15_000;

/** The number of timers that are due and not fired, without those of these subjects. */
const countDue = async (but: readonly string[] = []): Promise<number> => {
  const [row] = await stage.query<{ count: number }>(
    `select count(*)::int as count from timer
      where due_at <= now_instant() and subject_id <> all ($1::uuid[])`,
    but,
  );
  return row?.count ?? 0;
};

type Firing = { subject_id: string; type: string; at: Date; due: string; sequence: number };
const firings = (): Promise<Firing[]> =>
  stage.query<Firing>(
    `select subject_id, type, at, payload ->> 'dueAt' as due, sequence from event
      where type like 'xstate.after%' order by subject_id, sequence`,
  );

const levelsOf = async (orders: readonly string[]): Promise<Set<string>> =>
  new Set(
    (
      await stage.query<{ level: string }>(
        'select level from obligation where subject_id = any ($1::uuid[])',
        orders,
      )
    ).map(({ level }) => level),
  );

/** Every order has told three that it is escalated, each once, and nobody of what it passed on the way (C27). */
const expectReminded = async (orders: readonly string[]): Promise<void> => {
  const told = await stage.query<{ subject_id: string; level: string; count: number }>(
    `select subject_id, level, count(distinct organisation_id)::int as count from notice
      where subject_id = any ($1::uuid[]) and level in ('overdue', 'escalated')
      group by subject_id, level`,
    orders,
  );
  expect(told).toHaveLength(orders.length);
  expect(new Set(told.map(({ level }) => level))).toEqual(new Set(['escalated']));
  expect(new Set(told.map(({ count }) => count))).toEqual(new Set([3]));
};

test('what fell due while the database was away is fired once, in order, and says how late it was', async () => {
  stage = await openStage({ replicas: 2 });
  const { cluster, county, services } = stage;
  await stopCluster(cluster, 'immediate');
  await sleep(1_000);
  await startCluster(cluster);
  await stage.setClock(OVERDUE_AT);
  expect(await within(FIRED_WITHIN_MS, async () => (await countDue()) === 0)).toBe(true);
  await expectAlive(services);
  const fired = await firings();
  const names = fired.map(({ subject_id, type }) => `${subject_id} ${type}`);
  expect(names).toEqual([...new Set(names)]);
  // Drafts of a working day are reminded of at once, before the database goes.
  const late = fired.filter(({ at }) => at > new Date(BEGINS_AT));
  for (const [subject, own] of Map.groupBy(late, ({ subject_id }) => subject_id)) {
    const dues = own.map(({ due }) => due);
    expect(dues, subject).toEqual(dues.toSorted());
    // A timer that follows from a deadline fired late may be due at that very instant.
    for (const { at, due } of own) expect(at.toISOString() >= due, subject).toBe(true);
    expect((own[0]?.at.toISOString() ?? '') > (own[0]?.due ?? ''), `${subject} was late`).toBe(
      true,
    );
  }
  expect(await levelsOf(county.orders)).toEqual(new Set(['escalated']));
  await expectReminded(county.orders);
  await settle(stage);
});

test('three replicas under load with a kill among them fire every deadline once', async () => {
  stage = await openStage({ replicas: 3 });
  const load = startLoad(stage.oracle, stage.county, stage.origins, { clients: 6 });
  await load.progress(30);
  await Promise.all([stage.setClock(OVERDUE_AT), stage.services[0]?.kill('SIGKILL')]);
  expect(await within(FIRED_WITHIN_MS, async () => (await countDue()) === 0)).toBe(true);
  await load.stop();
  await expectReminded(stage.county.orders);
  await settle(stage);
});

const HOUR_MS = 3_600_000;
const SHIFTED = `--import=${join(import.meta.dirname, 'support/shifted-clock.ts')}`;

test('replicas whose clocks are hours apart fire by the clock of the database, once', async () => {
  stage = await openStage({
    replicas: 0,
    settings: { CLOCK: 'system' },
    before: async ({ query, county }) => {
      await query('delete from virtual_clock');
      await query(`update timer set due_at = clock_timestamp() + interval '2 hours'`);
      await query(
        `update timer set due_at = clock_timestamp() + interval '8 seconds'
          where timer_id like '%rectificationWindow%' and subject_id = any ($1::uuid[])`,
        county.orders.slice(0, 4),
      );
    },
  });
  const { county } = stage;
  const due = county.orders.slice(0, 4);
  const begun = new Date();
  await Promise.all([
    stage.start({ NODE_OPTIONS: SHIFTED, CLOCK_SHIFT_MS: String(5 * HOUR_MS) }),
    stage.start({ NODE_OPTIONS: SHIFTED, CLOCK_SHIFT_MS: String(-7 * HOUR_MS) }),
  ]);
  const load = startLoad(stage.oracle, county, stage.origins, { clients: 4 });
  await load.progress(20);
  expect(await within(FIRED_WITHIN_MS, async () => (await firings()).length >= due.length)).toBe(
    true,
  );
  await sleep(1_000);
  await load.stop();
  const windows = (await firings()).filter(({ type }) => type.includes('rectificationWindow'));
  expect(windows.map(({ subject_id }) => subject_id)).toEqual(due.toSorted());
  const [odd] = await stage.query<{ count: number }>(
    `select count(*)::int as count from event
      where at > '2020-01-01' and (at < $1 or at > clock_timestamp())`,
    begun.toISOString(),
  );
  expect(odd?.count, 'events that bear the time of a replica').toBe(0);
  await settle(stage);
});

/** Gives these subjects a machine version that no build knows yet. */
const makeNewer = async ({ query }: Stage, ids: readonly string[]): Promise<void> => {
  await query('update subject set version = 99 where id = any ($1::uuid[])', ids);
};

const expectTrue = async (but: readonly string[]): Promise<void> => {
  const pool = createPool(stage.url, { max: 1, applicationName: 'oracle' });
  try {
    expect(await findUntrue(pool, but)).toEqual([]);
  } finally {
    await pool.end();
  }
};

/** The failures of the worker as operators see them. */
const incidents = async (): Promise<{ lane: string; status: string; subjectId: string }[]> => {
  const answer = await fetch(`${stage.origins()[0]}/v1/incidents?limit=100`, {
    headers: { authorization: `Bearer ${stage.county.keys.operator}` },
  });
  return ((await answer.json()) as { items: never[] }).items;
};

test('F3: a subject of a newer machine version is passed over: phase and deadlines of all others go on, and it is told', async () => {
  const { orders, persons, keys, campaignId } = inject('county');
  const newer = [...orders.slice(0, 1), ...persons.slice(0, 1)];
  stage = await openStage({ before: (bare) => makeNewer(bare, newer) });
  const path = `/v1/campaigns/${campaignId}/events`;
  for (const [bearer, body] of [
    [keys.office, { type: 'request-override', reason: '试运行' }],
    [keys.department, { type: 'approve-override' }],
    [keys.office, { type: 'advance-phase' }],
  ] as const) {
    expect(
      isTold2xx(
        await stage.oracle.send(stage.origins()[0] ?? '', {
          marker: '',
          key: null,
          path,
          bearer,
          body,
        }),
      ),
    ).toBe(true);
  }
  const behind = async (): Promise<string[]> =>
    (
      await stage.query<{ id: string }>(
        'select id from subject where campaign_id = $1 and follows_phase and phase < 2',
        campaignId,
      )
    ).map(({ id }) => id);
  expect(await within(FIRED_WITHIN_MS, async () => (await behind()).length === 1)).toBe(true);
  expect(await behind()).toEqual(persons.slice(0, 1));
  await stage.setClock(OVERDUE_AT);
  expect(await within(FIRED_WITHIN_MS, async () => (await countDue(newer)) === 0)).toBe(true);
  await expectReminded(orders.slice(1));
  await expectAlive(stage.services);
  const isTold = async (): Promise<boolean> =>
    (await incidents()).some(({ lane }) => lane === 'versions');
  expect(await within(FIRED_WITHIN_MS, isTold), 'an incident tells of the version').toBe(true);
  await expectTrue(newer);
});

test('F4: 600 deadlines that cannot be fired stand in front; the good ones behind them are, and nothing spins', async () => {
  stage = await openStage();
  const { orders, persons } = stage.county;
  // No machine knows this state, so every event of the subject throws.
  await stage.query(`update subject set value = '"nowhere"' where id = any ($1::uuid[])`, persons);
  await stage.query(
    `insert into timer (campaign_id, subject_id, timer_id, due_at)
     select campaign_id, id, 'xstate.after.poison.' || n, '2017-05-19T00:00:00Z'
       from subject, generate_series(1, 25) n where id = any ($1::uuid[])`,
    persons,
  );
  await stage.setClock(OVERDUE_AT);
  expect(await within(2 * FIRED_WITHIN_MS, async () => (await countDue(persons)) === 0)).toBe(true);
  await expectReminded(orders);
  await expectAlive(stage.services);
  expect((await incidents()).some(({ subjectId }) => persons.includes(subjectId))).toBe(true);
  const [service] = stage.services;
  const before = { cpu: await cpuSeconds(service?.pid ?? 0), said: service?.said().length ?? 0 };
  await sleep(4_000);
  expect((await cpuSeconds(service?.pid ?? 0)) - before.cpu, 'seconds of CPU in four').toBeLessThan(
    1.5,
  );
  expect((service?.said().length ?? 0) - before.said, 'characters of log in 4 s').toBeLessThan(
    500_000,
  );
  await expectTrue(persons);
});

/** CPU time this process has used so far; the kernel counts it in hundredths of a second. */
const cpuSeconds = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

test('F3: an item of long work that cannot be done holds up neither the items behind it nor any deadline', async () => {
  stage = await openStage();
  const { keys, campaignId, otherCampaignId, orders, persons } = stage.county;
  const me = await fetch(`${stage.origins()[0]}/v1/me`, {
    headers: { authorization: `Bearer ${keys.committee}` },
  });
  const { id: principal } = (await me.json()) as { id: string };
  const operation = async (campaign: string, items: object[]): Promise<string> => {
    const id = crypto.randomUUID();
    await stage.query(
      `insert into operation (campaign_id, id, kind, status, total, created_by, created_at)
       values ($1, $2, 'import', 'running', $3, $4, now_instant())`,
      campaign,
      id,
      items.length,
      principal,
    );
    await stage.query(
      `insert into operation_item (campaign_id, operation_id, index, command)
       select $1, $2, (n - 1)::int, command from jsonb_array_elements($3) with ordinality i (command, n)`,
      campaign,
      id,
      JSON.stringify(items),
    );
    return id;
  };
  const item = (subjectId: string | undefined, summary: string) => ({
    subjectId,
    event: {
      type: 'record-evidence',
      id: crypto.randomUUID(),
      kind: 'problem',
      occurredOn: '2017-05-20',
      summary,
    },
  });
  // No code can read this item, so it throws wherever it is looked at.
  const poison = { subjectId: persons[0], event: null };
  const bad = await operation(otherCampaignId, [poison]);
  await operation(campaignId, [poison, item(persons[1], 'behind the bad item')]);
  const good = await operation(campaignId, [item(persons[2], 'of another operation')]);
  await stage.setClock(OVERDUE_AT);
  const isDone = async (): Promise<boolean> => {
    const done = await stage.query<{ summary: string }>(
      `select personal ->> '/payload/summary' as summary from event_personal
        where personal ->> '/payload/summary' in ('behind the bad item', 'of another operation')`,
    );
    return done.length === 2;
  };
  expect(await within(FIRED_WITHIN_MS, isDone), 'good items are done').toBe(true);
  expect(await within(FIRED_WITHIN_MS, async () => (await countDue()) === 0)).toBe(true);
  await expectReminded(orders);
  const statusesOf = await stage.query<{ id: string; status: string }>(
    'select id, status from operation where id = any ($1::uuid[])',
    [bad, good],
  );
  expect(statusesOf.find(({ id }) => id === good)?.status).toBe('done');
  const outcomes = await stage.query<{ kind: string }>(
    `select outcome ->> 'kind' as kind from operation_item
      where command -> 'event' ->> 'summary' is not null`,
  );
  expect(outcomes).toEqual([{ kind: 'done' }, { kind: 'done' }]);
  expect((await incidents()).some(({ lane }) => lane === 'operations')).toBe(true);
  await settle(stage);
});
