// A real run of sixty votes: whoever reads every table, every log line, every system column of PostgreSQL, every
// version of a row that is left in a page and every block of the WAL knows who took a slip, and nothing of what is
// on it.

import { hash, randomInt } from 'node:crypto';
import { Writable } from 'node:stream';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { vacuumBallots } from '../../src/workers/ballot-remains.ts';
import {
  cast as castBallot,
  layOutSlips,
  markVoter,
  openRound,
  type RollEntry,
  rollOf,
} from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerWorker,
} from '../support/campaign.ts';
import { onDatabase } from '../support/database.ts';
import {
  guessedBy,
  isWrittenIn,
  lookAt,
  openEyes,
  type Remains,
  walPlace,
  writersOf,
} from '../support/joins.ts';
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
/** Who drew which slip, in the order of the desk, and what they chose: known here only. */
const voters: { entry: RollEntry; code: string; choice: string }[] = [];
/** The sight of a superuser, and a reader who has looked before the first vote and never lets go. */
let eyes: pg.Client;
let reader: pg.Client;
/** What is left in pages and WAL after the last vote, and after the count; and where the WAL stood before. */
let open: Remains;
let began: string;

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
    list.push(...shuffled([...Array(15).fill('较好'), ...Array(15).fill('一般')] as string[]));
  }
  const [own] = await rowsOf<{ name: string }>('select current_database() as name');
  const here = onDatabase(inject('serverUrl'), own?.name ?? '');
  eyes = await openEyes(here);
  reader = await openEyes(here);
  // Nothing is cleared away meanwhile: a dump under way is a snapshot like this one.
  for (const table of TABLES)
    await eyes.query(`alter table ${table} set (autovacuum_enabled = off)`);
  await reader.query('begin isolation level repeatable read');
  await reader.query('select count(*) from ballot_roll');
  began = await walPlace(eyes);
  const table = await layOutSlips(people.office, url);
  for (const [index, entry] of shuffled(roll).entries()) {
    done(await markVoter(people.township, url, entry.entry, `ballot-${index}`));
    const code = table.draw(entry.stratum);
    const choice = choices[entry.stratum as 'members'].pop() ?? '';
    voters.push({ entry, code, choice });
    // At once, as at a desk with the urn beside it: the worst order there is.
    done(await castBallot(people.township, code, choice));
  }
  open = await lookAt(eyes, TABLES, began);
});
afterAll(async () => {
  await reader.end();
  await eyes.end();
  await service.close();
});

const TABLES = ['ballot_urn', 'ballot_roll'];

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

/** The ways in which a code, its secret or their hashes could be written down. */
const tracesOf = (code: string): Buffer[] => {
  const plain = code.replaceAll('-', '');
  const [short, long] = [plain.slice(4), plain];
  const sums = [code, short, long].map((text) => hash('sha256', text, 'buffer'));
  const parts = sums.flatMap((sum) => [sum, sum.subarray(0, 16)]);
  const spelled = parts.flatMap((part) =>
    (['hex', 'base64', 'base64url'] as const).map((as) => Buffer.from(part.toString(as))),
  );
  return [...[code, short, long].map((text) => Buffer.from(text)), ...parts, ...spelled];
};

const traces = (): Buffer[] => voters.flatMap(({ code }) => tracesOf(code));
/** Those that can stand in text. */
const spelled = (): string[] =>
  traces()
    .map((trace) => trace.toString('latin1'))
    .filter((text) => /^[ -~]+$/.test(text));

const holdsOne = (text: string, wanted: readonly string[]): boolean =>
  wanted.some((trace) => text.includes(trace));

test('R61, F13: while the urn is open no table holds a code or its hash, and the urn is one sealed row', async () => {
  const wanted = spelled();
  const known = [...(await everything())].filter(([, rows]) =>
    rows.some((row) => holdsOne(row, wanted)),
  );
  expect(known.map(([table]) => table)).toEqual([]);
  const urns = await rowsOf<{ returned: number; sealed: string }>('select * from ballot_urn');
  expect(urns.map(({ returned }) => returned)).toEqual([60]);
  expect(
    isWrittenIn([{ table: '', xids: [], bytes: Buffer.from(urns[0]?.sealed ?? '') }], CHOICES),
  ).toBe(false);
});

// Names of six bytes and more do not come about in random ones.
const CHOICES = ['较好', '一般', 'ABSTAIN'].map((choice) => Buffer.from(choice));

/** The transactions that marked the roll, by the rows, their old versions and the events. */
async function marking(): Promise<Set<number>> {
  const told = await rowsOf<{ xid: number }>(
    `select xmin::text::int as xid from event where type = 'mark-voter'`,
  );
  const marks = open.versions.filter(({ table }) => table === 'ballot_roll');
  const live = await rowsOf<{ xid: number }>(
    'select xmin::text::int as xid from ballot_roll where marked',
  );
  expect([told.length, live.length]).toEqual([60, 60]);
  return new Set([...told, ...live].map(({ xid }) => xid).concat([...writersOf(marks)]));
}

test('F13: no transaction has marked the roll and written to the urn, in no version and in no block of the WAL', async () => {
  const marked = await marking();
  const urn = open.versions.filter(({ table }) => table === 'ballot_urn');
  // The slips and sixty votes: every version is still there.
  expect(urn).toHaveLength(61);
  expect([...writersOf(urn)].filter((xid) => marked.has(xid))).toEqual([]);
  if (open.wal === null) return;
  const blocks = open.wal.filter(({ table }) => table === 'ballot_urn');
  expect(blocks.length).toBeGreaterThanOrEqual(60);
  expect([...writersOf(blocks)].filter((xid) => marked.has(xid))).toEqual([]);
});

