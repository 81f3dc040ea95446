// A village moves to another township in the middle of a campaign (C07): what lies there follows it in chunks, which a
// restart goes on with.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moveRound } from '../../src/command/county/place-moves.ts';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { ALL_ORGANISATIONS } from '../../src/db/county/organisations.ts';
import { directoryOf, type Organisation, placesIn } from '../../src/rules/access/addressees.ts';
import { LIFE_TABLE } from '../../src/rules/county/life-table.ts';
import { HOLDINGS, type Holding } from '../../src/rules/county/lives.ts';
import { cast as castBallot, handOut, layOutSlips, rollOf } from '../support/ballots.ts';
import { done, filledIn } from '../support/campaign.ts';
import { PENG, PENGCUN, type Person, WULI } from '../support/service.ts';
import { BRANCH, openUnitLife, type UnitLife } from '../support/unit-lives.ts';
import { unit, unitPath } from '../support/units.ts';

const GROUNDS = { reason: '调整行政区划', document: '陕民函〔2017〕9号' };
const MOVE = { type: 'move', parentId: WULI, code: '610222102299', day: '2017-05-20', ...GROUNDS };
const OLD = unitPath('6102', '610222', '610222101', '610222101203');
const NEW = unitPath('6102', '610222', '610222102', '610222101203');

const TABLES = [
  'subject',
  'candidate',
  'obligation',
  'notice',
  'document',
  'roster_site',
  'roll_up',
];
const is = (holding: Holding): string => `C07: moved × ${holding}: ${LIFE_TABLE.moved[holding].en}`;

let life: UnitLife;
let committee: Person;
let office: Person;

const below = async (path: string): Promise<number> => {
  const counts = TABLES.map(
    (table) => `(select count(*) from ${table} where path like '${path}%')`,
  );
  const { rows } = await life.service.pool.query(`select (${counts.join(' + ')})::int as count`);
  return rows[0].count;
};
const log = async (): Promise<unknown[]> =>
  (await life.service.pool.query('select * from event order by subject_id, sequence')).rows;
const totals = async (code: string): Promise<{ total: number }> => {
  const { rows } = await life.service.pool.query(
    'select villages as total from roll_up where organisation_id = $1',
    [unit(code)],
  );
  return rows[0];
};

beforeAll(async () => {
  life = await openUnitLife();
  committee = await life.service.person(['township-committee', unit('610222102-DW')]);
  office = await life.service.person(['township-office', unit('610222102-ZF')]);
  const { body } = done(await life.tell(MOVE, true));
  for (const name of HOLDINGS) {
    expect([name, body.holdings[name].becomes]).toEqual([name, LIFE_TABLE.moved[name]]);
  }
  expect(body.holdings).toMatchObject({ candidate: { count: 2 }, title: { count: 1 } });
});
afterAll(() => life.service.close());

test('C07: a move goes on where it was killed, rewrites each row once, and no row of a log', async () => {
  const { pool } = life.service;
  const [rows, before] = [await below(OLD), await log()];
  const [fromTotal, toTotal] = [await totals('610222101'), await totals('610222102')];
  done(await life.tell(MOVE));
  expect([await below(OLD), await below(NEW)]).toEqual([rows, 0]);

  // The first process comes some way, and is cut off in the middle of a chunk, which waits for a row.
  for (let round = 0; round < 3; round += 1) await moveRound(pool, life.service.performer, 2);
  expect([await below(OLD), await below(NEW)]).toEqual([rows - 6, 6]);
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query(`select from subject where path like '${OLD}%' for update`);
  await holder.query(`select from candidate where path like '${OLD}%' for update`);
  let isKilled = false;
  const killed = moveRound(pool, life.service.performer, 2).catch(() => {
    isKilled = true;
  });
  while (!isKilled) {
    await holder.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%chunk%'`,
    );
    await sleep(50);
  }
  await killed;
  await holder.query('rollback');
  holder.release();
  expect([await below(OLD), await below(NEW)]).toEqual([rows - 6, 6]);

  // Another process goes on.
  const another = createPerformer(nouns, life.service.writers, createReferenceCache());
  for (let more: boolean | null = true; more !== false; ) more = await moveRound(pool, another, 5);
  expect([await below(OLD), await below(NEW)]).toEqual([0, rows]);
  const { rows: moves } = await pool.query('select rewritten, done_at from place_move');
  expect(moves).toMatchObject([{ done_at: expect.anything() }]);
  expect(await log()).toEqual(before);
  expect([await totals('610222101'), await totals('610222102')]).toEqual([
    { total: fromTotal.total - 1 },
    { total: toTotal.total + 1 },
  ]);
});

