// Once for all scenarios: the cluster, and the county as a database of which each takes a copy.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ask, makeOwnCluster, removeCluster, urlOf } from './cluster.ts';
import { BEGINS_AT, settleCounty } from './county.ts';
import { launch } from './processes.ts';
import { TEMPLATE } from './stage.ts';

export default async ({ provide }: TestProject) => {
  const cluster = await makeOwnCluster();
  try {
    const postgres = urlOf(cluster, 'postgres');
    if (cluster.room !== null) {
      await ask(
        postgres,
        `create tablespace small location '${join(cluster.folder, 'disk/space')}'`,
      );
    }
    await ask(postgres, `create database ${TEMPLATE}`);
    const folder = join(cluster.folder, TEMPLATE);
    await mkdir(folder);
    const service = launch({
      DATABASE_URL: urlOf(cluster, TEMPLATE),
      DATA_DIR: folder,
      CLOCK: 'virtual',
      CLOCK_START: BEGINS_AT,
    });
    try {
      const origin = await service.listening;
      provide('county', await settleCounty(origin, service.said()));
      provide('cluster', cluster);
    } finally {
      await service.kill('SIGTERM');
    }
  } catch (error) {
    await removeCluster(cluster);
    throw error;
  }
  return () => removeCluster(cluster);
};
