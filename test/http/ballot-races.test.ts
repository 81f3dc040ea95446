// Ballots that meet: twice the same, the last one and the close, a database that breaks in between.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import { spendToken } from '../../src/db/ballot/ballots.ts';
import { readToken } from '../../src/http/ballot/ballot-tokens.ts';
import { cast, handOut, openRound, rollOf } from '../support/ballots.ts';
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

async function someRound(closesAt?: string): Promise<{ url: string; tokens: string[] }> {
  persons += 1;
  const id = await registerWorker(people, campaignId, `候选人${persons}`);
  const url = await openRound(people.township, id, roll, closesAt);
  const tokens: string[] = [];
  for (const { entry } of roll) tokens.push(await handOut(people.township, url, entry));
  return { url, tokens };
}

const returned = async (url: string): Promise<number> =>
  (await people.office.get(url)).body.turnout.returned;

test('R61: the same token eight times at once is counted exactly once', async () => {
  const { url, tokens } = await someRound();
  const [token = ''] = tokens;
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => cast(people.township, token, '好')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
  const refused = answers.filter(({ status }) => status === 409);
  expect(new Set(refused.map(({ body }) => body.reason))).toEqual(new Set(['spent']));
  // Whether spent, closed or unknown, the answer has one shape.
  const unknown = await cast(
    people.township,
    `bt_${token.slice(3).split('').reverse().join('')}`,
    '好',
  );
  expect(unknown.body.reason).toBe('unknown');
  expect(Object.keys(unknown.body).sort()).toEqual(Object.keys(refused[0]?.body).sort());
  expect(await returned(url)).toBe(1);
});

test('two hand-outs to one entry at once give one token', async () => {
  persons += 1;
  const id = await registerWorker(people, campaignId, `候选人${persons}`);
  const url = await openRound(people.township, id, roll);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => people.township.post(`${url}/tokens`, { entry: 'members-1' })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
  const { rows } = await service.pool.query(
    'select cardinality(unspent) as tokens from ballot_urn where round_id = $1 order by 1 desc',
    [url.split('/').at(-1)],
  );
  expect(rows.map(({ tokens }) => tokens)).toEqual([1, 0]);
});

test('R61: a vote against the close is in the count or is told that it came too late', async () => {
  const { url, tokens } = await someRound('2017-05-20T02:00:00Z');
  const votes = tokens.map((token, index) =>
    new Promise((resolve) => setTimeout(resolve, index * 3)).then(() =>
      cast(people.township, token, '好'),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 12));
  await service.setClock('2017-05-20T02:00:00Z');
  const { fired } = await fireDueTimers(service.pool, service.performer);
  expect(fired.length).toBeGreaterThan(0);
  const answers = await Promise.all(votes);
  const taken = answers.filter(({ status }) => status === 200).length;
  const late = answers.filter(({ status }) => status === 409);
  expect(taken + late.length).toBe(tokens.length);
  for (const { body } of late) expect(body.reason).toBe('closed');
  const { body } = await people.office.get(url);
  expect(body.result).toMatchObject({ issued: 10, returned: taken });
  expect(body.state).toBe(taken > 5 ? 'valid' : 'void');
});

test('the boundary instant itself is too late, also before the timer has fired', async () => {
  const { url, tokens } = await someRound('2017-05-20T03:00:00Z');
  await service.setClock('2017-05-20T02:59:59.999Z');
  expect((await cast(people.township, tokens[0] ?? '', '好')).status).toBe(200);
  await service.setClock('2017-05-20T03:00:00Z');
  const late = await cast(people.township, tokens[1] ?? '', '好');
  expect([late.status, late.body.reason]).toEqual([409, 'closed']);
  expect(await returned(url)).toBe(1);
});

test('what is rolled back was neither spent nor counted', async () => {
  const { url, tokens } = await someRound();
  const { roundId, sha256 } = readToken(tokens[0] ?? '');
  const client = await service.pool.connect();
  await client.query('begin');
  expect(await spendToken(client, campaignId, roundId, sha256, '好')).toBeNull();
  await client.query('rollback');
  client.release();
  expect(await returned(url)).toBe(0);
  expect((await cast(people.township, tokens[0] ?? '', '差')).status).toBe(200);
  expect(await returned(url)).toBe(1);
});

test('a vote whose connection is killed is not counted, and can be cast again: once', async () => {
  const { url, tokens } = await someRound();
  const [token = ''] = tokens;
  const { roundId } = readToken(token);
  const holder = await service.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from ballot_urn where round_id = $1 for update', [roundId]);
  const vote = cast(people.township, token, '好');
  let killed = 0;
  while (killed === 0) {
    const { rows } = await service.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and query like '%update ballot_urn%' and pid <> pg_backend_pid()`,
    );
    killed = rows.length;
  }
  const broken = await vote;
  await holder.query('rollback');
  holder.release();
  expect(broken.status).toBe(503);
  expect(await returned(url)).toBe(0);
  expect((await cast(people.township, token, '好')).status).toBe(200);
  const again = await cast(people.township, token, '好');
  expect([again.status, again.body.reason]).toEqual([409, 'spent']);
  expect(await returned(url)).toBe(1);
});

test('a choice the plan does not know spends nothing', async () => {
  const { url, tokens } = await someRound();
  const wrong = await cast(people.township, tokens[0] ?? '', '优');
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors[0].path).toBe('/body/choice');
  expect((await cast(people.township, 'bt_short', '好')).status).toBe(400);
  expect((await cast(people.township, tokens[0] ?? '', 'ABSTAIN')).status).toBe(200);
  expect(await returned(url)).toBe(1);
});

test('whoever tries token after token is slowed down', async () => {
  const { tokens } = await someRound();
  const [token = ''] = tokens;
  done(await cast(people.township, token, '好'));
  let last = 409;
  for (let attempt = 0; attempt < 400 && last === 409; attempt += 1) {
    last = (await cast(people.township, token, '好')).status;
  }
  expect(last).toBe(429);
});
