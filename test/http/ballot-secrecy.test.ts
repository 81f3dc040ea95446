// A real run of sixty votes: whoever reads every table, every log line and every system column of
// PostgreSQL knows who took a ballot, and nothing of what is on it.

import { hash, randomInt } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cast as castBallot, openRound, type RollEntry, rollOf } from '../support/ballots.ts';
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

const lines: string[] = [];
const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk, _, next) {
      lines.push(String(chunk));
      next();
    },
  }),
);

let service: RunningService;
let people: Cast;
let url: string;
/** Who was given which token, in the order of the desk, and what they chose: known here only. */
const voters: { entry: RollEntry; token: string; choice: string }[] = [];

const shuffled = <Item>(items: Item[]): Item[] => {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] as Item, items[last] as Item];
  }
  return items;
};

beforeAll(async () => {
  service = await openService(undefined, log);
  people = await castOf(service);
  const campaignId = await issueCampaign(people);
  await overridePhases(service, people, campaignId);
  const id = await registerWorker(people, campaignId, '李建国');
  const roll = rollOf(30, 30);
  url = await openRound(people.township, id, roll);
  // Half and half in each electorate, so that guessing is right once in two.
  const choices = { members: [] as string[], masses: [] as string[] };
  for (const list of Object.values(choices)) {
    list.push(...shuffled([...Array(15).fill('好'), ...Array(15).fill('差')] as string[]));
  }
  for (const [index, entry] of shuffled(roll).entries()) {
    const answer = await people.township.post(
      `${url}/tokens`,
      { entry: entry.entry },
      { key: `ballot-${index}` },
    );
    const { token } = done(answer).body;
    const choice = choices[entry.stratum as 'members'].pop() ?? '好';
    voters.push({ entry, token, choice });
    // At once, as at a desk with the urn beside it: the worst order there is.
    done(await castBallot(people.township, token, choice));
  }
});
afterAll(() => service.close());

const rowsOf = async <Row>(sql: string): Promise<Row[]> => (await service.pool.query(sql)).rows;

/** Every row of every table, as text. */
async function everything(): Promise<Map<string, string[]>> {
  const tables = await rowsOf<{ name: string }>(
    `select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`,
  );
  const rows = new Map<string, string[]>();
  for (const { name } of tables) {
    const found = await rowsOf<{ row: string }>(`select t::text as row from "${name}" t`);
    rows.set(
      name,
      found.map(({ row }) => row),
    );
  }
  return rows;
}

/** The ways in which a token, its secret or its hash could be written down. */
const tracesOf = (token: string): string[] => {
  const bytes = Buffer.from(token.slice(3), 'base64url');
  const secret = bytes.subarray(16);
  const sum = hash('sha256', secret, 'buffer');
  return [token, token.slice(3)].concat(
    [secret, sum].flatMap((part) =>
      (['hex', 'base64', 'base64url'] as const).map((as) => part.toString(as)),
    ),
  );
};

const traces = (): string[] => voters.flatMap(({ token }) => tracesOf(token));

const holdsOne = (text: string, wanted: readonly string[]): boolean =>
  wanted.some((trace) => text.includes(trace));

test('R61: while the urn is open only the urn knows a token, by its hash, in sorted order', async () => {
  const wanted = traces();
  for (const [table, rows] of await everything()) {
    const known = rows.some((row) => holdsOne(row, wanted));
    expect(known, table).toBe(table === 'ballot_urn');
  }
  const urns = await rowsOf<{ stratum: string; spent: string[]; slips: object }>(
    `select stratum, slips, (select array_agg(encode(h, 'hex') order by n)
                               from unnest(spent) with ordinality s (h, n)) as spent
       from ballot_urn order by stratum`,
  );
  // One row for each electorate: slips are numbers in it, and have neither order nor time.
  expect(urns.map(({ stratum, slips }) => [stratum, slips])).toEqual([
    ['masses', { 好: 15, 差: 15 }],
    ['members', { 好: 15, 差: 15 }],
  ]);
  for (const { spent } of urns) expect(spent).toEqual([...spent].sort());
});

test('nobody is told a choice before the close; turnout is told to everybody who may read', async () => {
  const { body } = await people.office.get(url);
  expect(body).toMatchObject({
    state: 'open',
    turnout: { issued: { members: 30, masses: 30 }, returned: 60 },
    result: null,
  });
  expect(JSON.stringify(body)).not.toContain('好');
  const peek = await people.office.get(`${url}/count`);
  expect([peek.status, peek.body.type]).toEqual([409, '/docs/problems#out-of-state']);
  const roll = (await people.office.get(`${url}/roll?limit=1`)).body.items;
  expect(Object.keys(roll[0])).toEqual(['entry', 'name', 'stratum', 'marked']);
});

