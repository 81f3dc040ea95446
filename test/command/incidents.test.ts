// What fails is set aside, tried again and told; what does not fail goes on meanwhile.

import { randomUUIDv7 } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { moveClock } from '../../src/command/kernel/clock.ts';
import { advanceOperations, operationsRound } from '../../src/command/kernel/operations.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import {
  findDueUntil,
  fireDueTimers,
  fireRound,
  LIST_DUE,
} from '../../src/command/kernel/timers.ts';
import { tendIncidents } from '../../src/command/kernel/upkeep.ts';
import { nouns } from '../../src/command/nouns.ts';
import { ATTEMPTS_MAX } from '../../src/db/kernel/incidents.ts';
import { BEHIND } from '../../src/db/kernel/operation-steps.ts';
import { createPool } from '../../src/db/kernel/pool.ts';
import { KNOWN_RELEASES } from '../../src/db/kernel/releases.ts';
import {
  department,
  office,
  openScene,
  orderDue,
  PENGCUN,
  type Scene,
  signDrafts,
} from '../support/scene.ts';
import { unit, unitPath } from '../support/units.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.drop());

const DUE = '2017-06-01T00:00:00Z';
const LATER = '2017-06-02T00:00:00Z';

/** So many subjects whose stored state no machine can read, each with a timer due at `dueAt`. */
const poison = (count: number, dueAt: string, campaignId = scene.campaignId) =>
  scene.query<{ id: string }>(
    `with broken as (
       insert into subject (campaign_id, id, machine, version, lock_rank, organisation_id, path,
         value, context, status, stage, state, revision, chain_hash, created_at, updated_at)
       select $3, gen_random_uuid(), 'rectification', 1, 3, '${unit('610222')}', '${unitPath('6102', '610222')}', '"nowhere"',
              '{}', 'active', 'nowhere', 'nowhere', 1, '', now_instant(), now_instant()
         from generate_series(1, $1::int) returning id)
     insert into timer (campaign_id, subject_id, timer_id, due_at)
     select $3, id, 'poison', $2 from broken returning subject_id as id`,
    count,
    dueAt,
    campaignId,
  );

const incidents = (lane: string) =>
  scene.query<{ id: number; item: string; status: string; attempts: number; affected: number }>(
    'select id, item, status, attempts, affected from incident where lane = $1 order by id',
    lane,
  );

/** Ends every wait, as the passing of time would. */
const waitOver = () =>
  scene.query(`update incident set not_before = clock_timestamp() where status = 'retrying'`);

test('F4: 500 timers that fail stand in front and hold up no good one behind them', async () => {
  const order = await orderDue(scene);
  await poison(500, '2017-05-21T00:00:00Z');
  await scene.setClock(LATER);
  const first = await fireRound(scene.pool, scene.performer);
  expect([first.failed.length, first.more]).toEqual([500, true]);
  const second = await fireRound(scene.pool, scene.performer);
  expect(second.fired.map(({ subjectId }) => subjectId)).toContain(order);
  expect(second.failed).toEqual([]);
  // Nothing more to do until a wait is over: nobody spins.
  const third = await fireDueTimers(scene.pool, scene.performer);
  expect([third.more, third.remaining, third.failed.length]).toEqual([false, 0, 0]);
  const told = await incidents('timers');
  expect(told).toHaveLength(500);
  expect(new Set(told.map(({ status, attempts }) => `${status} ${attempts}`))).toEqual(
    new Set(['retrying 1']),
  );
}, 60_000);

test('F4: after eight failures it is parked, and tried no more until somebody asks', async () => {
  await poison(1, DUE);
  await scene.setClock(LATER);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const { failed } = await fireRound(scene.pool, scene.performer);
    expect(failed.map((one) => one.attempts)).toEqual([attempt]);
    // Before its wait is over it is not tried.
    expect((await fireRound(scene.pool, scene.performer)).failed).toEqual([]);
    await waitOver();
  }
  expect(await incidents('timers')).toMatchObject([{ status: 'open', attempts: ATTEMPTS_MAX }]);
  expect((await fireRound(scene.pool, scene.performer)).failed).toEqual([]);
  const log = await scene.query<{ type: string }>(
    'select type from incident_event order by sequence',
  );
  expect(log.map(({ type }) => type)).toEqual([
    ...Array.from({ length: ATTEMPTS_MAX - 1 }, () => 'failed'),
    'parked',
  ]);
  await expect(scene.query(`update incident_event set reason = 'x'`)).rejects.toThrow(
    'append-only',
  );
});

