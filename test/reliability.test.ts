// The page of promises is held to the tests that prove them, and the scenarios to what breaks them.

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listMutants } from './faults/mutants/mutants.ts';

const ROOT = join(import.meta.dirname, '..');
const FAULTS = 'test/faults';

/** Where a scenario begins: alone, in a table, or where it may be left out. */
const SCENARIO = /^(?:test(?:\.skipIf\(.*\))?|\] as const\))\(\s*'([^'\n]+)'/gm;

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

/** The tests that the page names, `file: title` each. */
const named = (page: string): string[] =>
  [...page.matchAll(/^ {2}- `([^`]+)`: (.+)$/gm)].map(([, file, title]) => `${file}: ${title}`);

/** Long enough to be the title of a test, and not the name of something. */
const TITLE_LENGTH_MIN = 20;

/** Whether this is the title, or one of those that a table of tests makes of it. */
const gives = (literal: string, title: string): boolean =>
  new RegExp(`^${literal.split('%s').map(RegExp.escape).join('.+')}$`).test(title);

const hasTest = (source: string, title: string): boolean =>
  [...source.matchAll(/'([^'\n]+)'/g)].some(
    ([, literal = '']) => literal.length >= TITLE_LENGTH_MIN && gives(literal, title),
  );

const findMissing = async (tests: readonly string[]): Promise<string[]> => {
  const missing: string[] = [];
  for (const one of tests) {
    const [file = '', ...title] = one.split(': ');
    const source = await read(file).catch(() => '');
    if (!hasTest(source, title.join(': '))) missing.push(one);
  }
  return missing;
};

test.each(['docs/reliability.md', 'docs/security.md'])(
  'every promise of %s names a test, and every test that is named exists',
  async (path) => {
    const page = await read(path);
    const promises = page.split(/^- /m).slice(1);
    expect(promises.filter((promise) => named(promise).length === 0)).toEqual([]);
    expect(await findMissing(named(page))).toEqual([]);
    expect(await findMissing([`${FAULTS}/keys.faults.ts: a test that nobody wrote`])).toHaveLength(
      1,
    );
  },
);

const STATES = new Set(['met', 'by build', 'partly', 'not met', 'operator', 'n/a']);

/** The rows of the tables of controls: their state, and what stands behind it. */
const controlsIn = (page: string): { row: string; state: string; by: string }[] =>
  [...page.matchAll(/^\| ((?:API|V\d|[78]\.).*?) \| .* \| ([a-z/ ]+) \| (.+) \|$/gm)].map(
    ([, row = '', state = '', by = '']) => ({ row, state, by }),
  );

const provedBy = (by: string): string[] =>
  [...by.matchAll(/`(test\/[^`]+)`: (.+?)(?=<br>|$)/g)].map(
    ([, file, title]) => `${file}: ${title}`,
  );

/** The files of ours that the page names and that are not there. */
const missingPlaces = (page: string): string[] =>
  [...page.matchAll(/`((?:src|scripts|machines)\/[\w./-]+)`/g)]
    .map(([, place = '']) => place)
    .filter((place) => !existsSync(join(ROOT, place)));

test('every control of docs/security-controls.md that is met names a test, and every test and file exist', async () => {
  const page = await read('docs/security-controls.md');
  const controls = controlsIn(page);
  const rows = page.match(/^\| (?:API\d|V\d|[78]\.).*$/gm) ?? [];
  expect(controls).toHaveLength(rows.length);
  expect(controls.filter(({ state }) => !STATES.has(state))).toEqual([]);
  const unproved = controls.filter(({ state, by }) => state === 'met' && provedBy(by).length === 0);
  expect(unproved.map(({ row }) => row)).toEqual([]);
  const placeless = controls.filter(({ state, by }) => state === 'by build' && !by.includes('`'));
  expect(placeless.map(({ row }) => row)).toEqual([]);
  const proofs = [...page.matchAll(/`test\/[^`]+`: /g)].length;
  expect(controls.flatMap(({ by }) => provedBy(by))).toHaveLength(proofs);
  expect(await findMissing(controls.flatMap(({ by }) => provedBy(by)))).toEqual([]);
  expect(missingPlaces(page)).toEqual([]);
});

test('every threat of SECURITY.md is met by a test that exists, or it says not met or operator', async () => {
  const page = await read('SECURITY.md');
  const threats = page.match(/^\| [STRIDE] \| .*$/gm) ?? [];
  for (const kind of 'STRIDE') {
    const ways = threats.filter((row) => row.startsWith(`| ${kind} `));
    expect([kind, ways.length >= 4]).toEqual([kind, true]);
  }
  const proofs = [...page.matchAll(/^\| .*$/gm)].flatMap(([row]) =>
    row.split(/ \||<br>/).flatMap((cell) => provedBy(cell)),
  );
  expect(proofs).toHaveLength([...page.matchAll(/`test\/[^`]+`: /g)].length);
  expect(await findMissing(proofs)).toEqual([]);
  const unanswered = threats.filter(
    (row) => !/`test\/[^`]+`: [^|]+\|$|\*(?:not met|operator)\*[^|]*\|$/.test(row),
  );
  expect(unanswered).toEqual([]);
  expect(missingPlaces(page)).toEqual([]);
});

test('every scenario of faults proves a promise, and has a patch that turns it red', async () => {
  const promised = new Set(named(await read('docs/reliability.md')));
  const broken = new Set(
    listMutants().flatMap(({ turnsRed }) => turnsRed.map(({ file, title }) => `${file}: ${title}`)),
  );
  expect(await findMissing([...broken])).toEqual([]);
  const files = (await readdir(join(ROOT, FAULTS))).filter((name) => name.endsWith('.faults.ts'));
  for (const name of files) {
    const titles = (await read(`${FAULTS}/${name}`)).matchAll(SCENARIO);
    for (const [, title = ''] of titles) {
      const isOf = (one: string): boolean => gives(`${FAULTS}/${name}: ${title}`, one);
      expect([...promised].some(isOf), `${title} is on the page`).toBe(true);
      expect([...broken].some(isOf), `${title} has a patch`).toBe(true);
    }
  }
});

test('every patch says which scenario it turns red', () => {
  const silent = listMutants().filter(({ turnsRed }) => turnsRed.length === 0);
  expect(silent.map(({ path }) => path)).toEqual([]);
});
