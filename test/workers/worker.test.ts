// The worker's lanes on a real database: what one throws stops no other, and each tells how it fares.

import { randomUUIDv7 } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { retryIncidents, setAside } from '../../src/command/kernel/incidents.ts';
import { watched } from '../../src/command/kernel/watched.ts';
import { NIGHTLY_FROM_HOUR, requestVerification } from '../../src/db/audit/verifications.ts';
import { WritingStopped } from '../../src/db/kernel/replicas.ts';
import type { Worker } from '../../src/workers/worker.ts';
import { startWorker } from '../../src/workers/worker.ts';
import { openScene, orderDue, PENG, type Scene } from '../support/scene.ts';

const log = pino({ level: 'silent' });
const retention = { accessLogMonths: 24, personalMonths: 24 };
let scene: Scene;
let worker: Worker;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await worker.stop();
  await scene.drop();
});

const begin = (written = log) => {
  worker = startWorker({ pool: scene.pool, performer: scene.performer, log: written, retention });
};
const laneOf = (name: string) => worker.status().find(({ lane }) => lane === name);
const until = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: 10_000, interval: 50 });

const firedOf = async (order: string): Promise<number> =>
  (
    await scene.query(
      `select 1 from event where subject_id = $1 and type like 'xstate.after%'`,
      order,
    )
  ).length;

test('F3: a lane that throws stops no other, tells so, and goes on when it can', async () => {
  const order = await orderDue(scene);
  await scene.query('alter table operation rename to operation_away');
  await scene.setClock('2017-06-02T00:00:00Z');
  begin();
  await until(() => expect(laneOf('operations')?.detail).toBe('failing: 42P01'));
  await until(async () => expect(await firedOf(order)).toBeGreaterThan(0));
  await until(() => expect(laneOf('timers')).toMatchObject({ ok: true, detail: 'waiting' }));
  expect(laneOf('operations')).toMatchObject({ ok: true, lastRoundAgoMs: null });
  await scene.query('alter table operation_away rename to operation');
  await until(() => expect(laneOf('operations')?.lastRoundAgoMs).not.toBeNull());
});

test('every lane tells of itself, and all have had a round soon after the start', async () => {
  begin();
  await until(() => {
    const lanes = worker.status();
    expect(lanes.map(({ lane }) => lane).sort()).toEqual([
      'ballots',
      'incidents',
      'moves',
      'operations',
      'recalculation',
      'sweeping',
      'timers',
    ]);
    expect(lanes.filter(({ ok, lastRoundAgoMs }) => !ok || lastRoundAgoMs === null)).toEqual([]);
  });
});

test('F4: what fails is logged once for each try, and the worker rests until the next', async () => {
  const order = await orderDue(scene);
  await scene.query(`update subject set value = '"nowhere"' where id = $1`, order);
  await scene.query(
    `insert into timer (campaign_id, subject_id, timer_id, due_at)
     select $1, $2, 'poison ' || n, '2017-05-21' from generate_series(1, 20) n`,
    scene.campaignId,
    order,
  );
  const lines: string[] = [];
  const written = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  await scene.setClock('2017-06-02T00:00:00Z');
  begin(written);
  const failures = () => lines.filter((line) => line.includes('failed, and is tried again later'));
  await until(() => expect(failures().length).toBeGreaterThanOrEqual(20));
  // A try is recorded before it is logged: there are never more lines than tries.
  const logged = failures().length;
  const [{ attempts } = { attempts: 0 }] = await scene.query<{ attempts: number }>(
    'select sum(attempts)::int as attempts from incident',
  );
  expect(logged).toBeLessThanOrEqual(attempts);
  expect(lines.some((line) => line.includes('"stack"'))).toBe(false);
});

test('F3: a file that could not be deleted is tried again when its wait is over, not in an hour', async () => {
  const item = randomUUIDv7();
  let tries = 0;
  const attempt = () => {
    tries += 1;
    return tries === 1 ? Promise.reject(new Error('EIO')) : Promise.resolve();
  };
  const aside = { campaignId: scene.campaignId, subjectId: null, operationId: null, item };
  worker = startWorker({
    pool: scene.pool,
    performer: scene.performer,
    log,
    retention,
    sweepFiles: {
      sweep: async () => {
        const error = await attempt().catch((fault: unknown) => fault);
        const faults = await setAside(scene.performer, 'sweeping', [{ ...aside, error }]);
        return { gone: 0, failed: faults.failed };
      },
      retry: () => retryIncidents(scene.pool, scene.performer, 'sweeping', attempt),
    },
  });
  await vi.waitFor(
    async () =>
      expect(await scene.query('select status from incident where item = $1', item)).toEqual([
        { status: 'resolved' },
      ]),
    { timeout: 20_000, interval: 200 },
  );
  expect(tries).toBe(2);
}, 30_000);

