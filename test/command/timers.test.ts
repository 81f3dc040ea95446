import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClockRefusal, moveClock } from '../../src/command/kernel/clock.ts';
import { recalculateDeadlines } from '../../src/command/kernel/recalculate.ts';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import { bringInYear, forgetCalendar } from '../support/directory.ts';
import {
  inspect as inspectAt,
  office,
  openScene,
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

const noticesOf = (id: string, template: string) =>
  scene.query<{ level: string; organisation_id: string }>(
    'select level, organisation_id from notice where subject_id = $1 and template = $2',
    id,
    template,
  );

const inspect = (candidateId: string, days?: number) => inspectAt(scene, candidateId, days);

test('R59: a finding issues the circular and the order in the same transaction', async () => {
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: PENGCUN,
  });
  const order = await inspect(village);
  const notices = await scene.query<{ template: string; organisation_id: string; clause: string }>(
    `select n.template, n.organisation_id, n.clause from notice n
       join document d on d.campaign_id = n.campaign_id and d.id = n.subject_id
      where d.about_id = $1 order by n.template, n.organisation_id collate "C"`,
    village,
  );
  // O4: the circular goes to all eight townships, the order to the village's own; both to the village as a copy.
  const receivers = (template: string) =>
    notices.filter((one) => one.template === template).map((one) => one.organisation_id);
  const own = [unit('610222101-DW'), unit('610222101203-DZB')];
  expect(receivers('circular-of-criticism')).toHaveLength(9);
  expect(receivers('circular-of-criticism')).toEqual(expect.arrayContaining(own));
  expect(receivers('rectification-order')).toEqual(own.toSorted());
  expect(new Set(notices.map(({ clause }) => clause))).toEqual(new Set(['R59']));
  const [obligation] = await scene.query<object>(
    'select due_at, level, generation from obligation where subject_id = $1',
    order,
  );
  // 2017-05-20 and fifteen calendar days is 2017-06-04, a Sunday: Monday's 24:00.
  expect(obligation).toEqual({ due_at: '2017-06-05T16:00:00.000Z', level: 'armed', generation: 1 });
});

test('two workers and a request racing over one timer fire it once', async () => {
  const base = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: unit('610222101202'),
  });
  const order = await inspect(base, 10);
  await scene.setClock('2017-06-10T00:00:00Z');
  const rivals = [scene.performer, scene.another(), scene.another()];
  const fired = await Promise.all(rivals.map((performer) => fireDueTimers(scene.pool, performer)));
  const events = await scene.query<{ type: string; count: number }>(
    `select type, count(*)::int as count from event
      where subject_id = $1 and type like 'xstate.after%' group by type`,
    order,
  );
  expect(events.every(({ count }) => count === 1)).toBe(true);
  expect(fired.some(({ fired: timers }) => timers.length > 0)).toBe(true);
  while ((await fireDueTimers(scene.pool, scene.performer)).remaining > 0);
  expect(await noticesOf(order, 'rectification-escalated')).toHaveLength(3);
  const again = await fireDueTimers(scene.pool, scene.performer);
  expect(again.fired).toEqual([]);
});

test('a timer fired late says how late, and both instants stay in the log', async () => {
  const other = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: unit('610222101204'),
  });
  const order = await inspect(other, 5);
  await scene.setClock('2017-06-20T00:00:00Z');
  const { fired, maxLateMs } = await fireDueTimers(scene.pool, scene.performer);
  expect(fired.some(({ subjectId }) => subjectId === order)).toBe(true);
  expect(maxLateMs).toBeGreaterThan(0);
  const [event] = await scene.query<{ at: string; due: string }>(
    `select at, payload ->> 'dueAt' as due from event
      where subject_id = $1 and type like 'xstate.after%' order by sequence limit 1`,
    order,
  );
  expect((event?.due ?? '') < (event?.at ?? '')).toBe(true);
});

test('an order overdue for five working days is escalated, and a request cannot undo it', async () => {
  const escalated = await scene.query<{ subject_id: string }>(
    `select subject_id from obligation where kind = 'rectification' and level = 'escalated'`,
  );
  await moveClock(scene.pool, scene.performer, '2017-06-30T00:00:00Z');
  const later = await scene.query<{ subject_id: string }>(
    `select subject_id from obligation where kind = 'rectification' and level = 'escalated'`,
  );
  expect(later.length).toBeGreaterThan(escalated.length);
  const twice = await scene.query(
    `select 1 from notice where obligation_kind is not null
      group by subject_id, obligation_kind, obligation_generation, level, organisation_id
     having count(*) > 1`,
  );
  expect(twice).toEqual([]);
});

