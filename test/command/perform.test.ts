import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { advanceOperations } from '../../src/command/kernel/operations.ts';
import {
  department,
  office,
  openScene,
  PENG,
  PENGCUN,
  type Scene,
  somebody,
} from '../support/scene.ts';
import { unit } from '../support/units.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.drop());

const committee = somebody('township-committee', PENG);
const evidence = (kind: string, occurredOn = '2017-05-20') => ({
  type: 'record-evidence',
  id: randomUUIDv7(),
  kind,
  occurredOn,
  summary: kind,
  form: '集中收看',
});

const person = () =>
  scene.register({
    category: 'LEARNING_APPLICATION_PACESETTER',
    organisationId: PENGCUN,
    personName: randomUUIDv7(),
  });

const eventsOf = (id: string) =>
  scene.query<{ sequence: number; type: string; principal_id: string }>(
    'select sequence, type, principal_id from event where subject_id = $1 order by sequence',
    id,
  );

test('issuing the plan tells every township committee, and each owes a receipt (R2)', async () => {
  const notices = await scene.query<{ organisation_id: string }>(
    `select organisation_id from notice where template = 'campaign-issued'
        and receipt_required and organisation_id in (
              select id from organisation where kind = 'TOWNSHIP_PARTY_COMMITTEE')`,
  );
  expect(notices).toHaveLength(8);
  const receipts = await scene.query(
    `select 1 from subject s join timer t on t.subject_id = s.id where s.machine = 'receipt'`,
  );
  expect(receipts.length).toBeGreaterThanOrEqual(8);
});

test('a step stores its state, log, timers and obligations together', async () => {
  const id = await scene.register({});
  const [row] = await scene.query<object>(
    `select s.stage, s.state, s.revision,
            (select count(*)::int from event e where e.subject_id = s.id) as events,
            (select count(*)::int from timer t where t.subject_id = s.id) as timers,
            (select array_agg(o.kind || ' ' || o.level) from obligation o where o.subject_id = s.id)
              as obligations
       from subject s where s.id = $1`,
    id,
  );
  expect(row).toEqual({
    stage: 'mobilization',
    state: 'planning',
    revision: 1,
    events: 1,
    timers: 2,
    obligations: ['plan armed'],
  });
});

test('the same unit cannot stand twice in one category', async () => {
  const twice = {
    subjectId: randomUUIDv7(),
    create: {
      machine: 'candidate',
      category: 'DEMONSTRATION_VILLAGE',
      organisationId: PENGCUN,
      name: null,
      personName: null,
      siteId: null,
    } as const,
    event: { type: 'register' },
  };
  const first = await scene.perform(twice);
  expect(first.kind).toBe('done');
  const second = await scene.perform({ ...twice, subjectId: randomUUIDv7() });
  expect(second).toEqual({ kind: 'duplicate', id: twice.subjectId });
  const atOnce = [randomUUIDv7(), randomUUIDv7()].map((subjectId, index) =>
    (index === 0 ? scene.performer : scene.another()).perform({
      campaignId: scene.campaignId,
      principal: office,
      ...twice,
      create: { ...twice.create, organisationId: unit('610222101202') },
      subjectId,
    }),
  );
  const kinds = (await Promise.all(atOnce)).map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['done', 'duplicate']);
});

test('a repeat with the same key gets the first answer and changes nothing', async () => {
  const id = await person();
  const command = {
    subjectId: id,
    event: evidence('activity'),
    principal: somebody('village-organisation', PENGCUN),
    idempotency: { key: 'k1', requestHash: 'h1' },
  };
  const first = await scene.perform(command);
  const again = await scene.perform({ ...command, ifMatch: 99 });
  expect(first.kind).toBe('done');
  expect(again).toEqual({ ...first, kind: 'repeated' });
  expect(await eventsOf(id)).toHaveLength(2);
  const reused = await scene.perform({
    ...command,
    idempotency: { key: 'k1', requestHash: 'other' },
  });
  expect(reused).toEqual({ kind: 'key-reused' });
});

test('one key sent at once through two processes is performed once', async () => {
  const id = await person();
  const command = {
    campaignId: scene.campaignId,
    subjectId: id,
    principal: somebody('village-organisation', PENGCUN),
    idempotency: { key: 'k2', requestHash: 'h' },
  };
  const event = evidence('activity');
  const outcomes = await Promise.all(
    [scene.performer, scene.another(), scene.performer, scene.another()].map((performer) =>
      performer.perform({ ...command, event }),
    ),
  );
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual([
    'done',
    'repeated',
    'repeated',
    'repeated',
  ]);
  expect(await eventsOf(id)).toHaveLength(2);
});

test('of two decisions at once one is done and the other is out of state', async () => {
  const id = await scene.register({ organisationId: unit('610222102') });
  const wuli = {
    ...committee,
    grants: [{ ...office.grants[0], role: 'township-committee' as const }],
  } as never;
  for (const [kind, on] of [
    ['consultation', '2017-05-19'],
    ['implementation-plan', '2017-05-20'],
    ['work-plan', '2017-05-20'],
  ] as const) {
    await scene.perform({ subjectId: id, event: evidence(kind, on), principal: wuli });
  }
  await scene.perform({
    subjectId: id,
    event: { type: 'submit-plan', title: '方案' },
    principal: wuli,
  });
  const decide = (performer: typeof scene.performer, event: { type: string }) =>
    performer.perform({ campaignId: scene.campaignId, subjectId: id, event, principal: office });
  const outcomes = await Promise.all([
    decide(scene.performer, { type: 'approve-plan' }),
    decide(scene.another(), { type: 'return-plan', corrections: ['x'] } as never),
  ]);
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'out-of-state']);
});

