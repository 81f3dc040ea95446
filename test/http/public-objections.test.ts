// Objections without an account: lodged, received, answered by the receipt, or rejected in bulk by two.

import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { erase } from '../../src/command/audit/erase.ts';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import type { Cast } from '../support/campaign.ts';
import { done } from '../support/campaign.ts';
import {
  acceptWorkers,
  advanceCampaign,
  advanceCandidate,
  openSelection,
} from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { publish } from '../support/signing.ts';
import { unit } from '../support/units.ts';

const category = 'ADVANCED_WORKER';
const [CONTACT, CLUES, NAME] = ['13900139000', '8月登记册各页笔迹相同', '钱守信'];

let service: RunningService;
let cast: Cast;
let second: Person;
let campaignId: string;
let workers: string[];
let logged = '';
let lastMinute = '';
let unread = '';

beforeAll(async () => {
  const told = new Writable({
    write(chunk, _, next) {
      logged += String(chunk);
      next();
    },
  });
  ({ service, cast, campaignId, workers } = await openSelection(
    ['李', '王', '赵'],
    pino({ level: 'trace' }, told),
  ));
  second = await service.person('county-office');
  await acceptWorkers(cast, workers, [95, 93, 91]);
  done(await advanceCampaign(cast.office, campaignId, { type: 'select-by-merit', category }));
  await publish(service, cast, campaignId);
});
afterAll(() => service.close());

const LI = () => workers[0] ?? '';
let host = 0;
/** Each from an address of its own, unless one is given. */
async function send(url: string, body: object, address = `198.51.100.${++host}`) {
  const { statusCode, payload } = await service.app.inject({
    method: 'POST',
    url,
    payload: body,
    remoteAddress: address,
  });
  return { status: statusCode, body: JSON.parse(payload) };
}
const lodge = (more: object = {}, address?: string) =>
  send('/v1/public-objections', { candidateId: LI(), content: '反映材料不实', ...more }, address);
const ask = async (receipt: string) =>
  (await send('/v1/public-objections/look-up', { receipt })).body;
const candidate = async () => {
  const { stage, state, context } = (await cast.office.get(`/v1/candidates/${LI()}`)).body;
  return { stage, state, openObjections: context.openObjections };
};
const newest = async (): Promise<string> =>
  (await cast.office.get('/v1/objections?limit=1')).body.items[0].id;
const tell = (person: Person, id: string, event: object) =>
  person.post(`/v1/objections/${id}/events`, event);

test('C15: whoever has no key objects, is told a receipt and nothing else, and halts nobody', async () => {
  const { status, body } = await lodge({ name: NAME, contact: CONTACT, clues: CLUES });
  expect([status, Object.keys(body)]).toEqual([201, ['receipt']]);
  expect(body.receipt).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(await candidate()).toMatchObject({ state: 'public-notice', openObjections: [] });
  expect(await ask(body.receipt.toLowerCase().replace('-', ' '))).toMatchObject({
    state: 'lodged',
    text: '已收到，等待受理机关接收',
    receivedAt: null,
    reply: null,
  });
});

test('C15: the office owes receipt within one working day, sees name and contact masked, and receives', async () => {
  const id = await newest();
  const { body } = await cast.office.get(`/v1/objections/${id}`);
  expect(body).toMatchObject({
    state: 'unread',
    objector: { kind: 'named', name: '钱**', contact: '139****9000' },
    clues: CLUES,
  });
  // Lodged on Saturday, 20 May 2017: owed by the end of Monday.
  expect(body.deadlines).toMatchObject([
    { kind: 'objection-receipt', clause: 'R63', dueAt: '2017-05-22T16:00:00.000Z' },
  ]);
  const { items } = (await cast.office.get('/v1/notices?limit=100')).body;
  expect(items.some(({ template }: { template: string }) => template === 'objection-lodged')).toBe(
    true,
  );
  const neighbour = await service.person(['township-committee', unit('610222102-DW')]);
  expect((await tell(neighbour, id, { type: 'receive' })).status).toBe(404);
  expect((await cast.committee.get(`/v1/objections/${id}`)).status).toBe(404);
  done(await tell(cast.office, id, { type: 'receive' }));
  expect(await candidate()).toMatchObject({ openObjections: [id] });
});

