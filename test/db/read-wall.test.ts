// The wall behind the service's own checks: what the database shows a reader, asked in plain SQL.

import type pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { inReach } from '../../src/db/kernel/connections.ts';
import { loginName } from '../../src/db/kernel/logins.ts';
import { createReadPool, reading } from '../../src/db/kernel/reading.ts';
import { BUSINESS_BLIND, readableReaches } from '../../src/rules/access/access.ts';
import { REACHES_MAX } from '../../src/rules/county/grants.ts';
import { ROLES } from '../../src/rules/plan/schema-terms.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { unit, unitPath } from '../support/units.ts';
import { placeRows } from '../support/wall-rows.ts';

const PATHS = {
  铜川市: unitPath('6102'),
  宜君县: unitPath('6102', '610222'),
  彭镇: unitPath('6102', '610222', '610222101'),
  彭村: unitPath('6102', '610222', '610222101', '610222101203'),
  五里镇: unitPath('6102', '610222', '610222102'),
  // Whose id begins with that of Peng.
  彭镇新区: `${unitPath('6102', '610222', '610222101').slice(0, -1)}a/`,
  王益区: unitPath('6102', '610202'),
} as const;
type PlaceName = keyof typeof PATHS;
const PLACES = Object.keys(PATHS) as PlaceName[];

/** What is seen of a place above one's own: what concerns all that lies below it. */
const FROM_ABOVE: readonly string[] = [
  'subject',
  'draw',
  'draw_unit',
  'operation',
  'conflict_of_interest',
  'supplement',
];

let database: TestDatabase;
let walled: pg.Pool;
let tables: readonly string[];
/** By place and table the rows that lie there. */
let lying: ReadonlyMap<PlaceName, ReadonlyMap<string, readonly string[]>>;
beforeAll(async () => {
  database = await createTestDatabase();
  walled = createReadPool(database.readers, database.facts);
  const { rows } = await database.pool.query<{ name: string }>(
    'select name from read_rule where condition is not null order by 1',
  );
  tables = rows.map(({ name }) => name);
  lying = await placeRows(
    database.pool,
    new Map(PLACES.map((name) => [name, PATHS[name]])),
    tables,
  );
});
afterAll(() => database.drop());

/** The rows that `pool` shows, as 'table row'. */
async function shownBy(pool: { query: pg.Pool['query'] }): Promise<string[]> {
  const each = tables.map((table) => `select '${table} ' || ctid as row from ${table}`);
  const { rows } = await pool.query<{ row: string }>(each.join(' union all '));
  return rows.map(({ row }) => row).sort();
}

const within = (path: string, reaches: readonly string[]) =>
  reaches.some((reach) => path.startsWith(reach));
const above = (path: string, reaches: readonly string[]) =>
  reaches.some((reach) => reach.startsWith(path));

/** The rows that lie within these reaches, and of those above them what concerns all below. */
const expected = (reaches: readonly string[]): string[] =>
  PLACES.flatMap((place) =>
    tables.flatMap((table) => {
      const rows = lying.get(place)?.get(table) ?? [];
      const isOwn = within(PATHS[place], reaches);
      const isSeen = isOwn || (FROM_ABOVE.includes(table) && above(PATHS[place], reaches));
      // Of the subjects at a place the last is a candidate, which nobody below it sees.
      const seen = !isOwn && table === 'subject' ? rows.slice(0, -1) : rows;
      return isSeen ? seen.map((row) => `${table} ${row}`) : [];
    }),
  ).sort();

test('something of every table with a condition lies at every place', () => {
  expect(tables.length).toBeGreaterThan(30);
  for (const place of PLACES) {
    for (const table of tables) {
      expect([place, table, lying.get(place)?.get(table)?.length]).toEqual([
        place,
        table,
        table === 'subject' ? 4 : 1,
      ]);
    }
  }
});

test.each(ROLES)(
  'F11: %s sees what lies within its reach, whatever is asked, and nothing else',
  async (role) => {
    for (const place of PLACES) {
      const reach = PATHS[place];
      const grants = [{ role, organisationId: unit('610222'), reach }];
      const reaches = readableReaches({ id: 'x', name: role, grants, credential: null });
      const shown = await reading(reaches, () => shownBy(walled));
      expect([place, shown]).toEqual([
        place,
        expected(BUSINESS_BLIND.includes(role) ? [] : [reach]),
      ]);
    }
  },
);

