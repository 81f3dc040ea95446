// Processes end and begin in every way in which a process does.

import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, inject, test } from 'vitest';
import { ask, holdConnection, urlOf } from './support/cluster.ts';
import { evidence } from './support/county.ts';
import { startLoad } from './support/load.ts';
import { isDone } from './support/oracle.ts';
import { launch, type Process, statusOf, within } from './support/processes.ts';
import { openProxy } from './support/proxy.ts';
import { expectAlive, openStage, type Stage, settle } from './support/stage.ts';

let stage: Stage | null = null;
const launched: Process[] = [];
afterEach(async () => {
  await stage?.close();
  stage = null;
  for (const one of launched.splice(0)) if (one.isAlive()) await one.kill('SIGKILL');
});

test('a kill -9 of the only process under load loses nothing it answered, and its successor goes on', async () => {
  stage = await openStage();
  const load = startLoad(stage.oracle, stage.county, stage.origins);
  await load.progress(60);
  await stage.services[0]?.kill('SIGKILL');
  await stage.start();
  await load.progress(40);
  await load.stop();
  await settle(stage);
});

test('of three replicas under load one is killed again and again; the others go on, and nothing is doubled', async () => {
  stage = await openStage({ replicas: 3 });
  const load = startLoad(stage.oracle, stage.county, stage.origins);
  await load.progress(60);
  for (let round = 0; round < 2; round += 1) {
    await stage.services[round]?.kill('SIGKILL');
    await load.progress(40);
    await stage.start();
  }
  await load.progress(40);
  await load.stop();
  expect(stage.origins()).toHaveLength(3);
  await settle(stage);
});

test('SIGTERM under load answers what was begun and ends with 0', async () => {
  stage = await openStage();
  const load = startLoad(stage.oracle, stage.county, stage.origins);
  await load.progress(60);
  const { oracle, county, services, url } = stage;
  // The lock keeps commands under way for a second, whatever else the load does.
  const holder = await holdConnection(url);
  await holder.query('begin; lock table event in exclusive mode');
  const begun = county.persons.slice(0, 6).map((id, index) => {
    const marker = oracle.marker();
    return oracle.send(services[0]?.origin ?? '', {
      marker,
      key: index % 2 === 0 ? `key-${marker}` : null,
      path: `/v1/candidates/${id}/events`,
      bearer: county.keys.committee,
      body: evidence(marker),
    });
  });
  await sleep(500);
  const ended = services[0]?.kill('SIGTERM');
  await sleep(500);
  await holder.end();
  expect((await Promise.all(begun)).map(isDone)).toEqual(Array(6).fill(true));
  expect(await ended).toBe(0);
  await stage.start();
  await load.progress(20);
  await load.stop();
  await settle(stage);
});

/** Settings of a process on a database that is still empty. */
async function onEmptyDatabase(name: string): Promise<{ url: string; folder: string }> {
  const cluster = inject('cluster');
  await ask(urlOf(cluster, 'postgres'), `create database ${name}`);
  const folder = join(cluster.folder, name);
  await mkdir(folder);
  return { url: urlOf(cluster, name), folder };
}

test('F15: a process that keeps its files elsewhere than the others is refused, and told why', async () => {
  stage = await openStage();
  const other = join(stage.cluster.folder, 'elsewhere');
  await mkdir(other);
  const refused = stage.start({ FILES_DIR: other });
  await expect(refused).rejects.toThrow(/ended with 1: .*FILES_DIR/s);
  await expectAlive(stage.services.slice(0, 1));
});

test('five processes that start at once on an empty database migrate it once and show the first codes once', async () => {
  const { url, folder } = await onEmptyDatabase('migrators');
  for (let count = 0; count < 5; count += 1) {
    launched.push(launch({ DATABASE_URL: url, DATA_DIR: folder }));
  }
  await Promise.all(launched.map(({ listening }) => listening));
  await expectAlive(launched);
  const shown = launched.filter(({ said }) => said().includes('首次启动'));
  expect(shown).toHaveLength(1);
  const files = await readdir(join(import.meta.dirname, '../../migrations'));
  const applied = await ask<{ name: string }>(url, 'select name from migration order by name');
  expect(applied.map(({ name }) => name)).toEqual(files.toSorted());
  // A system administrator and a security officer, each with a code.
  expect(await ask(url, 'select 1 from principal')).toHaveLength(2);
  expect(await ask(url, 'select 1 from claim')).toHaveLength(2);
});

test('F1: a process that starts while the database is away waits, says so, and serves once it is there', async () => {
  const { url, folder } = await onEmptyDatabase('awaited');
  const proxy = await openProxy(inject('cluster').port);
  try {
    await proxy.refuse();
    const awaited = url.replace(/:\d+\//, `:${proxy.port}/`);
    const service = launch({ DATABASE_URL: awaited, DATA_DIR: folder, LOG_LEVEL: 'info' });
    launched.push(service);
    const saysSo = async (): Promise<boolean> => /数据库|database/i.test(service.said());
    expect(await within(20_000, saysSo), service.said()).toBe(true);
    await sleep(1_000);
    expect(service.isAlive(), service.said()).toBe(true);
    await proxy.mend();
    await service.listening;
    await expectAlive([service]);
    expect(await statusOf(service.origin, '/v1/me')).toBe(401);
  } finally {
    await proxy.close();
  }
});
