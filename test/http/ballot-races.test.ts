// Ballots that meet: twice the same, the last one and the close, a database that breaks in between.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { castSlip } from '../../src/command/ballot/urns.ts';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import { inTransaction } from '../../src/db/kernel/connections.ts';
import { readCode } from '../../src/http/ballot/slip-codes.ts';
import { cast, handOut, layOutSlips, markVoter, openRound, rollOf } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerWorker,
} from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let people: Cast;
let campaignId: string;
let persons = 0;
beforeAll(async () => {
  service = await openService();
  people = await castOf(service);
  campaignId = await issueCampaign(people);
  await overridePhases(service, people, campaignId);
});
afterAll(() => service.close());

const roll = rollOf(4, 6);

async function someRound(closesAt?: string): Promise<{ url: string; codes: string[] }> {
  persons += 1;
  const id = await registerWorker(people, campaignId, `候选人${persons}`);
  const url = await openRound(people.township, id, roll, closesAt);
  const table = await layOutSlips(people.office, url);
  const codes: string[] = [];
  for (const entry of roll) codes.push(await handOut(people.township, url, entry, table));
  return { url, codes };
}

const returned = async (url: string): Promise<number> =>
  (await people.office.get(url)).body.turnout.returned;

test('F13: the same slip for the same choice eight times at once is answered alike, and counted once', async () => {
  const { url, codes } = await someRound();
  const [code = ''] = codes;
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => cast(people.township, code, '好')),
  );
  expect(answers.map(({ status, body }) => [status, body])).toEqual(
    Array(8).fill([200, { taken: true }]),
  );
  expect(await returned(url)).toBe(1);
  const other = await cast(people.township, code, '差');
  expect([other.status, other.body.reason]).toEqual([409, 'spent']);
  // Whether spent, closed or unknown, the answer has one shape.
  const unknown = await cast(people.township, `${code.slice(0, 4)}-0000-0000`, '好');
  expect(unknown.body.reason).toBe('unknown');
  expect(Object.keys(unknown.body).sort()).toEqual(Object.keys(other.body).sort());
  expect(await returned(url)).toBe(1);
});