test('F4: a timer that opens a deadline nobody can reckon stays due and is told', async () => {
  // A township that plans waits for the window; it has no deadline of its own before a return.
  const township = await scene.register({});
  await scene.query(
    `insert into timer (campaign_id, subject_id, timer_id, due_at)
     values ($1, $2, 'recalculate-deadline', $3)`,
    scene.campaignId,
    township,
    DUE,
  );
  await scene.setClock(LATER);
  expect((await fireRound(scene.pool, scene.performer)).failed).toHaveLength(1);
  expect(await scene.query(`select 1 from timer where timer_id = 'recalculate-deadline'`)).toEqual([
    { '?column?': 1 },
  ]);
  expect(await incidents('timers')).toMatchObject([{ status: 'retrying', attempts: 1 }]);
});

test('F4: what was mended in the meantime is done at the next try, and its incident ends', async () => {
  const order = await orderDue(scene);
  const [before] = await scene.query<{ value: unknown }>(
    'select value from subject where id = $1',
    order,
  );
  await scene.query(`update subject set value = '"nowhere"' where id = $1`, order);
  await scene.setClock(LATER);
  expect((await fireRound(scene.pool, scene.performer)).failed.length).toBeGreaterThan(0);
  const value = JSON.stringify(before?.value);
  await scene.query('update subject set value = $2 where id = $1', order, value);
  await waitOver();
  expect((await fireRound(scene.pool, scene.performer)).failed).toEqual([]);
  const told = await incidents('timers');
  expect(told.map(({ status }) => status)).toEqual(told.map(() => 'resolved'));
  expect(await scene.query('select 1 from timer where held')).toEqual([]);
});

test('F3: a fault that passes counts no attempt and sets nothing aside', async () => {
  const order = await orderDue(scene);
  await scene.setClock(LATER);
  // As after a failover: the server that answers takes nothing down.
  const standby = createPool(scene.connectionString, {
    max: 2,
    applicationName: 'test standby',
    readOnly: true,
    pipeline: true,
  });
  const helpless = createPerformer(nouns, standby, createReferenceCache());
  const blocked = await fireRound(scene.pool, helpless);
  await standby.end();
  expect(blocked.passing).toMatchObject({ code: '25006' });
  expect([blocked.fired, blocked.failed]).toEqual([[], []]);
  expect(await incidents('timers')).toEqual([]);
  const { fired } = await fireRound(scene.pool, scene.performer);
  expect(fired.some(({ subjectId }) => subjectId === order)).toBe(true);
});

test('F4: the virtual clock goes on past what fails, and tells of it', async () => {
  const order = await orderDue(scene);
  await poison(3, '2017-05-25T00:00:00Z');
  const { instant, fired, failed } = await moveClock(scene.pool, scene.performer, LATER);
  expect(instant).toBe('2017-06-02T00:00:00.000Z');
  expect([fired > 0, failed.length]).toEqual([true, 3]);
  expect(
    await scene.query('select 1 from timer where subject_id = $1 and due_at <= $2', order, LATER),
  ).toEqual([]);
});

/** Another campaign of the same plan, issued. */
async function secondCampaign(): Promise<string> {
  const campaignId = randomUUIDv7();
  const place = { campaignId, subjectId: campaignId };
  const create = {
    machine: 'campaign',
    planId: 'yijun-2017',
    planVersion: 1,
    name: '第二',
  } as const;
  const event = { type: 'draft' };
  const drafted = await scene.performer.perform({ ...place, create, event, principal: office });
  await signDrafts(scene.performer, drafted);
  return campaignId;
}

test('F3: one campaign with thousands of due timers does not keep another one’s twenty waiting', async () => {
  const other = await secondCampaign();
  await poison(3_000, '2017-05-21T00:00:00Z');
  const few = await poison(20, '2017-05-31T00:00:00Z', other);
  await scene.setClock(LATER);
  const { failed, more } = await fireRound(scene.pool, scene.performer, 100);
  expect(more).toBe(true);
  const reached = new Set(failed.map(({ subjectId }) => subjectId));
  expect(few.every(({ id }) => reached.has(id))).toBe(true);
});

test('F4: what is due is found by the index, whatever else waits and fails', async () => {
  await orderDue(scene);
  await poison(6_000, '2018-05-01T00:00:00Z');
  await poison(4_000, '2017-05-21T00:00:00Z');
  await scene.query(`update timer set held = true where due_at < '2017-05-22'`);
  await scene.query('vacuum analyze timer');
  await scene.setClock(LATER);
  expect(await findDueUntil(scene.pool, LATER)).not.toBeNull();
  const [plan] = await scene.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `explain (analyze, buffers, format json) ${LIST_DUE}`,
    500,
    KNOWN_RELEASES,
    null,
  );
  const top = plan?.['QUERY PLAN'][0].Plan as Node;
  const scans = every(top).filter((node) => node['Relation Name'] === 'timer');
  expect(scans.map((node) => node['Node Type']).filter((type) => type === 'Seq Scan')).toEqual([]);
  // Of some 200 pages of timers: those of the few that are due.
  expect(top['Shared Hit Blocks'] + top['Shared Read Blocks']).toBeLessThan(100);
});