test('R61: a repeat of the hand-out is answered, and told no token', async () => {
  const first = voters[0] ?? expect.unreachable();
  const entry = { entry: first.entry.entry };
  const repeat = await people.township.post(`${url}/tokens`, entry, { key: 'ballot-0' });
  expect([repeat.status, repeat.body.token]).toEqual([201, null]);
  const again = await people.township.post(`${url}/tokens`, entry);
  expect(again.body.unmet).toMatchObject([{ requirement: 'entry-is-unmarked', clause: 'R61' }]);
});

test('R61: after the close no table holds a token, and no ballot leads to a voter', async () => {
  done(await people.township.post(`${url}/events`, { type: 'close' }));
  const wanted = traces();
  for (const [table, rows] of await everything()) {
    expect(
      rows.some((row) => holdsOne(row, wanted)),
      table,
    ).toBe(false);
  }
  expect(await rowsOf('select 1 from ballot_urn')).toEqual([]);

  type Ballot = { id: string; strata: string; choice: string; xmin: string };
  const physical = 'select id, strata, choice, xmin::text as xmin from ballot';
  const ballots = await rowsOf<Ballot>(`${physical} order by ctid`);
  expect(ballots).toHaveLength(60);
  const columns = await rowsOf<{ column_name: string }>(
    `select column_name from information_schema.columns where table_name = 'ballot'`,
  );
  expect(columns.map(({ column_name }) => column_name).sort()).toEqual([
    'campaign_id',
    'choice',
    'generation',
    'id',
    'round_id',
    'strata',
  ]);
  // All ballots were written by one transaction, and it marked nobody on the roll.
  expect(new Set(ballots.map(({ xmin }) => xmin)).size).toBe(1);
  const roll = await rowsOf<{ xmin: string; entry: string }>(
    'select entry, xmin::text as xmin from ballot_roll order by xmin::text::bigint',
  );
  expect(roll.map(({ xmin }) => xmin)).not.toContain(ballots[0]?.xmin);

  // Whatever order somebody reads the two in, the guess is no better than a coin.
  const desk = voters;
  const byRoll = roll.map(({ entry }) => voters.find((one) => one.entry.entry === entry));
  const byName = voters.toSorted((a, b) => (a.entry.entry < b.entry.entry ? -1 : 1));
  const orders = [
    ballots,
    ballots.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ballots.toReversed(),
  ];
  for (const people of [desk, byRoll, byName]) {
    for (const order of orders) expect(guessed(people, order)).toBeLessThan(BETTER_THAN_CHANCE);
  }
});

// Sixty throws of a coin come to 30 ± 3.9; 50 would be five deviations.
const BETTER_THAN_CHANCE = 50;

/** How many are known when the n-th voter of an electorate is held to have cast its n-th ballot. */
function guessed(
  order: readonly ({ entry: RollEntry; choice: string } | undefined)[],
  ballots: readonly { strata: string; choice: string }[],
): number {
  return ['members', 'masses'].reduce((right, stratum) => {
    const cast = ballots.filter(({ strata }) => strata === stratum);
    const own = order.filter((voter) => voter?.entry.stratum === stratum);
    return right + own.filter((voter, index) => voter?.choice === cast[index]?.choice).length;
  }, 0);
}

test('no log line holds a token, a choice or whose vote it was', () => {
  const wanted = traces();
  expect(lines.length).toBeGreaterThan(120);
  expect(lines.filter((line) => holdsOne(line, wanted))).toEqual([]);
  const votes = lines
    .map((line) => JSON.parse(line))
    .filter(({ route }) => route === '/v1/ballots');
  expect(votes).toHaveLength(60);
  const keys = new Set(votes.flatMap((line) => Object.keys(line)));
  expect([...keys].sort()).toEqual([
    'durationMs',
    'hostname',
    'level',
    'method',
    'msg',
    'pid',
    'route',
    'status',
    'time',
    'traceId',
  ]);
  expect(lines.filter((line) => /[好差]/.test(line))).toEqual([]);
});

test('a vote leaves no event, no answer and no notice behind', async () => {
  const [{ votes } = { votes: -1 }] = await rowsOf<{ votes: number }>(
    `select count(*)::int as votes from event where type ~ 'ballot|vote|cast|spend'
        and type !~ '^xstate'`,
  );
  expect(votes).toBe(0);
  const answers = await rowsOf<{ key: string; body: object }>('select key, body from idempotency');
  const handed = answers.filter(({ key }) => key.startsWith('ballot-'));
  expect(handed).toHaveLength(60);
  for (const { body } of handed) expect(body).not.toHaveProperty('token');
});

test('R61: counted again from the ballots it is the result that was told, to the hash', async () => {
  const { body } = await people.office.get(`${url}/count`);
  expect(body.agrees).toBe(true);
  expect(body.recounted).toEqual(body.announced);
  expect(body.recounted).toMatchObject({
    score: 50,
    returned: 60,
    strata: { members: 50, masses: 50 },
  });
  await service.pool.query(
    `update ballot set choice = '好' where id = (select id from ballot where choice = '差' limit 1)`,
  );
  expect((await people.office.get(`${url}/count`)).body.agrees).toBe(false);
});
