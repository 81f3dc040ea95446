// The wire between the service and PostgreSQL, in the test's own hands: answers get lost, connections stand
// half open, new ones are never answered.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, inject, test } from 'vitest';
import { evidence } from './support/county.ts';
import { startLoad } from './support/load.ts';
import { isDone } from './support/oracle.ts';
import { openProxy, type Wire } from './support/proxy.ts';
import { read } from './support/requests.ts';
import { keepStage, SLACK_MS, type Stage, settle, TOLD_WITHIN_MS } from './support/stage.ts';

let proxy: Wire | undefined;
const kept = keepStage(async () => {
  proxy = await openProxy(inject('cluster').port);
  return { port: proxy.port };
});
/** The wire of this scenario, whole, and the stage behind it. */
const open = async (): Promise<{ wire: Wire; stage: Stage }> => {
  if (proxy === undefined) throw new Error('no wire');
  await proxy.mend();
  return { wire: proxy, stage: kept() };
};
afterAll(async () => proxy?.close());

test('F2: a command whose answer to COMMIT is lost with the connection is done once, with a key and without', async () => {
  const { wire, stage } = await open();
  const load = startLoad(stage.oracle, stage.county, stage.origins);
  await load.progress(30);
  wire.swallowCommits(7, 'cut');
  await load.progress(250, 30_000);
  await wire.mend();
  await load.progress(30);
  await load.stop();
  expect(wire.swallowed()).toBeGreaterThan(5);
  await settle(stage);
});

test('F2: a command whose answer to COMMIT never comes is told of within 3 s and done once', async () => {
  const { wire, stage } = await open();
  const load = startLoad(stage.oracle, stage.county, stage.origins);
  await load.progress(30);
  wire.swallowCommits(11, 'hang');
  await sleep(6_000);
  await wire.mend();
  await load.progress(30);
  await load.stop();
  expect(wire.swallowed()).toBeGreaterThan(1);
  await settle(stage, { toldWithinMs: TOLD_WITHIN_MS });
});

/** Sends some commands and reads at once; gives their answers. */
async function askAround(stage: Stage): Promise<{ told: string[]; longestReadMs: number }> {
  const { oracle, county } = stage;
  const { committee } = county.keys;
  const [origin = ''] = stage.origins();
  const reads = Promise.all(
    county.persons.slice(0, 6).map((id) => read(origin, committee, `/v1/candidates/${id}`)),
  );
  const commands = Promise.all(
    county.persons.slice(0, 12).map((id, index) => {
      const marker = oracle.marker();
      const key = index % 2 === 0 ? `key-${marker}` : null;
      const path = `/v1/candidates/${id}/events`;
      return oracle.send(origin, { marker, key, path, bearer: committee, body: evidence(marker) });
    }),
  );
  const told = (await commands).map((one) =>
    one.kind === 'answered' ? `${one.status}` : 'broken',
  );
  const longestReadMs = Math.max(...(await reads).map(({ tookMs }) => tookMs));
  return { told, longestReadMs };
}

test('F12: requests on connections that stand half open are told within 3 s, and the next ones are served', async () => {
  const { wire, stage } = await open();
  expect((await askAround(stage)).told).toEqual(Array(12).fill('200'));
  wire.hang();
  const { longestReadMs, told } = await askAround(stage);
  expect(told).not.toContain('broken');
  expect(longestReadMs).toBeLessThan(TOLD_WITHIN_MS + SLACK_MS);
  await settle(stage, { toldWithinMs: TOLD_WITHIN_MS });
  await sleep(500);
  expect((await askAround(stage)).told).toEqual(Array(12).fill('200'));
});

test('F12: requests to a database that takes connections and says nothing are told 503 within 3 s', async () => {
  const { wire, stage } = await open();
  expect((await askAround(stage)).told).toEqual(Array(12).fill('200'));
  wire.blackhole();
  await stage.terminate();
  const { told, longestReadMs } = await askAround(stage);
  expect(new Set(told)).toEqual(new Set(['503']));
  expect(longestReadMs).toBeLessThan(TOLD_WITHIN_MS + SLACK_MS);
  await wire.mend();
  await settle(stage, { toldWithinMs: TOLD_WITHIN_MS });
  expect(stage.oracle.entries.filter(({ told: all }) => isDone(all.at(-1))).length).toBe(18);
});
