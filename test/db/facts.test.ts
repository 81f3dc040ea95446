import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSitesUnder, findTrainings } from '../../src/db/candidate/candidate-facts.ts';
import { trainedOf } from '../../src/rules/candidate/training.ts';
import { openScene, PENG, type Scene, somebody } from '../support/scene.ts';
import { unit, unitPath } from '../support/units.ts';

const OWN = '610222101203-S1';
const NEIGHBOUR = '610222102200-S1';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.drop());

const sitesUnder = async (township: string) => {
  const found = await scene.performer.administer(async (tx) => {
    const paths = [`${unitPath('6102', '610222')}${township}/`];
    const trainings = await findTrainings(tx, scene.campaignId, paths);
    const sites = await findSitesUnder(tx, scene.campaignId, paths);
    return sites.map((site) => ({ ...site, ...trainedOf(site, trainings, 2017) }));
  });
  return new Map(found.map((site) => [site.id, site]));
};

test('R14, R16: a township’s evidence speaks of its own sites and of no neighbour’s', async () => {
  const township = await scene.register({});
  await scene.query(
    `update site set facts = '{"postA": "张三", "postB": "李四"}' where id = any ($1)`,
    [OWN, NEIGHBOUR],
  );
  const record = (kind: string, siteIds: string[]) =>
    scene.perform({
      subjectId: township,
      event: {
        type: 'record-evidence',
        id: randomUUIDv7(),
        kind,
        occurredOn: '2017-05-20',
        summary: kind,
        siteIds,
        ...(kind === 'supervision' ? {} : { detail: { posts: ['A', 'B'] } }),
      },
      principal: somebody('township-committee', PENG),
    });
  for (const [kind, clause] of [
    ['supervision', 'R14'],
    ['administrator-training', 'R16'],
  ] as const) {
    expect(await record(kind, [OWN, NEIGHBOUR])).toMatchObject({
      kind: 'refused',
      unmet: [{ name: 'sites-within-unit', clause, actual: [NEIGHBOUR] }],
    });
    expect((await record(kind, [OWN])).kind).toBe('done');
  }
  expect((await sitesUnder(PENG)).get(OWN)).toMatchObject({
    supervised: true,
    administrators: 2,
    trained: 2,
  });
  expect((await sitesUnder(unit('610222102'))).get(NEIGHBOUR)).toMatchObject({
    supervised: false,
    administrators: 2,
    trained: 0,
  });
});