test('F11: several reaches show what lies within any of them', async () => {
  const reaches = [PATHS.彭村, PATHS.五里镇, PATHS.王益区];
  expect(await reading(reaches, () => shownBy(walled))).toEqual(expected(reaches));
});

test('F11: who says nothing sees nothing, and so does the next on the same connection', async () => {
  const client = await database.readers.connect();
  try {
    expect(await shownBy(client)).toEqual([]);
    const seen = await inReach(client, PATHS.铜川市, () => shownBy(client));
    expect(seen).toEqual(expected([PATHS.铜川市]));
    expect(await shownBy(client)).toEqual([]);
    expect(await inReach(client, '', () => shownBy(client))).toEqual([]);
    await expect(
      inReach(client, PATHS.铜川市, () => client.query('select 1 / 0')),
    ).rejects.toThrow();
    expect(await shownBy(client)).toEqual([]);
  } finally {
    client.release();
  }
});

test('F11: of two requests at once on one pool each sees what its own reach shows', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const late = reading([PATHS.彭镇], async () => {
    await promise;
    return shownBy(walled);
  });
  const meanwhile = reading([PATHS.五里镇], () => shownBy(walled));
  expect(await meanwhile).toEqual(expected([PATHS.五里镇]));
  resolve();
  expect(await late).toEqual(expected([PATHS.彭镇]));
});

test('F11: eight reaches are all seen and nothing between them; nine are refused', async () => {
  const nowhere = Array.from({ length: REACHES_MAX - 2 }, (_, index) => `/elsewhere/${index}/`);
  // Between the first and the last of these lies the whole county.
  const eight = [...nowhere, '/zzz/', PATHS.彭镇];
  expect(await reading(eight, () => shownBy(walled))).toEqual(expected([PATHS.彭镇]));
  expect(() => reading([...eight, PATHS.五里镇], () => shownBy(walled))).toThrow(RangeError);
});

test('F11: every table the reader may read has its rule, and shows no more', async () => {
  const { rows } = await database.pool.query<{
    name: string;
    shows: string | null;
    mayRead: boolean;
    isWalled: boolean;
    policies: number;
  }>(
    `select c.relname as name, r.shows, has_table_privilege($1, c.oid, 'select') as "mayRead",
            r.condition is not null as "isWalled", c.relrowsecurity as "hasSecurity",
            (select count(*)::int from pg_policy p
              where p.polrelid = c.oid and $1::regrole::oid = any (p.polroles)) as policies
       from pg_class c left join read_rule r on r.name = c.relname
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not c.relispartition
      order by 1`,
    [loginName(inject('templateName'), 'reader')],
  );
  for (const { name, shows, isWalled, ...row } of rows) {
    expect([name, row]).toEqual([
      name,
      { mayRead: shows !== null, hasSecurity: isWalled, policies: isWalled ? 1 : 0 },
    ]);
  }
  const lines = rows.map(({ name, shows }) => `| ${name} | ${shows ?? 'nothing'} |\n`);
  await expect(`${HEAD}${lines.join('')}`).toMatchFileSnapshot('../../docs/read-wall.md');
});

test('F11: a condition that changes leaves no policy of before', async () => {
  const client = await database.pool.connect();
  const of = (kind: 'app' | 'reader') => loginName(inject('templateName'), kind);
  try {
    await client.query("begin; update read_rule set condition = 'false' where name = 'candidate'");
    await client.query('select grant_logins($1, $2)', [of('app'), of('reader')]);
    const { rows } = await client.query(
      `select pg_get_expr(polqual, polrelid) as condition from pg_policy
        where polrelid = 'candidate'::regclass order by 1`,
    );
    expect(rows).toEqual([{ condition: 'false' }, { condition: 'true' }]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

const HEAD = `# What the read wall shows

Generated by \`test/db/read-wall.test.ts\` (\`-u\` writes it anew); the wall itself: [security](security.md).

What the reader's log-in sees of each table, whatever it asks, within the reaches that its transaction says; without any,
nothing of what has a condition. Of a table that shows nothing it may not even ask.

| table | shows |
|---|---|
`;
