// The database is there and lacks something: the right to write, space, locks, connections.

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterEach, expect, inject, onTestFinished, test } from 'vitest';
import { ask, fillDisk, freeDisk, holdConnection, urlOf } from './support/cluster.ts';
import { evidence } from './support/county.ts';
import { since, startLoad } from './support/load.ts';
import { isDone, longestWaitMs, type Told } from './support/oracle.ts';
import { statusOf, within } from './support/processes.ts';
import { type Read, read, watchEventLoop } from './support/requests.ts';
import {
  expectAlive,
  keepStage,
  openStage,
  SLACK_MS,
  settle,
  TOLD_WITHIN_MS,
} from './support/stage.ts';

/** Many times the connections that readers have. */
const READERS = 60;

const kept = keepStage(() => ({}));
const held: pg.Client[] = [];
const release = async (): Promise<void> => {
  await Promise.all(held.splice(0).map((client) => client.end()));
};
afterEach(release);

const hold = async (url: string): Promise<pg.Client> => {
  const client = await holdConnection(url);
  held.push(client);
  return client;
};

const origin = (stage = kept()): string => stage.origins()[0] ?? '';

/** Sends one command on each of so many persons at once, every other one with a key. */
const command = (persons: number, stage = kept()): Promise<Told[]> =>
  Promise.all(
    stage.county.persons.slice(0, persons).map((id, index) => {
      const marker = stage.oracle.marker();
      return stage.oracle.send(origin(), {
        marker,
        key: index % 2 === 0 ? `key-${marker}` : null,
        path: `/v1/candidates/${id}/events`,
        bearer: stage.county.keys.committee,
        body: evidence(marker),
      });
    }),
  );

const statuses = (told: readonly Told[]) =>
  new Set(told.map((one) => (one.kind === 'answered' ? one.status : one.error)));

test('F12: while the database is read-only commands are told 503, reads are served, and it heals by itself', async () => {
  const stage = kept();
  const { cluster, county } = stage;
  const postgres = urlOf(cluster, 'postgres');
  expect(statuses(await command(8))).toEqual(new Set([200]));
  try {
    await ask(postgres, 'alter system set default_transaction_read_only = on');
    await ask(postgres, 'select pg_reload_conf()');
    await sleep(300);
    expect(statuses(await command(8))).toEqual(new Set([503]));
    const { status } = await read(
      origin(),
      county.keys.committee,
      `/v1/candidates/${county.persons[0]}`,
    );
    expect(status).toBe(200);
    expect(
      await within(10_000, async () => (await statusOf(origin(), '/readyz')) === 503),
      'a process that can write nothing is not ready',
    ).toBe(true);
    expect(await statusOf(origin(), '/livez')).toBe(200);
  } finally {
    await ask(postgres, 'alter system reset default_transaction_read_only');
    await ask(postgres, 'select pg_reload_conf()');
  }
  await settle(stage, { toldWithinMs: TOLD_WITHIN_MS });
  expect(statuses(await command(8))).toEqual(new Set([200]));
});

const SKIPPED = new Set((process.env.FAULTS_SKIP ?? '').split(','));

test.skipIf(SKIPPED.has('full-disk'))(
  'F12: while the disk is full commands are told 503 within 3 s, and it heals when there is space',
  async () => {
    const { room } = inject('cluster');
    expect(room, 'unshare is forbidden here: FAULTS_SKIP=full-disk leaves this out').not.toBeNull();
    const stage = await openStage({ onSmallDisk: true });
    onTestFinished(() => stage.close());
    const load = startLoad(stage.oracle, stage.county, stage.origins);
    await load.progress(40);
    const entries = since(stage.oracle);
    try {
      await fillDisk(stage.cluster);
      const isFull = await within(20_000, async () => {
        const told = entries().flatMap((entry) => entry.told);
        return told.filter((one) => one.kind === 'answered' && one.status === 503).length > 20;
      });
      expect(isFull, 'commands are told that there is no space').toBe(true);
      expect(
        await within(10_000, async () => (await statusOf(origin(stage), '/readyz')) === 503),
        'a process that can write nothing is not ready',
      ).toBe(true);
    } finally {
      await freeDisk(stage.cluster);
    }
    await load.progress(40);
    await load.stop();
    await settle(stage, { toldWithinMs: TOLD_WITHIN_MS });
  },
);

test('F12: commands that meet a locked table are told within 3 s, and are done when it is free', async () => {
  const stage = kept();
  expect(statuses(await command(4))).toEqual(new Set([200]));
  const holder = await hold(stage.url);
  await holder.query('begin');
  await holder.query('lock table event in access exclusive mode');
  const watch = watchEventLoop(origin());
  const told = await command(12);
  expect(told.filter(isDone)).toEqual([]);
  expect(await watch.stop()).toBeLessThan(1_000 + SLACK_MS);
  await release();
  await settle(stage, { toldWithinMs: TOLD_WITHIN_MS });
  expect(statuses(await command(4))).toEqual(new Set([200]));
});

test('F12: commands that find no connection to be had are told within 3 s, and are done when there is one', async () => {
  const stage = kept();
  const load = startLoad(stage.oracle, stage.county, stage.origins);
  await load.progress(40);
  const entries = since(stage.oracle);
  const administrator = await hold(urlOf(stage.cluster, 'postgres'));
  const fill = async (): Promise<void> => {
    try {
      for (;;) await hold(stage.url);
    } catch {
      // These connections or the service's take every place.
    }
  };
  await fill();
  for (let round = 0; round < 6; round += 1) {
    // The connections of the service are ended, so that their places can be taken as well.
    await administrator.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = $1 and application_name like 'chuangping%'`,
      [new URL(stage.url).pathname.slice(1)],
    );
    await Promise.all([fill(), fill(), fill()]);
  }
  await sleep(4_000);
  const told = entries().flatMap((entry) => entry.told);
  expect(told.some((one) => one.kind === 'answered' && one.status === 503)).toBe(true);
  await release();
  await load.progress(40);
  await load.stop();
  await settle(stage, { toldWithinMs: TOLD_WITHIN_MS });
});

test('F16: reads that all hang leave commands their connections, and are told 503 themselves', async () => {
  const stage = kept();
  expect(statuses(await command(12))).toEqual(new Set([200]));
  const entries = since(stage.oracle);
  const holder = await hold(stage.url);
  await holder.query('begin');
  await holder.query('lock table calendar_year in access exclusive mode');
  const { keys } = stage.county;
  // A reader with an answer asks again at once, so there are always more readers than connections.
  let stopped = false;
  const reader = async (): Promise<Read[]> => {
    const told: Read[] = [];
    while (!stopped) told.push(await read(origin(), keys.office, '/v1/calendars'));
    return told;
  };
  const reading = Promise.all(Array.from({ length: READERS }, reader));
  try {
    for (let round = 0; round < 4; round += 1) {
      await sleep(1_000);
      expect(statuses(await command(12))).toEqual(new Set([200]));
    }
  } finally {
    stopped = true;
  }
  expect(longestWaitMs(entries())).toBeLessThan(TOLD_WITHIN_MS);
  expect(await statusOf(origin(), '/livez')).toBe(200);
  for (const { status, tookMs } of (await reading).flat()) {
    expect(status).toBe(503);
    expect(tookMs).toBeLessThan(TOLD_WITHIN_MS + SLACK_MS);
  }
  await release();
  await expectAlive(stage.services);
  await settle(stage);
});