test('C15: whoever shows the receipt reads the state and the reply meant for them', async () => {
  const receipt = (await lodge({ clues: CLUES })).body.receipt;
  const id = await newest();
  done(await tell(cast.office, id, { type: 'receive' }));
  expect(await ask(receipt)).toMatchObject({ state: 'open', text: '已受理，正在办理' });
  done(await tell(cast.office, id, { type: 'not-admit', reason: '内部研究意见' }));
  expect(await ask(receipt)).toMatchObject({ state: 'replying', reply: null });
  const reply = { channel: '查询码', occurredOn: '2017-05-20', content: '经核实，登记册属实' };
  done(await tell(cast.office, id, { type: 'reply', ...reply }));
  const told = await ask(receipt);
  expect(told).toMatchObject({ state: 'answered', text: '已答复', reply: '经核实，登记册属实' });
  expect(JSON.stringify(told)).not.toContain('内部研究意见');
});

test('C15: neither log keeps the address or the words, nor does the address stand in the database', async () => {
  const [address, words] = ['203.0.113.77', '说的话不进日志'];
  const { receipt } = (await lodge({ content: words, clues: CLUES, contact: CONTACT }, address))
    .body;
  await send('/v1/public-objections/look-up', { receipt }, address);
  await send('/v1/public-objections/look-up', { receipt: '0000000000' }, address);
  await service.accessLog.close();
  for (const text of [address, words, CLUES, CONTACT, receipt]) expect(logged).not.toContain(text);
  const { rows: tables } = await service.pool.query(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  const naming = async (text: string): Promise<string[]> => {
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await service.pool.query(
        `select 1 from ${name} row where strpos(row::text, $1) > 0 limit 1`,
        [text],
      );
      if (rows.length > 0) found.push(name);
    }
    return found;
  };
  for (const text of [address, CLUES, CONTACT, receipt, receipt.replace('-', '')])
    expect([text, await naming(text)]).toEqual([text, []]);
  // What is objected stands in the state and in the log's part that can be erased.
  expect(await naming(words)).toEqual(['subject', 'event_personal']);
  const { rows } = await service.pool.query(
    `select principal_id, roles, credential from event where type = 'lodge'`,
  );
  for (const row of rows)
    expect(row).toEqual({ principal_id: 'public', roles: [], credential: null });
});

test('C15: what was lodged is erased by two, and its receipt tells nothing more', async () => {
  const receipt = (await lodge({ clues: CLUES, contact: CONTACT })).body.receipt;
  const id = await newest();
  await createPerformer(nouns, service.pool, createReferenceCache()).administer((tx) =>
    erase(
      tx,
      { subjectId: id, person: null },
      { by: cast.office.id, second: second.id, reason: '本人要求' },
    ),
  );
  const { body } = await cast.office.get(`/v1/objections/${id}`);
  expect(body).toMatchObject({ content: '已擦除 · erased', clues: null });
  expect(body.objector).toMatchObject({ contact: null });
  expect((await send('/v1/public-objections/look-up', { receipt })).status).toBe(404);
  done(await tell(cast.office, id, { type: 'receive' }));
  done(await tell(cast.office, id, { type: 'not-admit', reason: '已撤回' }));
});

