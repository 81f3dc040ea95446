import { afterAll, beforeAll, expect, test } from 'vitest';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import { inspect, openScene, type Scene } from '../support/scene.ts';
import { unit } from '../support/units.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.drop());

test('C27: after an outage each level that was passed is recorded, and the one reached is told alone', async () => {
  const base = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: unit('610222101201'),
  });
  const order = await inspect(scene, base, 10);
  await scene.setClock('2017-12-04T00:00:00Z');
  while ((await fireDueTimers(scene.pool, scene.performer)).remaining > 0);
  const passed = await scene.query<{ type: string }>(
    `select type from event where subject_id = $1 and type like 'xstate.after%' order by sequence`,
    order,
  );
  expect(passed.map(({ type }) => type.split('.')[2])).toEqual([
    'rectificationDueSoon',
    'rectificationWindow',
    'rectificationEscalation',
  ]);
  const told = await scene.query<{ level: string }>(
    'select distinct level from notice where subject_id = $1 and level is not null',
    order,
  );
  expect(told).toEqual([{ level: 'escalated' }]);
});
