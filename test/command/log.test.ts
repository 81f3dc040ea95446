import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moveClock } from '../../src/command/kernel/clock.ts';
import {
  EVENTS,
  findDifferences,
  fold,
  type LoggedEvent,
  type StoredSubject,
  SUBJECTS,
} from '../support/replay.ts';
import { openScene, PENG, PENGCUN, type Scene, somebody } from '../support/scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: PENGCUN,
    siteId: '610222101203-S1',
  });
  const township = await scene.register({ organisationId: PENG });
  for (const [kind, occurredOn] of [
    ['consultation', '2017-05-19'],
    ['implementation-plan', '2017-05-20'],
    ['work-plan', '2017-05-20'],
  ] as const) {
    await scene.perform({
      subjectId: township,
      event: { type: 'record-evidence', id: randomUUIDv7(), kind, occurredOn, summary: '记录' },
      principal: somebody('township-committee', PENG),
    });
  }
  await scene.perform({
    subjectId: township,
    event: { type: 'submit-plan', title: '实施方案' },
    principal: somebody('township-committee', PENG),
  });
  await scene.perform({
    subjectId: township,
    event: { type: 'return-plan', corrections: ['缺少时间表'] },
  });
  await scene.perform({
    subjectId: village,
    event: {
      type: 'record-inspection',
      id: randomUUIDv7(),
      kind: 'FIELD_VISIT',
      occurredOn: '2017-05-20',
      inspectors: ['甲', '乙'],
      triggers: ['LITTLE_EFFECT'],
      findings: ['无活动'],
      conforms: false,
    },
  });
  await moveClock(scene.pool, scene.performer, '2017-07-05T00:00:00Z');
});
afterAll(() => scene.drop());

const subjects = () => scene.query<StoredSubject>(SUBJECTS);
const events = async (id: string) =>
  (await scene.query<LoggedEvent>(EVENTS)).filter(({ subject_id }) => subject_id === id);

test('the log replayed from the start gives every stored state', async () => {
  const all = await subjects();
  expect(new Set(all.map(({ machine }) => machine))).toEqual(
    new Set(['campaign', 'candidate', 'rectification', 'receipt', 'document']),
  );
  const [clock] = await scene.query<{ now: string }>('select now_instant() as now');
  for (const subject of all) {
    const timers = await scene.query<{ timer_id: string }>(
      'select timer_id from timer where subject_id = $1',
      subject.id,
    );
    const ids = timers.map(({ timer_id }) => timer_id);
    expect(findDifferences(subject, await events(subject.id), ids, clock?.now ?? '')).toEqual([]);
  }
});

test('the chain of each subject verifies, and breaks where anything is changed', async () => {
  for (const { id, chain_hash } of await subjects()) {
    const log = await events(id);
    expect(fold(log)).toBe(chain_hash);
    expect(log.at(-1)?.hash).toBe(chain_hash);
    const forged = log.map((row, index) => (index === 0 ? { ...row, principal_id: 'x' } : row));
    expect(fold(forged)).not.toBe(chain_hash);
  }
});

test('every obligation is about a live state, and none that is open lacks its timer', async () => {
  const orphans = await scene.query(
    `select o.subject_id, o.kind from obligation o
       join subject s on s.campaign_id = o.campaign_id and s.id = o.subject_id
      where o.closed_at is null
        and (s.status = 'done'
             or (o.level in ('armed', 'due-soon')
                 and not exists (select 1 from timer t where t.subject_id = o.subject_id)))`,
  );
  expect(orphans).toEqual([]);
});