test('F13: of two choices with one slip at once one is taken, and told so again', async () => {
  const { url, codes } = await someRound();
  const [code = ''] = codes;
  const both = ['好', '差'];
  const answers = await Promise.all(both.map((choice) => cast(people.township, code, choice)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const again = await Promise.all(both.map((choice) => cast(people.township, code, choice)));
  expect(again.map(({ status }) => status)).toEqual(answers.map(({ status }) => status));
  expect(await returned(url)).toBe(1);
});

test('a code may be typed in small letters, without hyphens, with letters that look like digits', async () => {
  const { codes } = await someRound();
  const [code = ''] = codes;
  done(await cast(people.township, code, '好'));
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  expect((await cast(people.township, typed, '好')).status).toBe(200);
  expect((await cast(people.township, typed, '差')).body.reason).toBe('spent');
});

test('F13: two hand-outs to one entry at once mark it once', async () => {
  persons += 1;
  const id = await registerWorker(people, campaignId, `候选人${persons}`);
  const url = await openRound(people.township, id, roll);
  await layOutSlips(people.office, url);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => markVoter(people.township, url, 'members-1')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
  expect((await people.office.get(url)).body.turnout).toEqual({
    printed: { members: 4, masses: 6 },
    issued: { members: 1 },
    returned: 0,
    unused: 10,
  });
});

test('F13: an answer lost at the hand-out costs no vote: the mark is repeated, the slip is drawn', async () => {
  persons += 1;
  const id = await registerWorker(people, campaignId, `候选人${persons}`);
  const url = await openRound(people.township, id, roll);
  // The answer with the codes is lost: printed again, the first set opens nothing.
  const lost = await layOutSlips(people.office, url);
  const table = await layOutSlips(people.office, url);
  const stale = await cast(people.township, lost.draw('members'), '好');
  expect([stale.status, stale.body.reason]).toEqual([409, 'unknown']);
  const again = await people.office.post(`${url}/slips`, {}, { key: 'print' });
  expect(again.body.slips).toHaveLength(2);
  const repeated = await people.office.post(`${url}/slips`, {}, { key: 'print' });
  expect([repeated.status, repeated.body.slips]).toEqual([201, null]);
  const { slips } = done(await people.office.post(`${url}/slips`)).body;
  expect((await cast(people.township, table.draw('members'), '好')).body.reason).toBe('unknown');

  const [first, repeat] = [
    await markVoter(people.township, url, 'members-1', 'mark'),
    await markVoter(people.township, url, 'members-1', 'mark'),
  ];
  expect([repeat.status, repeat.body]).toEqual([first.status, first.body]);
  expect(repeat.headers['idempotency-replayed']).toBe('true');
  const code = slips.find(({ stratum }: { stratum: string }) => stratum === 'members').codes[0];
  done(await cast(people.township, code, '好'));
  const late = await people.office.post(`${url}/slips`);
  expect(late.body.unmet).toMatchObject([{ requirement: 'no-slip-is-out', actual: 2 }]);
});

test('F13: more votes than voters who were marked void the round', async () => {
  persons += 1;
  const id = await registerWorker(people, campaignId, `候选人${persons}`);
  const url = await openRound(people.township, id, roll, '2017-05-20T01:30:00Z');
  const table = await layOutSlips(people.office, url, 2);
  for (const entry of roll) {
    const code = await handOut(people.township, url, entry, table);
    done(await cast(people.township, code, '好'));
  }
  // Somebody casts a slip that nobody drew.
  done(await cast(people.township, table.draw('members'), '差'));
  expect((await people.office.get(url)).body.turnout).toMatchObject({ returned: 11, unused: 3 });
  await service.setClock('2017-05-20T01:30:00Z');
  await fireDueTimers(service.pool, service.performer);
  expect((await people.office.get(url)).body).toMatchObject({
    state: 'void',
    reason: 'more-returned-than-issued',
  });
});

test('R61: a vote against the close is in the count or is told that it came too late', async () => {
  const { url, codes } = await someRound('2017-05-20T02:00:00Z');
  const votes = codes.map((code, index) =>
    new Promise((resolve) => setTimeout(resolve, index * 3)).then(() =>
      cast(people.township, code, '好'),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 12));
  await service.setClock('2017-05-20T02:00:00Z');
  const { fired } = await fireDueTimers(service.pool, service.performer);
  expect(fired.length).toBeGreaterThan(0);
  const answers = await Promise.all(votes);
  const taken = answers.filter(({ status }) => status === 200).length;
  const late = answers.filter(({ status }) => status === 409);
  expect(taken + late.length).toBe(codes.length);
  for (const { body } of late) expect(body.reason).toBe('closed');
  const { body } = await people.office.get(url);
  expect(body.result).toMatchObject({ issued: 10, returned: taken });
  expect(body.state).toBe(taken > 5 ? 'valid' : 'void');
});

test('the boundary instant itself is too late, also before the timer has fired', async () => {
  const { url, codes } = await someRound('2017-05-20T03:00:00Z');
  await service.setClock('2017-05-20T02:59:59.999Z');
  expect((await cast(people.township, codes[0] ?? '', '好')).status).toBe(200);
  await service.setClock('2017-05-20T03:00:00Z');
  const late = await cast(people.township, codes[1] ?? '', '好');
  expect([late.status, late.body.reason]).toEqual([409, 'closed']);
  expect(await returned(url)).toBe(1);
});

test('what is rolled back was neither spent nor counted', async () => {
  const { url, codes } = await someRound();
  const slip = readCode(codes[0] ?? '');
  const broken = inTransaction(service.writers, async (tx) => {
    const administer = <Result>(work: (of: typeof tx) => Promise<Result>) => work(tx);
    expect(await castSlip({ administer }, service.vault, slip, '好')).toEqual({
      kind: 'taken',
    });
    throw new Error('the power went');
  });
  await expect(broken).rejects.toThrow('the power went');
  expect(await returned(url)).toBe(0);
  expect((await cast(people.township, codes[0] ?? '', '差')).status).toBe(200);
  expect(await returned(url)).toBe(1);
});

test('F13: a vote whose connection is killed is cast again with the same slip: it counts once', async () => {
  const { url, codes } = await someRound();
  const [code = ''] = codes;
  const holder = await service.pool.connect();
  await holder.query('begin');
  const roundId = url.split('/').at(-1);
  await holder.query('select 1 from ballot_urn where id = $1 for update', [roundId]);
  const vote = cast(people.township, code, '好');
  let killed = 0;
  while (killed === 0) {
    const { rows } = await service.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and query like '%from ballot_urn%' and pid <> pg_backend_pid()`,
    );
    killed = rows.length;
  }
  const broken = await vote;
  await holder.query('rollback');
  holder.release();
  expect(broken.status).toBe(503);
  expect(await returned(url)).toBe(0);
  for (const _ of [1, 2]) expect((await cast(people.township, code, '好')).status).toBe(200);
  expect(await returned(url)).toBe(1);
});

test('a choice the plan does not know spends nothing', async () => {
  const { url, codes } = await someRound();
  const wrong = await cast(people.township, codes[0] ?? '', '优');
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors[0].path).toBe('/body/choice');
  expect((await cast(people.township, 'K7QM', '好')).status).toBe(400);
  expect((await cast(people.township, codes[0] ?? '', 'ABSTAIN')).status).toBe(200);
  expect(await returned(url)).toBe(1);
});

test('O17: whoever tries code after code is slowed down', async () => {
  const { codes } = await someRound();
  const number = (codes[0] ?? '').slice(0, 4);
  let last = 409;
  for (let attempt = 0; attempt < 400 && last === 409; attempt += 1) {
    const guess = `${number}-ZZZZ-${String(attempt).padStart(4, '0')}`;
    last = (await cast(people.township, guess, '好')).status;
  }
  expect(last).toBe(429);
});