test('a phase change finds its next chunk where the last one ended, and walks past nobody', async () => {
  await scene.query(
    `insert into subject (campaign_id, id, machine, version, lock_rank, organisation_id, path, value,
       context, status, stage, state, phase, follows_phase, revision, chain_hash, created_at, updated_at)
     select $1, gen_random_uuid(), 'candidate', 1, 2, '${unit('610222')}', '${unitPath('6102', '610222')}', '"nowhere"', '{}',
            'active', 'nowhere', 'nowhere', 1, true, 1, '', now_instant(), now_instant()
       from generate_series(1, 5000)`,
    scene.campaignId,
  );
  await scene.query('vacuum analyze subject');
  const [plan] = await scene.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `explain (analyze, buffers, format json) ${BEHIND.text}`,
    scene.campaignId,
    2,
    1,
    '80000000-0000-0000-0000-000000000000',
    KNOWN_RELEASES,
    200,
  );
  const top = plan?.['QUERY PLAN'][0].Plan as Node;
  expect(every(top).map((node) => node['Node Type'])).not.toContain('Sort');
  expect(top['Shared Hit Blocks'] + top['Shared Read Blocks']).toBeLessThan(300);
});

test('two processes at one phase change move everybody once, and count nobody twice', async () => {
  const ids: string[] = [];
  for (const organisationId of [
    unit('610222101'),
    unit('610222102'),
    unit('610222103'),
    unit('610222104'),
  ])
    ids.push(await scene.register({ organisationId }));
  const tell = (type: string, more: object, principal = office) =>
    scene.perform({ subjectId: scene.campaignId, event: { type, ...more }, principal });
  await tell('request-override', { reason: '试运行' });
  await tell('approve-override', {}, department);
  const moved = await tell('advance-phase', {});
  if (moved.kind !== 'done') throw new Error(JSON.stringify(moved));
  const id = moved.answer.body.opened.find(({ kind }) => kind === 'operation')?.id ?? '';
  await Promise.all(
    [scene.performer, scene.another()].map(async (performer) => {
      while (await advanceOperations(scene.pool, performer));
    }),
  );
  expect(await operation(id)).toMatchObject({ status: 'done', done: 4, refused: 0, failed: 0 });
  const entered = await scene.query(
    `select subject_id from event where type = 'phase-entered' and subject_id = any ($1::uuid[])`,
    ids,
  );
  expect(entered).toHaveLength(4);
});

type Node = {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
};
const every = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(every)];

/** An operation with these items, as an event of the campaign would leave it. */
async function operationOf(commands: readonly object[]): Promise<string> {
  const id = randomUUIDv7();
  await scene.query(
    `insert into operation (campaign_id, id, kind, status, total, created_by, created_at)
     values ($1, $2, 'recusal', 'running', $3, $4, now_instant())`,
    scene.campaignId,
    id,
    commands.length,
    office.id,
  );
  await scene.query(
    `insert into operation_item (campaign_id, operation_id, index, command)
     select $1, $2, i.ordinality - 1, i.value
       from jsonb_array_elements($3::jsonb) with ordinality i`,
    scene.campaignId,
    id,
    JSON.stringify(commands),
  );
  return id;
}

const operation = async (id: string) =>
  (
    await scene.query<{ status: string; done: number; refused: number; failed: number }>(
      'select status, done, refused, failed from operation where id = $1',
      id,
    )
  )[0];

test('F3: an item that cannot be done holds up neither those behind it nor other operations', async () => {
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: PENGCUN,
  });
  const good = { subjectId: village, event: { type: 'no-such-event' } };
  const poisoned = [null, {}, { subjectId: 'no id', event: { type: 'pass' } }] as never[];
  const id = await operationOf([...poisoned, ...Array.from({ length: 5 }, () => good)]);
  const another = await operationOf([good]);
  while (await advanceOperations(scene.pool, scene.performer));
  expect(await operation(another)).toMatchObject({ status: 'done', done: 1 });
  expect(await operation(id)).toMatchObject({ status: 'running', done: 5, failed: 3 });
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    await waitOver();
    await operationsRound(scene.pool, scene.performer);
  }
  await tendIncidents(scene.pool, scene.performer);
  expect(await operation(id)).toMatchObject({ status: 'parked', done: 5, failed: 3 });
  expect((await incidents('operations')).map(({ status }) => status)).toEqual([
    'open',
    'open',
    'open',
  ]);
});