test('C15: a flood is rejected in bulk by two with a reason, all of a list or none', async () => {
  const receipts = [];
  const objectionIds: string[] = [];
  for (let at = 0; at < 3; at += 1) {
    receipts.push((await lodge({ content: '重复来件' })).body.receipt);
    objectionIds.push(await newest());
  }
  const [propose, confirm] = ['rejections', 'rejection-confirmations'].map(
    (name) => `/v1/objections/${name}`,
  ) as [string, string];
  const reason = '同一内容成批重复';
  const received = (await cast.office.get('/v1/objections?state=answered')).body.items[0].id;
  const mixed = { objectionIds: [...objectionIds, received], reason };
  expect((await cast.office.post(propose, mixed)).status).toBe(409);
  expect((await cast.committee.post(propose, { objectionIds, reason })).status).toBe(404);
  expect((await cast.office.post(propose, { objectionIds, reason })).body).toEqual({
    objections: 3,
  });
  const same = await cast.office.post(confirm, { objectionIds });
  expect(same.body.unmet).toMatchObject([{ requirement: 'another-officer', clause: 'R63' }]);
  expect(await ask(receipts[0])).toMatchObject({ state: 'lodged', reply: null });
  expect((await second.post(confirm, { objectionIds })).body).toEqual({ objections: 3 });
  for (const receipt of receipts)
    expect(await ask(receipt)).toMatchObject({
      state: 'rejected',
      text: '未予受理',
      reply: reason,
    });
});

test('C15: one address lodges twenty in an hour, and no more than 64 KiB at once', async () => {
  const tries = [];
  for (let at = 0; at < 21; at += 1)
    tries.push((await lodge({ candidateId: campaignId }, '203.0.113.9')).status);
  expect(tries).toEqual([...Array.from({ length: 20 }, () => 404), 429]);
  expect((await lodge({ content: '大'.repeat(30_000) })).status).toBe(413);
  expect((await lodge({ content: '字'.repeat(4001) })).status).toBe(400);
});

test('C15: an answer is the same whether or not somebody else has objected, and unknown receipts are counted', async () => {
  const late = async () => {
    const { status, body } = await lodge();
    return [status, body.unmet];
  };
  await lodge({ clues: CLUES });
  unread = await newest();
  lastMinute = (await lodge({ clues: CLUES })).body.receipt;
  const id = await newest();
  const [notice] = JSON.parse((await service.app.inject('/v1/public-notices')).payload).items;
  await service.setClock(notice.until);
  const refused = await late();
  expect(refused).toMatchObject([
    422,
    [{ requirement: 'lodged-in-time', clause: 'R63', quote: expect.stringMatching(/./) }],
  ]);
  const scheduler = await service.person('scheduler');
  await scheduler.post('/v1/timers/fire-due');
  expect((await candidate()).state).toBe('objection-hold');
  expect(await late()).toEqual(refused);
  // What was lodged before is received now, and holds the candidate beside the first.
  done(await tell(cast.office, id, { type: 'receive' }));
  expect((await candidate()).openObjections).toHaveLength(2);
  const other = await send('/v1/public-objections', { candidateId: workers[1], content: '不实' });
  expect(other.status).toBe(404);
  const tries = [];
  for (let at = 0; at < 21; at += 1) {
    const wrong = { receipt: `00000-0000${at % 10}` };
    tries.push((await send('/v1/public-objections/look-up', wrong, '203.0.113.1')).status);
  }
  expect(tries).toEqual([...Array.from({ length: 20 }, () => 404), 429]);
});

test('C15: once all that was received is decided, the candidate goes on', async () => {
  expect((await ask(lastMinute)).state).toBe('open');
  for (const { id, state } of (await cast.office.get('/v1/objections?state=received')).body.items) {
    expect(state).toBe('received');
    done(await tell(cast.office, id, { type: 'not-admit', reason: '不属实' }));
  }
  expect((await candidate()).state).toBe('cleared');
});

test('C15: of a candidate that is withdrawn it is told all the same how an objection ends', async () => {
  done(await tell(cast.office, unread, { type: 'receive' }));
  expect(await candidate()).toMatchObject({ state: 'cleared', openObjections: [unread] });
  done(await advanceCandidate(cast.committee, LI(), { type: 'withdraw', reason: '本人申请' }));
  done(await tell(cast.office, unread, { type: 'not-admit', reason: '不属实' }));
  expect(await candidate()).toMatchObject({ state: 'withdrawn', openObjections: [] });
});