test('F3: a process that may not write sweeps nothing either', async () => {
  await scene.query(
    `insert into idempotency (principal_id, key, request_hash, status, body, created_at)
     values ('somebody', 'old', '', 200, '{}', '2017-01-01')`,
  );
  const kept = () => scene.query(`select from idempotency where key = 'old'`);
  const performer = watched(scene.performer, {
    refusal: () => new WritingStopped(['9999_newer.sql']),
    noteFault: () => undefined,
  });
  worker = startWorker({ pool: scene.pool, performer, log, retention });
  await until(() => expect(laneOf('sweeping')?.detail).toMatch(/^failing/));
  expect(await kept()).toHaveLength(1);
  await worker.stop();
  begin();
  await until(async () => expect(await kept()).toHaveLength(0));
});

test('F11: the audit lane takes a checkpoint at once, begins its nightly look and does the verification that is asked for', async () => {
  worker = startWorker({
    pool: scene.facts,
    performer: scene.performer,
    log,
    retention,
    audit: { checkpointMinutes: 60, verifyDays: 28 },
  });
  // It begins in the small hours of Beijing, and before them there is none.
  await until(async () =>
    expect(
      await scene.query(
        `select extract(hour from clock_timestamp() at time zone 'Asia/Shanghai') >= $1 as "isTime",
                exists (select from verification where kind = 'nightly') as "hasBegun"`,
        NIGHTLY_FROM_HOUR,
      ),
    ).toSatisfy(([{ isTime, hasBegun }]) => isTime === hasBegun),
  );
  await scene.performer.administer((tx) => requestVerification(tx, 'somebody'));
  await vi.waitFor(
    async () => {
      const [done] = await scene.query<{ faults: number; checkpoints: number }>(
        `select faults, (select count(*)::int from checkpoint) as checkpoints
           from verification where kind = 'asked' and finished_at is not null`,
      );
      expect(done).toEqual({ faults: 0, checkpoints: 1 });
    },
    { timeout: 25_000, interval: 200 },
  );
  expect(laneOf('audit')).toMatchObject({ ok: true });
}, 40_000);

test('the sweeping lane makes the months of the access log, and drops those over the setting', async () => {
  const monthOf = (ago: number) =>
    Temporal.Now.plainDateISO('UTC').with({ day: 1 }).subtract({ months: ago });
  const nameOf = (ago: number) =>
    `access_log_${monthOf(ago).toString().slice(0, 7).replace('-', '_')}`;
  for (const ago of [9, 20]) {
    await scene.query(
      `create table ${nameOf(ago)} partition of access_log
         for values from ('${monthOf(ago)}Z') to ('${monthOf(ago - 1)}Z')`,
    );
  }
  await scene.query(`drop table ${nameOf(-2)}`);
  worker = startWorker({
    ...{ pool: scene.pool, performer: scene.performer, log },
    retention: { accessLogMonths: 12, personalMonths: 24 },
  });
  await until(async () => {
    const [there] = await scene.query(
      `select to_regclass($1) is not null as next, to_regclass($2) is not null as kept,
              to_regclass($3) is not null as old`,
      ...[nameOf(-2), nameOf(9), nameOf(20)],
    );
    expect(there).toEqual({ next: true, kept: true, old: false });
  });
});

test('the sweeping lane forgets what is personal once it is over the setting', async () => {
  const id = await scene.register({ organisationId: PENG });
  await scene.query(
    `update candidate set birth_year = '0a1b2c3d.' || repeat('A', 40) where id = $1`,
    id,
  );
  await scene.query(
    `update subject set status = 'done', updated_at = now_instant() - interval '13 months'
      where id = campaign_id`,
  );
  worker = startWorker({
    ...{ pool: scene.pool, performer: scene.performer, log },
    retention: { accessLogMonths: 24, personalMonths: 12 },
  });
  await until(async () =>
    expect(await scene.query('select birth_year as year from candidate where id = $1', id)).toEqual(
      [{ year: null }],
    ),
  );
});

test('F13: the lane of ballots clears old versions out of their pages, with no more than the app’s rights', async () => {
  const id = await scene.register({ organisationId: PENG });
  // The database's own vacuum would clear them too, some time.
  await scene.query('alter table ballot_roll set (autovacuum_enabled = off)');
  await scene.query(
    `insert into ballot_roll (campaign_id, round_id, generation, entry, name, stratum)
     values ($1, $2, 1, 'M-001', '党员1', 'members')`,
    ...[scene.campaignId, id],
  );
  await scene.query('update ballot_roll set marked = true');
  const stateOf = async () => {
    const [row] = await scene.query<{ dead: number; isCleared: boolean }>(
      `select n_dead_tup::int as dead, last_vacuum is not null as "isCleared"
         from pg_stat_user_tables where relname = 'ballot_roll'`,
    );
    return row;
  };
  await until(async () => {
    await scene.query('select pg_stat_force_next_flush()');
    expect(await stateOf()).toEqual({ dead: 1, isCleared: false });
  });
  worker = startWorker({ pool: scene.facts, performer: scene.performer, log, retention });
  // What a transaction beside it could still see is cleared by the next round, a minute later.
  await vi.waitFor(async () => expect(await stateOf()).toEqual({ dead: 0, isCleared: true }), {
    timeout: 90_000,
    interval: 100,
  });
}, 120_000);