test('F3: a phase change reaches everybody but those it cannot move, and ends when they are mended', async () => {
  const ids: string[] = [];
  for (const [index, organisationId] of [
    unit('610222101'),
    unit('610222102'),
    unit('610222103'),
    unit('610222104'),
  ].entries()) {
    ids[index] = await scene.register({ organisationId });
  }
  const [newer = '', broken = ''] = ids;
  const [kept] = await scene.query<{ value: unknown }>(
    'select value from subject where id = $1',
    broken,
  );
  await scene.query('update subject set version = 99 where id = $1', newer);
  await scene.query(`update subject set value = '"nowhere"' where id = $1`, broken);
  const tell = (type: string, more: object, principal = office) =>
    scene.perform({ subjectId: scene.campaignId, event: { type, ...more }, principal });
  await tell('request-override', { reason: '试运行' });
  await tell('approve-override', {}, department);
  const moved = await tell('advance-phase', {});
  if (moved.kind !== 'done') throw new Error(JSON.stringify(moved));
  const id = moved.answer.body.opened.find(({ kind }) => kind === 'operation')?.id ?? '';
  while (await advanceOperations(scene.pool, scene.performer));
  const phases = await scene.query<{ id: string }>(
    'select id from subject where follows_phase and phase = 2',
  );
  expect(phases.map((row) => row.id).sort()).toEqual(ids.slice(2).sort());
  expect(await operation(id)).toMatchObject({ status: 'running', failed: 1 });
  expect(await incidents('operations')).toMatchObject([{ status: 'retrying', attempts: 1 }]);
  // The newer build goes on with its own; the broken one is mended.
  await scene.query('update subject set version = 1 where id = $1', newer);
  await scene.query(
    'update subject set value = $2 where id = $1',
    broken,
    JSON.stringify(kept?.value),
  );
  await waitOver();
  await tendIncidents(scene.pool, scene.performer);
  while (await advanceOperations(scene.pool, scene.performer));
  await tendIncidents(scene.pool, scene.performer);
  expect(await operation(id)).toMatchObject({ status: 'done', failed: 0, refused: 0 });
});

test('F3: an operation that cannot be gone on with at all is set aside whole, and ends once it can', async () => {
  await scene.register({ organisationId: unit('610222101') });
  const id = await operationOf([]);
  await scene.query(`update operation set kind = 'phase-change', total = 1 where id = $1`, id);
  while (await advanceOperations(scene.pool, scene.performer));
  expect(await incidents('operations')).toMatchObject([{ item: 'operation', status: 'retrying' }]);
  expect(await operation(id)).toMatchObject({ status: 'running', failed: 1 });
  await waitOver();
  expect((await operationsRound(scene.pool, scene.performer)).failed).toMatchObject([
    { item: 'operation', attempts: 2 },
  ]);
  await scene.query(`update operation set detail = '{"number": 1}' where id = $1`, id);
  await waitOver();
  while (await advanceOperations(scene.pool, scene.performer));
  expect(await incidents('operations')).toMatchObject([{ status: 'resolved' }]);
  expect(await operation(id)).toMatchObject({ status: 'done', failed: 0 });
});

test('F3: subjects of a version this build does not have are left to another, and told once', async () => {
  const order = await orderDue(scene);
  await scene.query('update subject set version = 99 where id = $1', order);
  await scene.setClock(LATER);
  const round = await fireDueTimers(scene.pool, scene.performer);
  expect(round.fired.some(({ subjectId }) => subjectId === order)).toBe(false);
  expect([round.failed, round.remaining]).toEqual([[], 0]);
  expect(await incidents('timers')).toEqual([]);
  const refused = await scene.perform({
    subjectId: order,
    event: { type: 'acknowledge' },
  });
  expect(refused).toEqual({ kind: 'unknown-version', machine: 'rectification', version: 99 });
  const first = await tendIncidents(scene.pool, scene.performer);
  expect(first).toMatchObject([{ item: 'rectification v99', affected: 1 }]);
  expect(await tendIncidents(scene.pool, scene.performer)).toEqual([]);
  expect(await incidents('versions')).toMatchObject([{ status: 'open', affected: 1 }]);
  // The build that has it fires what was left, and two minutes later nobody tells of it any more.
  await scene.query('update subject set version = 1 where id = $1', order);
  const { fired } = await fireRound(scene.pool, scene.performer);
  expect(fired.some(({ subjectId }) => subjectId === order)).toBe(true);
  await scene.query(`update incident set last_at = last_at - interval '3 minutes'`);
  await tendIncidents(scene.pool, scene.performer);
  expect(await incidents('versions')).toMatchObject([{ status: 'resolved' }]);
});