test(is('candidate'), async () => {
  const { village, cast } = life;
  const { body } = done(await committee.get(`/v1/candidates/${village}`));
  expect([body.organisationId, body.name]).toEqual([PENGCUN, '彭村村委会']);
  expect((await cast.committee.get(`/v1/candidates/${village}`)).status).toBe(404);
  const { items } = done(await cast.office.get(`/v1/candidates/${village}/events`)).body;
  expect(items[0].type).toBe('register');
});

test(is('order'), async () => {
  const { order, cast } = life;
  expect((await cast.committee.get(`/v1/rectifications/${order}`)).status).toBe(404);
  expect((await committee.get(`/v1/rectifications/${order}`)).status).toBe(200);
  done(await cast.village.post(`/v1/rectifications/${order}/events`, { type: 'acknowledge' }));
});

test(is('round'), async () => {
  const { cast, round } = life;
  const table = await layOutSlips(cast.office, round);
  for (const person of rollOf(3, 4))
    done(await castBallot(office, await handOut(office, round, person, table), '好'));
  done(await office.post(`${round}/events`, { type: 'close' }));
});

test(is('sheet'), async () => {
  const { cast, sheet } = life;
  const { scheme } = done(await cast.assessor.get(`/v1/assessments/${sheet}`)).body;
  const submit = { type: 'submit', points: filledIn(scheme.items, 90) };
  done(await cast.assessor.post(`/v1/assessments/${sheet}/events`, submit));
});

test(is('roster'), async () => {
  const roster = async (under: string) =>
    done(
      await life.cast.office.get(
        `/v1/campaigns/${life.campaignId}/roster?under=${under}&limit=100`,
      ),
    ).body.items.map(({ siteId }: { siteId: string }) => siteId);
  expect(await roster(PENGCUN)).toEqual(['610222101203-S1']);
  expect(await roster(WULI)).toContain('610222101203-S1');
  expect(await roster(PENG)).not.toContain('610222101203-S1');
});

test(is('quota'), async () => {
  const { rows } = await life.service.pool.query<Organisation>(ALL_ORGANISATIONS.text);
  expect(placesIn(directoryOf(1, rows))(BRANCH)).toEqual({
    ...{ unit: BRANCH, village: PENGCUN, township: WULI },
  });
});

test(is('grant'), async () => {
  const { cast, village } = life;
  const { grants } = done(await cast.village.get('/v1/me')).body;
  expect(grants).toMatchObject([{ role: 'village-organisation', organisationId: BRANCH }]);
  expect((await cast.village.get(`/v1/candidates/${village}`)).status).toBe(200);
});

test(is('invitation'), async () => {
  done(await life.cast.office.post('/v1/claims', { code: life.invited.code }));
});

test(is('title'), async () => {
  const { body } = done(await committee.get(`/v1/candidates/${life.titled}`));
  expect(body).toMatchObject({ organisationId: BRANCH, stage: 'conferred' });
});

test('C07: its bodies bear its new code, and its life tells the old one and its parent', async () => {
  const { items } = done(
    await life.administrator.get('/v1/organisations?code=610222102299-DZB'),
  ).body;
  expect(items).toMatchObject([{ id: BRANCH, parentId: PENGCUN }]);
  const { body } = done(await life.administrator.get(`/v1/organisations/${PENGCUN}/life`));
  expect(body.items).toMatchObject([
    { act: 'moved', beforeCode: '610222101203', beforeParentId: PENG, ...GROUNDS },
  ]);
});

test('C07: a move to nothing, to itself, to a code in use and out of its county is refused', async () => {
  for (const [change, path] of [
    [{ parentId: 'u00000000000' }, '/body/parentId'],
    [{ parentId: PENGCUN }, '/body/parentId'],
    [{ parentId: PENG, code: '610222101202' }, '/body/code'],
    [{ parentId: unit('610202001') }, '/body/parentId'],
    [{ parentId: PENG, day: '2017-06-01' }, '/body/day'],
    [{}, '/body/parentId'],
  ] as const) {
    const { status, body } = await life.tell({ ...MOVE, ...change });
    expect([status, body.errors[0].path]).toEqual([422, path]);
  }
});
