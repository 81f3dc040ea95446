// F11: whoever holds the database and switches every trigger off is found out, and what they did is named.

import { randomUUIDv7 } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkAdministration, checkPage, NOWHERE } from '../../src/command/audit/chains.ts';
import { checkRoots, takeCheckpoint } from '../../src/command/audit/checkpoints.ts';
import { eventHash } from '../../src/command/kernel/chain.ts';
import { moveClock } from '../../src/command/kernel/clock.ts';
import type { AuditFault } from '../../src/rules/audit/faults.ts';
import type { LinkedEvent } from '../../src/rules/audit/link.ts';
import { enrol } from '../support/people.ts';
import { inspect, openScene, PENG, PENGCUN, type Scene, somebody } from '../support/scene.ts';
import { tamper } from '../support/tampering.ts';

let scene: Scene;
let township: string;
let village: string;
beforeEach(async () => {
  scene = await openScene();
  village = await scene.register({
    category: 'DEMONSTRATION_VILLAGE',
    organisationId: PENGCUN,
  });
  township = await scene.register({ organisationId: PENG });
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
afterEach(() => scene.drop());

/** What a verification of everything finds. */
async function findAll(): Promise<AuditFault[]> {
  const page = await checkPage(scene.facts, NOWHERE);
  expect(page.after).toBeNull();
  const { faults } = await checkAdministration(scene.facts);
  return [...(await checkRoots(scene.facts)).faults, ...faults, ...page.faults];
}

/** Kind and place of each fault, the township's own without its id. */
const findings = async () =>
  (await findAll()).map(({ kind, subjectId, sequence, until, detail }) => [
    kind,
    ...(subjectId === township ? [] : [subjectId]),
    ...(sequence === until ? [sequence] : [sequence, until]),
    ...(detail === '' ? [] : [detail]),
  ]);

const ofTownship = 'subject_id = $1 and sequence';
const eventAt = async (sequence: number) => {
  const [row] = await scene.query<LinkedEvent & { hash: string }>(
    `select * from event where ${ofTownship} = $2`,
    township,
    sequence,
  );
  if (row === undefined) throw new Error(`no event ${sequence}`);
  return row;
};
const end = async () => {
  const [row] = await scene.query<{ revision: number }>(
    'select revision from subject where id = $1',
    township,
  );
  return row?.revision ?? 0;
};

test('F11: logs that nobody touched are whole, and what is stored follows from them', async () => {
  expect(await findings()).toEqual([]);
  await takeCheckpoint(scene.performer);
  expect(await findings()).toEqual([]);
});

test('F11: an event that was edited is named', async () => {
  await tamper(scene, [
    `update event set payload = payload || '{"title":"别的方案"}' where ${ofTownship} = 5`,
    township,
  ]);
  expect(await findings()).toEqual([['edited', 5]]);
});

test('F11: an event is named as edited also when its own hash was reckoned anew', async () => {
  const [before, row] = [await eventAt(5), await eventAt(6)];
  const hash = eventHash(before.hash, { ...row, principal_id: 'somebody else' });
  await tamper(scene, [
    `update event set principal_id = 'somebody else', hash = $2 where ${ofTownship} = 6`,
    township,
    hash,
  ]);
  const [[kind, sequence] = []] = await findings();
  expect([kind, sequence]).toEqual(['edited', (await end()) > 6 ? 7 : 6]);
});

test('F11: an event removed from the middle is named, whether or not the others close ranks', async () => {
  await tamper(scene, [`delete from event where ${ofTownship} = 3`, township]);
  expect(await findings()).toEqual([['removed', 3]]);
  await tamper(
    scene,
    [`update event set sequence = sequence + 100 where ${ofTownship} > 3`, township],
    [`update event set sequence = sequence - 101 where ${ofTownship} > 100`, township],
  );
  expect(await findings()).toEqual([['removed', 3]]);
});

test('F11: an event inserted in the middle is named, also with a hash that fits', async () => {
  const [before, row] = [await eventAt(3), await eventAt(4)];
  const copy = `insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles,
      payload, facts, stage, state, hash)
    select campaign_id, subject_id, $2, type, at, principal_id, roles, '{"forged":true}', facts, stage,
           state, $3 from event where ${ofTownship} = 3`;
  const forged = {
    ...before,
    sequence: 4,
    payload: { forged: true },
    personal: null,
    credential: null,
  };
  await tamper(
    scene,
    [`update event set sequence = sequence + 100 where ${ofTownship} >= 4`, township],
    [`update event set sequence = sequence - 99 where ${ofTownship} >= 100`, township],
    [copy, township, 4, eventHash(before.hash, forged)],
  );
  expect(row.hash).toBe((await eventAt(5)).hash);
  expect(await findings()).toEqual([['inserted', 4]]);
  await tamper(scene, [
    `update event set hash = repeat('0', 64) where ${ofTownship} = 4`,
    township,
  ]);
  expect(await findings()).toEqual([['inserted', 4]]);
});

test('F11: an event put after the end is named', async () => {
  const last = await eventAt(await end());
  const forged = { ...last, sequence: last.sequence + 1 };
  await tamper(scene, [
    `insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles, credential,
       payload, facts, stage, state, personal, hash)
     select campaign_id, subject_id, sequence + 1, type, at, principal_id, roles, credential, payload,
            facts, stage, state, personal, $3 from event where ${ofTownship} = $2`,
    township,
    last.sequence,
    eventHash(last.hash, forged),
  ]);
  expect((await findings()).map(([kind, at]) => [kind, at])).toContainEqual([
    'inserted',
    last.sequence + 1,
  ]);
});

test('F11: a tail cut off is named by the subject, and by the last checkpoint when that was set back', async () => {
  const last = await end();
  await takeCheckpoint(scene.performer);
  const row = await eventAt(last - 2);
  await tamper(scene, [`delete from event where ${ofTownship} > $2`, township, last - 2]);
  expect(await findings()).toEqual([['cut-off', last - 1, last]]);
  await tamper(scene, [
    'update subject set revision = $2, chain_hash = $3, stage = $4, state = $5 where id = $1',
    ...[township, row.sequence, row.hash, row.stage, row.state],
  ]);
  expect(await findings()).toEqual([['cut-off', last - 1, last]]);
});

test('F11: a log that is gone as a whole, with its subject, is named by the last checkpoint', async () => {
  const last = await end();
  await takeCheckpoint(scene.performer);
  await tamper(
    scene,
    ['delete from event where subject_id = $1', township],
    ['delete from subject where id = $1', township],
  );
  expect(await findings()).toEqual([['cut-off', 1, last]]);
});

test('F11: a log written anew from an event on is not the one that the checkpoint names', async () => {
  await takeCheckpoint(scene.performer);
  const last = await end();
  const deeds: [string, ...unknown[]][] = [];
  let { hash } = await eventAt(last - 1);
  for (let at = last; at <= last; at += 1) {
    const row = { ...(await eventAt(at)), principal_id: 'somebody else' };
    hash = eventHash(hash, row);
    deeds.push([
      `update event set principal_id = $2, hash = $3 where ${ofTownship} = $4`,
      ...[township, row.principal_id, hash, at],
    ]);
  }
  await tamper(scene, ...deeds, [
    'update subject set chain_hash = $2 where id = $1',
    township,
    hash,
  ]);
  expect(await findings()).toEqual([['rewritten', last]]);
});

test('F11: what came after a checkpoint is looked at alone, and a log cut before it is found all the same', async () => {
  const tellOne = () => scene.performer.administer((tx) => enrol(tx, { name: '某', grants: [] }));
  await tellOne();
  const taken = await takeCheckpoint(scene.performer);
  const whole = await checkAdministration(scene.facts);
  await tellOne();
  const part = await checkAdministration(scene.facts, taken?.number);
  expect(part.faults).toEqual([]);
  expect(part.events).toBeGreaterThan(0);
  expect(part.events + whole.events).toBe((await checkAdministration(scene.facts)).events);
  const kindsOf = async () =>
    (await checkAdministration(scene.facts, taken?.number)).faults.map(({ kind }) => kind);
  await tamper(scene, [
    `update administrative_event set address = '10.0.0.1' where sequence = ${whole.events + 1}`,
  ]);
  expect(await kindsOf()).toEqual(['edited']);
  await tamper(scene, [`delete from administrative_event where sequence >= ${whole.events}`]);
  expect(await kindsOf()).toEqual(['cut-off']);
});

test('F11: a checkpoint that was edited, or whose heads were, is named by its number', async () => {
  await takeCheckpoint(scene.performer);
  await tamper(scene, ['update checkpoint set events = events - 1']);
  expect(await findings()).toEqual([['checkpoint', NOWHERE.subjectId, 1, 'root']]);
  await tamper(
    scene,
    ['update checkpoint set events = events + 1'],
    [`update checkpoint_head set sequence = sequence - 1 where subject_id = $1`, township],
  );
  expect(await findings()).toContainEqual(['checkpoint', NOWHERE.subjectId, 1, 'heads']);
});

test('F11: a state that was changed without an event is named with what differs', async () => {
  await tamper(scene, [
    `update subject set context = jsonb_set(context, '{rank}', '1'), stage = 'conferred' where id = $1`,
    township,
  ]);
  expect(await findings()).toEqual([['state', await end(), 'stage, context.rank']]);
});

test('F11: a timer that was taken away is named', async () => {
  await inspect(scene, village, 10);
  expect(await findings()).toEqual([]);
  const [timer] = await scene.query<{ id: string; subject: string }>(
    'select timer_id as id, subject_id as subject from timer where due_at > now_instant() limit 1',
  );
  await tamper(scene, [
    'delete from timer where subject_id = $1 and timer_id = $2',
    timer?.subject,
    timer?.id,
  ]);
  const faults = await findAll();
  expect(faults.map(({ kind, subjectId, detail }) => [kind, subjectId, detail])).toEqual([
    ['timers', timer?.subject, timer?.id],
  ]);
});

test('F11: a personal part that was edited, or is gone without an erasure, is named', async () => {
  await tamper(scene, [
    `update event_personal set personal = '{"/payload/summary":"别的"}' where ${ofTownship} = 2`,
    township,
  ]);
  expect(await findings()).toEqual([['personal-edited', 2]]);
  await tamper(scene, [`delete from event_personal where ${ofTownship} = 2`, township]);
  expect(await findings()).toEqual([['personal-missing', 2]]);
});

test('F11: the administrative log tells each of the four ways too', async () => {
  for (const name of ['甲', '乙', '丙']) {
    await scene.performer.administer((tx) => enrol(tx, { name, grants: [] }));
  }
  await takeCheckpoint(scene.performer);
  const [{ last } = { last: 0 }] = await scene.query<{ last: number }>(
    'select sequence as last from administrative_head',
  );
  const kinds = async () =>
    (await checkAdministration(scene.facts)).faults
      .filter(({ kind }) => !kind.startsWith('personal'))
      .map(({ kind, sequence, until }) => [kind, sequence, until]);
  expect(last).toBeGreaterThan(5);
  expect(await kinds()).toEqual([]);

  await tamper(scene, [`update administrative_event set address = '10.0.0.1' where sequence = 2`]);
  expect(await kinds()).toEqual([['edited', 2, 2]]);
  await tamper(scene, ['update administrative_event set address = null where sequence = 2']);

  await tamper(
    scene,
    [`create table kept as select * from administrative_event where sequence = 3`],
    ['delete from administrative_event where sequence = 3'],
  );
  expect(await kinds()).toEqual([['removed', 3, 3]]);
  await tamper(
    scene,
    ['update administrative_event set sequence = sequence + 1000000 where sequence > 3'],
    ['update administrative_event set sequence = sequence - 999999 where sequence > 1000000'],
    ['insert into administrative_event select * from kept'],
    ['update kept set sequence = 4'],
    ['insert into administrative_event select * from kept'],
  );
  expect(await kinds()).toEqual([['inserted', 4, 4]]);
  await tamper(
    scene,
    ['delete from administrative_event where sequence = 4'],
    ['update administrative_event set sequence = sequence + 1000000 where sequence > 4'],
    ['update administrative_event set sequence = sequence - 1000001 where sequence > 1000000'],
  );
  expect(await kinds()).toEqual([]);

  await tamper(
    scene,
    ['delete from administrative_event where sequence > $1', last - 2],
    [
      `update administrative_head h set sequence = e.sequence, hash = e.hash
         from administrative_event e where e.sequence = $1`,
      last - 2,
    ],
  );
  expect(await kinds()).toEqual([['cut-off', last - 1, last]]);
});
