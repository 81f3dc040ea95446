// The database goes away under load, in every way in which a database does.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, test } from 'vitest';
import { startCluster, stopCluster } from './support/cluster.ts';
import { startLoad } from './support/load.ts';
import { expectAlive, keepStage, type Stage, settle } from './support/stage.ts';

const kept = keepStage(() => ({ replicas: 2 }));
afterEach(() => startCluster(kept().cluster));

const DONE_BEFORE = 60;
const DONE_AFTER = 40;

/** A load, a fault in the middle of it, and more commands that get done afterwards. */
async function underLoad(stage: Stage, fault: () => Promise<void>): Promise<void> {
  const load = startLoad(stage.oracle, stage.county, stage.origins);
  await load.progress(DONE_BEFORE);
  await fault();
  await load.progress(DONE_AFTER);
  await load.stop();
}

test('F1: connections that are terminated under load end no process, and nothing is lost or doubled', async () => {
  const stage = kept();
  await underLoad(stage, async () => {
    for (let round = 0; round < 3; round += 1) {
      await stage.terminate();
      await sleep(400);
    }
  });
  await expectAlive(stage.services);
  await settle(stage);
});

test.each([
  ['a fast restart', 'fast'],
  ['an immediate restart', 'immediate'],
  ['a kill -9', 'kill'],
] as const)(
  'F1: %s of PostgreSQL under load ends no process, and nothing is lost or doubled',
  async (_, way) => {
    const stage = kept();
    const { cluster, services } = stage;
    await underLoad(stage, async () => {
      await stopCluster(cluster, way);
      await sleep(500);
      await startCluster(cluster);
    });
    await expectAlive(services);
    await settle(stage);
  },
);
