import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSitesUnder } from '../../src/db/facts.ts';
import { openScene, PENG, PENGCUN, type Scene, somebody } from '../support/scene.ts';

const OWN = `${PENGCUN}-S1`;
const NEIGHBOUR = '610222102200-S1';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.drop());

const sitesUnder = async (township: string) =>
  new Map(
    (
      await scene.performer.administer((tx) =>
        findSitesUnder(tx, scene.campaignId, [`/6102/610222/${township}/`]),
      )
    ).map((site) => [site.id, site]),
  );

test('a township’s evidence speaks of its own sites and of no neighbour’s (R14, R16)', async () => {
  const township = await scene.register({});
  await scene.query(
    `update site set facts = '{"postA": "张三", "postB": "李四"}' where id = any ($1)`,
    [OWN, NEIGHBOUR],
  );
  for (const kind of ['supervision', 'administrator-training']) {
    const outcome = await scene.perform({
      subjectId: township,
      event: {
        type: 'record-evidence',
        id: randomUUIDv7(),
        kind,
        occurredOn: '2017-05-20',
        summary: kind,
        siteIds: [OWN, NEIGHBOUR],
      },
      principal: somebody('township-committee', PENG),
    });
    expect(outcome.kind).toBe('done');
  }
  expect((await sitesUnder(PENG)).get(OWN)).toMatchObject({
    supervised: true,
    administrators: 2,
    trained: 2,
  });
  expect((await sitesUnder('610222102')).get(NEIGHBOUR)).toMatchObject({
    supervised: false,
    administrators: 2,
    trained: 0,
  });
});