test('an extension after expiry gives a new generation with its own reminders', async () => {
  const [order] = await scene.query<{ subject_id: string }>(
    `select subject_id from obligation where kind = 'rectification' and level = 'escalated' limit 1`,
  );
  const id = order?.subject_id ?? '';
  const past = await scene.perform({
    subjectId: id,
    event: { type: 'extend', until: '2017-06-01', reason: '补办' },
  });
  expect(past).toMatchObject({ kind: 'refused', unmet: [{ clause: 'R59' }] });
  const extended = await scene.perform({
    subjectId: id,
    event: { type: 'extend', until: '2017-07-31', reason: '设备到货延迟' },
  });
  expect(extended).toMatchObject({ kind: 'done', answer: { body: { state: 'issued+on-time' } } });
  const levels = await scene.query<{ generation: number; level: string }>(
    'select generation, level from obligation where subject_id = $1 order by generation',
    id,
  );
  expect(levels).toEqual([
    { generation: 1, level: 'superseded' },
    { generation: 2, level: 'armed' },
  ]);
});

test('the clock stops at every deadline on its way and never turns back', async () => {
  const before = await scene.query<{ at: string }>('select max(at) as at from event');
  await moveClock(scene.pool, scene.performer, '2017-07-10T00:00:00Z');
  const events = await scene.query<{ late: number }>(
    `select extract(epoch from at - (payload ->> 'dueAt')::timestamptz)::float8 as late from event
      where type like 'xstate.after%' and at > $1`,
    before[0]?.at,
  );
  expect(events.length).toBeGreaterThan(0);
  expect(events.every(({ late }) => late === 0)).toBe(true);
  await expect(
    moveClock(scene.pool, scene.performer, '2017-07-09T00:00:00Z'),
  ).rejects.toBeInstanceOf(ClockRefusal);
});

test('a missing receipt is reminded once; a receipt signed in time is not', async () => {
  const reminders = await scene.query<{ organisation_id: string }>(
    `select organisation_id from notice where template = 'receipt-reminder'`,
  );
  expect(reminders.length).toBeGreaterThanOrEqual(8);
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: unit('610222101209'),
  });
  await inspect(village);
  const [notice] = await scene.query<{ id: string; organisation_id: string }>(
    `select n.id, n.organisation_id from notice n where n.template = 'rectification-order'
        and n.organisation_id = $1 order by n.id desc limit 1`,
    unit('610222101209-DZB'),
  );
  const signed = await scene.perform({
    subjectId: notice?.id ?? '',
    event: { type: 'sign', signatory: '张三' },
    principal: somebody('village-organisation', unit('610222101209')),
  });
  // The helper knows only two places by path; anybody else reaches the whole city.
  expect(signed.kind).toBe('done');
  const [row] = await scene.query<{ received_by: string }>(
    'select received_by from notice where id = $1',
    notice?.id,
  );
  expect(row?.received_by).toBe('张三');
  await moveClock(scene.pool, scene.performer, '2017-07-20T00:00:00Z');
  expect(await scene.query('select 1 from notice where subject_id = $1', notice?.id)).toEqual([]);
});

test('C04b: a deadline beyond the calendar is provisional and counted again when it arrives', async () => {
  await forgetCalendar(scene.pool, 2018);
  await moveClock(scene.pool, scene.performer, '2018-02-10T00:00:00Z');
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: unit('610222101211'),
  });
  const order = await inspect(village, 8);
  const due = () =>
    scene.query<object>(
      'select generation, due_at, provisional, level from obligation where subject_id = $1 order by generation',
      order,
    );
  expect(await due()).toEqual([
    { generation: 1, due_at: '2018-02-19T16:00:00.000Z', provisional: true, level: 'armed' },
  ]);
  // The Spring Festival of 2018: 02-15 to 02-21 are days off.
  await bringInYear(scene.pool, {
    ...{ year: 2018, version: '2018', source: 'test' },
    daysOff: [15, 16, 17, 18, 19, 20, 21].map((day) => `2018-02-${day}`),
    makeUpWorkdays: ['2018-02-11', '2018-02-24'],
  });
  expect((await recalculateDeadlines(scene.pool, scene.performer)).recalculated).toBeGreaterThan(0);
  expect(await due()).toEqual([
    { generation: 1, due_at: '2018-02-19T16:00:00.000Z', provisional: true, level: 'superseded' },
    { generation: 2, due_at: '2018-02-22T16:00:00.000Z', provisional: false, level: 'armed' },
  ]);
  const events = await scene.query<{ type: string }>(
    'select type from event where subject_id = $1 order by sequence',
    order,
  );
  expect(events.map(({ type }) => type)).toEqual([
    'draft',
    'document-issued',
    'recalculate-deadline',
  ]);
});

const owed = (subject: string) =>
  scene.query<object>(
    `select generation, due_at, provisional, calendar_version as by, level from obligation
      where subject_id = $1 order by generation`,
    subject,
  );
const OF_2018 = { version: '2018年通知', source: 'test' };
const OF_2019 = { year: 2019, version: '2019年通知', source: 'test' };