test('F13: no old version, no page and no block of the WAL holds a code, a hash or a choice', async () => {
  const everywhere = [...open.versions, ...open.pages, ...(open.wal ?? [])];
  expect(isWrittenIn(everywhere, traces())).toBe(false);
  const ofUrn = everywhere.filter(({ table }) => table !== 'ballot_roll' && table !== '');
  expect(isWrittenIn(ofUrn, CHOICES)).toBe(false);
  // The look is sharp: what may be known of the roll is found where it stands.
  expect(isWrittenIn(everywhere, [Buffer.from('党员7')])).toBe(true);
});

test('F13: the order of the desk and the looks of the versions tell no choice better than chance', () => {
  const choices = voters.map(({ choice }) => choice);
  const urn = open.versions.filter(({ table }) => table === 'ballot_urn');
  expect(new Set(urn.map(({ bytes }) => bytes.length)).size).toBe(1);
  expect(guessedBy(urn, urn.slice(1), choices)).toBeLessThan(BETTER_THAN_CHANCE);
  if (open.wal === null) return;
  const blocks = open.wal.filter(({ table }) => table === 'ballot_urn');
  expect(guessedBy(blocks, blocks.slice(-60), choices)).toBeLessThan(BETTER_THAN_CHANCE);
});

test('nobody is told a choice before the close; turnout is told to everybody who may read', async () => {
  const { body } = await people.office.get(url);
  expect(body).toMatchObject({
    state: 'open',
    turnout: {
      printed: { members: 30, masses: 30 },
      issued: { members: 30, masses: 30 },
      returned: 60,
      unused: 0,
    },
    result: null,
  });
  expect(JSON.stringify(body)).not.toContain('较好');
  const peek = await people.office.get(`${url}/count`);
  expect([peek.status, peek.body.type]).toEqual([409, '/docs/problems#out-of-state']);
  const roll = (await people.office.get(`${url}/roll?limit=1`)).body.items;
  expect(Object.keys(roll[0])).toEqual(['entry', 'name', 'stratum', 'marked']);
});

test('R61, F13: a repeat of the hand-out is answered alike, and nobody is marked twice', async () => {
  const first = voters[0]?.entry.entry ?? '';
  const repeat = await markVoter(people.township, url, first, 'ballot-0');
  expect([repeat.status, repeat.headers['idempotency-replayed']]).toEqual([200, 'true']);
  const again = await markVoter(people.township, url, first);
  expect(again.body.unmet).toMatchObject([{ requirement: 'entry-is-unmarked', clause: 'R61' }]);
});

test('R61, F13: after the close no table holds a code, and no ballot leads to a voter', async () => {
  done(await people.township.post(`${url}/events`, { type: 'close' }));
  const wanted = spelled();
  for (const [table, rows] of await everything()) {
    expect(
      rows.some((row) => holdsOne(row, wanted)),
      table,
    ).toBe(false);
  }
  expect(await rowsOf('select sealed from ballot_urn')).toEqual([{ sealed: null }]);

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

test('no log line holds a code, a choice or whose vote it was', () => {
  const wanted = spelled();
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
  expect(lines.filter((line) => /较好|一般/.test(line))).toEqual([]);
});

test('a vote leaves no event, no answer and no notice behind', async () => {
  const [{ votes } = { votes: -1 }] = await rowsOf<{ votes: number }>(
    `select count(*)::int as votes from event where type ~ 'ballot|vote|cast|spend'
        and type !~ '^xstate' and type <> 'mark-voter'`,
  );
  expect(votes).toBe(0);
  const answers = await rowsOf<{ key: string; body: object }>('select key, body from idempotency');
  const handed = answers.filter(({ key }) => key.startsWith('ballot-'));
  expect(handed).toHaveLength(60);
  const told = await rowsOf<{ row: string }>(
    `select o::text as row from outbox o union all select n::text from notice n
      union all select i::text from idempotency i`,
  );
  const wanted = spelled();
  expect(told.filter(({ row }) => holdsOne(row, wanted))).toEqual([]);
});

test('F13: once nobody looks any more, no old version of urn or roll is left in a page', async () => {
  const left = async () => (await lookAt(eyes, TABLES, began)).versions.length;
  // The urn, and sixty names.
  const LIVE = 1 + 60;
  expect(await left()).toBeGreaterThan(2 * LIVE);
  await reader.query('rollback');
  await vacuumBallots(service.facts);
  expect(await left()).toBe(LIVE);
});

test('F13: all that the WAL keeps of the round from beginning to end leads from no slip to a choice', async () => {
  const { wal } = await lookAt(eyes, TABLES, began);
  if (wal === null) return;
  expect(isWrittenIn(wal, traces())).toBe(false);
});

test('R61: counted again from the ballots it is the result that was told, to the hash', async () => {
  const { body } = await people.office.get(`${url}/count`);
  expect(body.agrees).toBe(true);
  expect(body.recounted).toEqual(body.announced);
  expect(body.recounted).toMatchObject({
    score: 70,
    returned: 60,
    strata: { members: 70, masses: 70 },
  });
  await service.pool.query(
    `update ballot set choice = '较好'
      where id = (select id from ballot where choice = '一般' limit 1)`,
  );
  expect((await people.office.get(`${url}/count`)).body.agrees).toBe(false);
});