test('a refusal names its sentence, writes nothing and harms no neighbour', async () => {
  const id = await scene.register({ organisationId: unit('610222103') });
  const taian = {
    ...committee,
    grants: [{ ...office.grants[0], role: 'township-committee' as const }],
  } as never;
  const neighbours = await Promise.all([person(), person(), person()]);
  const before = await eventsOf(id);
  const [refused, ...done] = await Promise.all([
    scene.perform({
      subjectId: id,
      event: { type: 'submit-plan', title: '方案' },
      principal: taian,
    }),
    ...neighbours.map((subjectId) =>
      scene.perform({
        subjectId,
        event: evidence('activity'),
        principal: somebody('village-organisation', PENGCUN),
      }),
    ),
  ]);
  expect(refused).toMatchObject({
    kind: 'refused',
    unmet: [
      { clause: 'R48', name: 'implementation-plan', actual: 0, required: 1 },
      { clause: 'R48', name: 'work-plan' },
      { clause: 'R48', name: 'consultation-before-adoption' },
    ],
  });
  expect(done.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
  expect(await eventsOf(id)).toEqual(before);
});

test('what the database refuses in one command does not undo its neighbours', async () => {
  const [good, bad] = await Promise.all([person(), person()]);
  const village = somebody('village-organisation', PENGCUN);
  const twin = evidence('activity');
  await scene.perform({ subjectId: bad, event: twin, principal: village });
  const outcomes = await Promise.allSettled([
    scene.perform({ subjectId: good, event: evidence('activity'), principal: village }),
    scene.perform({ subjectId: bad, event: twin, principal: village }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await eventsOf(good)).toHaveLength(2);
});

test('a role that does not reach the place is refused, and one that sees nothing learns nothing', async () => {
  const id = await scene.register({ organisationId: unit('610222104') });
  const event = { type: 'submit-plan', title: '方案' };
  expect(await scene.perform({ subjectId: id, event, principal: committee })).toEqual({
    kind: 'unknown-subject',
  });
  expect(await scene.perform({ subjectId: id, event })).toEqual({
    kind: 'forbidden',
    roles: ['township-committee'],
  });
  expect(
    await scene.perform({ subjectId: id, event, principal: somebody('administrator') }),
  ).toEqual({ kind: 'unknown-subject' });
  expect(await scene.perform({ subjectId: randomUUIDv7(), event })).toEqual({
    kind: 'unknown-subject',
  });
});

test('a stale revision is told before the machine is asked', async () => {
  const id = await person();
  const village = somebody('village-organisation', PENGCUN);
  const outcome = await scene.perform({
    subjectId: id,
    event: evidence('activity'),
    principal: village,
    ifMatch: 7,
  });
  expect(outcome).toEqual({ kind: 'stale-revision', revision: 1 });
});

test('the log can only grow', async () => {
  await expect(scene.query('update event set type = type')).rejects.toThrow('append-only');
  await expect(scene.query('delete from event')).rejects.toThrow('append-only');
  await expect(scene.query('truncate event cascade')).rejects.toThrow('append-only');
});

test('a candidate spoken to before its batch comes is first brought into the new phase', async () => {
  const [early, late] = await Promise.all([person(), person()]);
  await scene.setClock('2017-07-01T02:00:00Z');
  for (const event of [
    { type: 'request-override', reason: '演练' },
    { type: 'approve-override' },
  ]) {
    await scene.perform({
      subjectId: scene.campaignId,
      event,
      principal: event.type === 'approve-override' ? department : office,
    });
  }
  const advanced = await scene.perform({
    subjectId: scene.campaignId,
    event: { type: 'advance-phase' },
  });
  expect(advanced).toMatchObject({
    kind: 'done',
    answer: { body: { state: 'concentrated-creation' } },
  });

  const told = await scene.perform({
    subjectId: early,
    event: evidence('activity', '2017-07-01'),
    principal: somebody('village-organisation', PENGCUN),
  });
  expect(told).toMatchObject({
    answer: { body: { stage: 'concentratedCreation', state: 'cultivating' } },
  });
  expect((await eventsOf(early)).map(({ type }) => type)).toEqual([
    'register',
    'phase-entered',
    'record-evidence',
  ]);
  const [waiting] = await scene.query<{ stage: string }>(
    'select stage from subject where id = $1',
    late,
  );
  expect(waiting?.stage).toBe('mobilization');

  // A process that dies leaves the operation to the next one.
  while (await advanceOperations(scene.pool, scene.another()));
  const behind = await scene.query('select 1 from subject where follows_phase and phase < 2');
  expect(behind).toEqual([]);
  const [operation] = await scene.query<object>(
    `select status, total = done as complete from operation where kind = 'phase-change'`,
  );
  expect(operation).toEqual({ status: 'done', complete: true });
});

test('time never runs backwards for a subject', async () => {
  const id = await person();
  await scene.setClock('2017-06-01T00:00:00Z');
  await scene.perform({
    subjectId: id,
    event: evidence('activity', '2017-06-01'),
    principal: somebody('village-organisation', PENGCUN),
  });
  const [row] = await scene.query<{ sorted: boolean }>(
    `select bool_and(at >= before) as sorted
       from (select at, lag(at) over (order by sequence) as before from event where subject_id = $1) e`,
    id,
  );
  expect(row?.sorted).toBe(true);
});