test('C04c: a deadline names the document it was counted by, and a replaced year changes only days to come', async () => {
  await bringInYear(scene.pool, { ...OF_2018, year: 2018, daysOff: [], makeUpWorkdays: [] });
  await moveClock(scene.pool, scene.performer, '2018-07-02T01:00:00Z');
  const [one, other] = await Promise.all(
    ['610222101213', '610222101214'].map(async (code) =>
      inspect(
        await scene.register({
          category: 'DEMONSTRATION_VILLAGE',
          organisationId: unit(code),
        }),
        8,
      ),
    ),
  );
  const before = {
    ...{ generation: 1, due_at: '2018-07-10T16:00:00.000Z', provisional: false },
    ...{ by: '2018年通知', level: 'armed' },
  };
  expect(await owed(one ?? '')).toEqual([before]);
  // A correction that touches none of its days leaves the deadline and its word alone.
  const corrected = { ...OF_2018, year: 2018, version: '2018年通知（更正）', makeUpWorkdays: [] };
  await bringInYear(scene.pool, { ...corrected, daysOff: ['2018-09-24'] });
  expect((await recalculateDeadlines(scene.pool, scene.performer)).recalculated).toBe(0);
  expect(await owed(one ?? '')).toEqual([before]);
  expect(
    await scene.query('select version from calendar_year where year = 2018 order by revision'),
  ).toEqual(['2018', '2018年通知', '2018年通知（更正）'].map((version) => ({ version })));
  // One of the two was told overdue before its day became a holiday, and stays so.
  for (const _ of ['due-soon', 'overdue']) {
    await scene.query(
      `update timer set due_at = due_at - interval '20 days' where subject_id = $1`,
      other,
    );
    await fireDueTimers(scene.pool, scene.performer);
  }
  await bringInYear(scene.pool, { ...corrected, daysOff: ['2018-07-10', '2018-07-11'] });
  // The day has passed when the service looks again: the calendar is gone by before its timer is.
  await scene.setClock('2018-07-11T02:00:00Z');
  await fireDueTimers(scene.pool, scene.performer);
  expect(await owed(one ?? '')).toEqual([
    { ...before, level: 'superseded' },
    {
      ...{ ...before, generation: 2, due_at: '2018-07-12T16:00:00.000Z' },
      ...{ by: corrected.version, level: 'due-soon' },
    },
  ]);
  expect(await owed(other ?? '')).toMatchObject([{ generation: 1, level: 'overdue' }]);
  const told = await scene.query<{ body: string }>(
    `select body from notice where subject_id = $1 and template = 'deadline-moved'`,
    one,
  );
  expect(told.map(({ body }) => body)).toEqual([
    expect.stringContaining('的期限由2018年7月10日24时调整为2018年7月12日24时。'),
  ]);
  expect(await noticesOf(one ?? '', 'rectification-overdue')).toEqual([]);
});

test('C04b: the next year’s document moves what nobody was told earlier, and what stands in a notice only later', async () => {
  await moveClock(scene.pool, scene.performer, '2018-12-26T01:00:00Z');
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: unit('610222101215'),
  });
  const order = await inspect(village, 3);
  const [receipt] = await scene.query<{ id: string }>(
    `select subject_id as id from obligation
      where kind = 'receipt' and opened_at = '2018-12-26T01:00:00Z' limit 1`,
  );
  const id = receipt?.id ?? '';
  // Three working days to sign: Thursday, Friday and Monday the 31st, as far as 2018's document says.
  expect([await owed(id), await owed(order)]).toMatchObject([
    [{ due_at: '2018-12-31T16:00:00.000Z', provisional: true, by: '2018年通知（更正）' }],
    [{ due_at: '2018-12-31T16:00:00.000Z', provisional: true }],
  ]);
  await bringInYear(scene.pool, {
    ...OF_2019,
    daysOff: ['2018-12-30', '2018-12-31', '2019-01-01'],
    makeUpWorkdays: ['2018-12-29'],
  });
  expect((await recalculateDeadlines(scene.pool, scene.performer)).recalculated).toBeGreaterThan(1);
  expect(await owed(id)).toMatchObject([
    { generation: 1, level: 'superseded' },
    {
      ...{ generation: 2, due_at: '2018-12-29T16:00:00.000Z', provisional: false },
      by: '2018年通知（更正）、2019年通知',
    },
  ]);
  // Saturday the 29th would be the order’s third day now, but it has named Monday, which is off: Wednesday then.
  expect(await owed(order)).toMatchObject([
    { generation: 1, level: 'superseded' },
    { generation: 2, due_at: '2019-01-02T16:00:00.000Z', provisional: false },
  ]);
});

test('nobody but the service fires a timer or issues an order', async () => {
  const village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: unit('610222101212'),
  });
  const order = await inspect(village);
  const outcome = await scene.perform({
    subjectId: order,
    event: { type: 'recalculate-deadline' },
    principal: office,
  });
  expect(outcome).toEqual({ kind: 'forbidden', roles: ['system'] });
});
