// One key or one revision, and many clients who use it at once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidence, person } from './support/county.ts';
import { isDone, type Told } from './support/oracle.ts';
import { openStage, type Stage, settle } from './support/stage.ts';

const AT_ONCE = 30;
const ROUNDS = 6;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ replicas: 2 });
});
afterAll(() => stage.close());

const statusesOf = (told: readonly Told[]) =>
  told.map((one) => (one.kind === 'answered' ? one.status : one.error));
const bodiesOf = (told: readonly Told[]) =>
  new Set(told.map((one) => (one.kind === 'answered' ? JSON.stringify(one.body) : one.error)));

/** Sends the same command this often at once, by turns to the one replica and the other. */
const sendAtOnce = (command: Parameters<Stage['oracle']['send']>[1]): Promise<Told[]> => {
  const origins = stage.origins();
  return Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) =>
      stage.oracle.send(origins[index % origins.length] ?? '', command),
    ),
  );
};

test('F7: one key 30 times at once on two replicas gives one event and 30 equal answers', async () => {
  const { keys, persons } = stage.county;
  for (let round = 0; round < ROUNDS; round += 1) {
    const marker = stage.oracle.marker();
    const path = `/v1/candidates/${persons[round]}`;
    const read = await fetch(`${stage.origins()[0]}${path}`, {
      headers: { authorization: `Bearer ${keys.committee}` },
    });
    // The command itself makes its revision stale, so repeats are recognised before the revision is looked
    // at.
    const ifMatch = Number(read.headers.get('etag')?.replaceAll('"', ''));
    const told = await sendAtOnce({
      marker,
      key: `once-${marker}`,
      path: `${path}/events`,
      bearer: keys.committee,
      body: evidence(marker),
      ifMatch,
    });
    expect(statusesOf(told)).toEqual(Array(AT_ONCE).fill(200));
    expect(bodiesOf(told).size).toBe(1);
  }
  await settle(stage);
});

test('F7: one key 30 times at once on two replicas registers one person and tells all 30 of it', async () => {
  const { keys, campaignId } = stage.county;
  for (let round = 0; round < ROUNDS; round += 1) {
    const marker = stage.oracle.marker();
    const told = await sendAtOnce({
      marker,
      key: `once-${marker}`,
      path: '/v1/candidates',
      bearer: keys.committee,
      body: person(campaignId, marker),
    });
    expect(statusesOf(told)).toEqual(Array(AT_ONCE).fill(201));
    expect(bodiesOf(told).size).toBe(1);
  }
  await settle(stage);
});

test('F7: a key means one thing, whatever the campaign: another body under it is told 422', async () => {
  const { keys, campaignId, otherCampaignId } = stage.county;
  const [one = '', other = ''] = stage.origins();
  const names = [stage.oracle.marker(), stage.oracle.marker()] as const;
  const key = `key-${names[0]}`;
  const ask = { key, path: '/v1/candidates', bearer: keys.committee };
  const told = [
    await stage.oracle.send(one, { ...ask, marker: names[0], body: person(campaignId, names[0]) }),
    await stage.oracle.send(other, {
      ...ask,
      marker: names[1],
      body: person(otherCampaignId, names[1]),
    }),
  ];
  expect(statusesOf(told)).toEqual([201, 422]);
  await settle(stage);
});

test('of 30 decisions with one revision at once on two replicas one is done and 29 are told 412', async () => {
  const { keys, persons } = stage.county;
  const origins = stage.origins();
  const path = `/v1/candidates/${persons[10]}`;
  const first = await fetch(`${origins[0]}${path}`, {
    headers: { authorization: `Bearer ${keys.committee}` },
  });
  const ifMatch = Number(first.headers.get('etag')?.replaceAll('"', ''));
  const told = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) => {
      const marker = stage.oracle.marker();
      return stage.oracle.send(origins[index % origins.length] ?? '', {
        marker,
        key: index % 2 === 0 ? `key-${marker}` : null,
        path: `${path}/events`,
        bearer: keys.committee,
        body: evidence(marker),
        ifMatch,
      });
    }),
  );
  expect(told.filter(isDone)).toHaveLength(1);
  expect(statusesOf(told).filter((status) => status === 412)).toHaveLength(AT_ONCE - 1);
  await settle(stage);
});
