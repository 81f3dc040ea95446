import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { releaseOf } from '../../machines/catalog.ts';
import { advance, begin, type Instance, type Told } from '../../machines/step.ts';
import { moveClock } from '../../src/command/clock.ts';
import { CHAIN_START, linkHash } from '../../src/command/draft.ts';
import { openScene, PENG, PENGCUN, type Scene, somebody } from '../support/scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: PENGCUN,
    siteId: `${PENGCUN}-S1`,
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

type EventRow = {
  subject_id: string;
  sequence: number;
  type: string;
  at: string;
  principal_id: string;
  roles: string[];
  payload: Record<string, unknown>;
  facts: Record<string, unknown>;
  stage: string;
  state: string;
  hash: string;
};

type SubjectRow = {
  id: string;
  machine: string;
  version: number;
  value: unknown;
  context: Record<string, unknown>;
  status: string;
  chain_hash: string;
};

const subjects = () =>
  scene.query<SubjectRow>(
    'select id, machine, version, value, context, status, chain_hash from subject',
  );
const events = (id: string) =>
  scene.query<EventRow>(
    `select subject_id, sequence, type, at, principal_id, roles, payload, facts, stage, state, hash
       from event where subject_id = $1 order by sequence`,
    id,
  );

test('the log replayed from the start gives every stored state', async () => {
  const all = await subjects();
  expect(new Set(all.map(({ machine }) => machine))).toEqual(
    new Set(['campaign', 'candidate', 'rectification', 'receipt', 'document']),
  );
  for (const subject of all) {
    const log = await events(subject.id);
    const begun = log[0]?.payload.begin as { machine: string; version: number; input: object };
    const release = releaseOf(begun.machine, begun.version);
    let instance: Instance = begin(release, begun.input);
    const pending = new Map<string, string>();
    for (const { type, at, principal_id, roles, payload, facts } of log) {
      const told: Told = { ...payload, type, at, by: { principalId: principal_id, roles }, facts };
      pending.delete(type);
      const answer = advance(release, instance, told);
      if (answer.kind !== 'step') throw new Error(`${subject.machine} refuses its own ${type}`);
      instance = answer.step.instance;
      for (const timer of answer.step.timers) {
        if (timer.op === 'set') pending.set(timer.timerId, timer.dueAt);
        else pending.delete(timer.timerId);
      }
    }
    expect(instance).toEqual({
      machine: subject.machine,
      version: subject.version,
      value: subject.value,
      context: subject.context,
      status: subject.status,
    });
    const timers = await scene.query<{ timer_id: string }>(
      'select timer_id from timer where subject_id = $1 order by timer_id',
      subject.id,
    );
    expect(timers.map(({ timer_id }) => timer_id)).toEqual([...pending.keys()].sort());
  }
});

test('the chain of each subject verifies, and breaks where anything is changed', async () => {
  for (const { id, chain_hash } of await subjects()) {
    const log = await events(id);
    const fold = (rows: EventRow[]) =>
      rows.reduce((previous, { hash: _, ...event }) => linkHash(previous, event), CHAIN_START);
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
