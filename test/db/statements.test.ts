// Every statement of the service, prepared on the migrated schema: a column or a table that is not
// there, and a path into a machine's context that no machine has, are found here within seconds.

import { globSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statements } from '../../src/db/kernel/transaction.ts';
import { noWrites, storeStatement, type Writes } from '../../src/db/tables.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const ROOT = join(import.meta.dirname, '../..');
const STORED = join(ROOT, 'test/machines/stored');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const folders = ['db', 'command', 'http', 'workers'].map((name) => `src/${name}/**/*.ts`);
  for (const file of globSync(folders, { cwd: ROOT })) await import(join(ROOT, file));
}, 60_000);
afterAll(() => database.drop());

/** What the server says against a statement; null when it takes it. */
async function refusal(text: string): Promise<string | null> {
  try {
    await database.pool.query(`prepare asked as ${text}`);
    await database.pool.query('deallocate asked');
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Paths into `context` that SQL reads, as `deadline.dueAt`. */
const pathsOf = (text: string): string[] =>
  [...text.matchAll(/context ?(?:#>>? ?'\{([\w,]+)\}'|->>? ?'(\w+)'(?: ?->>? ?'(\w+)')?)/g)].map(
    ([, list, first, second]) =>
      list?.replaceAll(',', '.') ?? [first, second].filter(Boolean).join('.'),
  );

/** Names in the contexts of the stored instances, of which there is one for each state. */
async function knownPaths(): Promise<Set<string>> {
  const known = new Set<string>();
  for (const name of await readdir(STORED)) {
    const { instance } = JSON.parse(await readFile(join(STORED, name), 'utf8'));
    for (const [key, value] of Object.entries<unknown>(instance.context)) {
      known.add(key);
      for (const inner of Object.keys(Object(value))) known.add(`${key}.${inner}`);
    }
  }
  return known;
}

test('the schema takes every statement', async () => {
  expect(statements.size).toBeGreaterThan(200);
  const refused: string[] = [];
  for (const [name, text] of statements) {
    const why = await refusal(text);
    if (why !== null) refused.push(`${name}: ${why}`);
  }
  expect(refused).toEqual([]);
});

test('the schema takes what stores every kind of row', async () => {
  const names = Object.keys(noWrites()) as (keyof Writes)[];
  const refused: string[] = [];
  for (const name of names) {
    // Whatever is stored, an event is stored with it.
    const writes = Object.assign(noWrites(), { events: [{}], [name]: [{}] });
    const { text } = storeStatement('', writes);
    const why = await refusal(text);
    if (why !== null) refused.push(`${name}: ${why}`);
  }
  expect(refused).toEqual([]);
});

test('every path that SQL reads from a context is one that some machine has', async () => {
  const known = await knownPaths();
  const read = [...statements].flatMap(([name, text]) =>
    pathsOf(text).map((path) => ({ name, path })),
  );
  expect(read.length).toBeGreaterThan(40);
  expect(read.filter(({ path }) => !known.has(path))).toEqual([]);
});

test.each([
  ['select organisation_idd from subject', 'column "organisation_idd" does not exist'],
  ['update obligation set closed_on = $1', 'column "closed_on"'],
])('%s is refused', async (text, why) => {
  expect(await refusal(text)).toContain(why);
});

test.each([
  [`select context -> 'deadlin' ->> 'dueAt' from subject`, ['deadlin.dueAt']],
  [`select s.context ->> 'rank' from subject s`, ['rank']],
  [`select context #>> '{deadline,dueSoonAt}' from subject`, ['deadline.dueSoonAt']],
])('the paths of %s are %j', (text, paths) => {
  expect(pathsOf(text)).toEqual(paths);
});
