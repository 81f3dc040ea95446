import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MACHINE_NAMES } from '../machines/catalog.ts';
import own from '../package.json' with { type: 'json' };
import { findFaults } from './support/source-rules.ts';

const ROOT = join(import.meta.dirname, '..');
const DEPENDENCIES = Object.keys(own.dependencies);
const MACHINES = new Set<string>(MACHINE_NAMES);

const readSources = async (...folders: string[]) => {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await readdir(join(ROOT, folder), { recursive: true })) {
      if (!name.endsWith('.ts')) continue;
      sources.set(`${folder}/${name}`, await readFile(join(ROOT, folder, name), 'utf8'));
    }
  }
  return sources;
};

const SAMPLE = join(ROOT, 'data/tongchuan-divisions.csv');

/** The names and codes of the sample's places, as they would stand in a text. */
async function placesOfTheSample(): Promise<RegExp> {
  const rows = (await readFile(SAMPLE, 'utf8')).split('\n').slice(1);
  const names = rows.flatMap((row) => {
    const [, , level, name = ''] = row.trim().split(',');
    if (level === 'village' || name === '') return [];
    // 宜君县 and 宜君, 云梦乡 and 云梦, but of 彭镇 no single letter.
    const stem = name.replace(/[市县区镇乡]$|街道$/, '');
    return stem.length > 1 ? [stem] : [name];
  });
  const foreign = [
    'Tongchuan',
    'Yijun',
    'Wangyi',
    'Yintai',
    'Yaozhou',
    '君组发',
    '彭村',
    '陕西',
    'Shaanxi',
  ];
  return new RegExp(`${[...new Set(names), ...foreign].join('|')}|\\b6102\\d*`, 'i');
}

test('P1: the service and its machines name no place, in comments and examples neither', async () => {
  const place = await placesOfTheSample();
  expect('宜君县委组织部 610222-YCB').toMatch(place);
  const named: string[] = [];
  for (const folder of ['src', 'machines']) {
    for (const name of await readdir(join(ROOT, folder), {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!name.isFile()) continue;
      const path = join(name.parentPath, name.name);
      const lines = (await readFile(path, 'utf8')).split('\n');
      for (const [index, line] of lines.entries()) {
        const found = place.exec(line);
        if (found) named.push(`${path.slice(ROOT.length + 1)}:${index + 1} ${found[0]}`);
      }
    }
  }
  expect(named).toEqual([]);
});

const faultsOf = (files: Record<string, string>) =>
  findFaults(new Map(Object.entries(files)), DEPENDENCIES, MACHINES);

test('the service keeps the rules of the staircase', async () => {
  const sources = await readSources('machines', 'src', 'rehearsal');
  expect(findFaults(sources, DEPENDENCIES, MACHINES)).toEqual([]);
});

test('no test replaces a module of ours by a mock', async () => {
  const sources = await readSources('test');
  const mocking = [...sources].filter(([, text]) => /\bvi\.(?:mock|doMock)\(/.test(text));
  expect(mocking.map(([path]) => path)).toEqual([]);
});

const file = 'export const a = 1;';

test('imports go down, from main to the machines', () => {
  const down = {
    'machines/candidate/candidate.v1.ts':
      "import { setup } from 'xstate'; export const chart = setup({});",
    'src/rules/time/calendar.ts':
      "import { chart } from '../../../machines/candidate/candidate.v1.ts'; export { chart }; const x = 1;",
    'src/db/kernel/pool.ts': "import pg from 'pg'; import '../../rules/time/calendar.ts';",
    'src/command/kernel/command.ts': "import '../../db/kernel/pool.ts'; import '../../config.ts';",
    'src/http/candidate/candidates.ts':
      "import '../../command/kernel/command.ts'; import '../kernel/problems.ts';",
    'src/http/kernel/problems.ts': file,
    'src/config.ts': "import { isIP } from 'node:net'; isIP('');",
    'src/app.ts': "import './http/candidate/candidates.ts';",
    'src/main.ts': "import './app.ts'; process.env; Date.now();",
  };
  expect(faultsOf(down)).toEqual([]);
});

test.each([
  ['machines/a.ts', '../src/rules/b.ts', 'imports upwards or sideways'],
  ['src/rules/a.ts', '../db/b.ts', 'imports upwards or sideways'],
  ['src/db/a.ts', '../command/b.ts', 'imports upwards or sideways'],
  ['src/http/a.ts', '../workers/b.ts', 'imports upwards or sideways'],
  ['src/workers/a.ts', '../http/b.ts', 'imports upwards or sideways'],
  ['src/app.ts', './main.ts', 'imports upwards or sideways'],
  ['src/rules/a.ts', '../config.ts', 'imports only what is pure'],
  ['src/documents/a.ts', '../db/b.ts', 'stands on the ground'],
  ['src/documents/a.ts', '../files/b.ts', 'stands on the ground'],
  ['rehearsal/main.ts', '../src/command/b.ts', 'performs no command itself'],
])('%s does not import %s', (from, specifier, reason) => {
  const to = new URL(specifier, `file:///${from}`).pathname.slice(1);
  for (const text of [
    `import { a } from '${specifier}';\n${file}`,
    `import type { A } from '${specifier}';\n${file}`,
    `export const b = await import('${specifier}');`,
    `export type B = import('${specifier}').A;`,
    `export { a } from '${specifier}';\n${file}`,
  ]) {
    const faults = faultsOf({ [from]: text, [to]: file });
    expect(faults).toEqual([expect.stringContaining(`${from} imports ${to}: it `)]);
    expect(faults[0]).toContain(reason);
  }
});

test.each([
  ['machines/a.ts', 'node:fs'],
  ['machines/a.ts', 'kysely'],
  ['src/rules/a.ts', 'node:crypto'],
  ['src/rules/a.ts', 'pg'],
  ['src/http/a.ts', 'vitest'],
  ['src/http/a.ts', 'chinese-days'],
  ['src/http/a.ts', '#rules/calendar'],
])('%s does not import the package %s', (from, name) => {
  expect(faultsOf({ [from]: `import '${name}';\n${file}` })).toHaveLength(1);
});

test.each([
  ['src/http/a.ts', 'process.env.PORT', 'reads the environment'],
  ['src/http/a.ts', "process['env']", 'reads the environment'],
  ['src/command/b.ts', 'Date.now()', 'reads the clock'],
  ['src/http/a.ts', 'new Date()', 'reads the clock'],
  ['src/workers/a.ts', 'Temporal.Now.instant()', 'reads the clock'],
  ['src/http/a.ts', "await client.query('begin')", 'begins a transaction'],
  [
    'src/db/a.ts',
    'await client.query(`BEGIN isolation level serializable`)',
    'begins a transaction',
  ],
  ['src/db/a.ts', "await client.query({ text: 'start transaction read only' })", 'begins a'],
  ['src/command/a.ts', "await client.query('begin')", 'begins a transaction'],
  ['src/http/a.ts', 'await db.transaction().execute(run)', 'begins a transaction'],
  ['src/rules/a.ts', 'Math.random()', 'draws lots'],
  ['src/http/a.ts', 'crypto.randomUUID()', 'draws lots'],
  ['src/db/a.ts', 'Date.now()', 'reads the clock'],
  ['src/command/a.ts', "import { randomUUIDv7 } from 'node:crypto'", 'draws lots'],
  ['src/seed.ts', "import { hash, randomBytes } from 'node:crypto'", 'draws lots'],
  ['src/files/a.ts', "import crypto from 'node:crypto'", 'draws lots'],
  ['src/command/a.ts', 'await service.pool.connect()', 'checks a connection out'],
  ['src/http/a.ts', 'await list(service.unwalled)', 'reads beyond the read wall'],
  ['src/http/a.ts', 'const { unwalled: pool } = service', 'reads beyond the read wall'],
  ['machines/a.ts', "fetch('http://plan')", 'is pure and has no fetch'],
  ['machines/a.ts', 'performance.now()', 'is pure and has no performance'],
  ['src/http/a.ts', 'await import(name)', 'by a computed name'],
])('in %s, %s is a fault', (path, text, reason) => {
  const faults = faultsOf({ [path]: `export const a = 1;\n${text};` });
  expect(faults).toEqual([expect.stringContaining(reason)]);
  expect(faults[0]).toContain(`${path}:2`);
});

test.each([
  ['machines/kit/a.ts', '../draw/events.ts'],
  ['src/command/kernel/a.ts', '../draw/draws.ts'],
  ['src/command/kernel/a.ts', '../../rules/draw/draw.ts'],
  ['src/db/kernel/a.ts', '../../../machines/draw/events.ts'],
  ['src/http/kernel/a.ts', '../../db/draw/draws.ts'],
])('of the kernel, %s does not import the noun %s', (from, specifier) => {
  const to = new URL(specifier, `file:///${from}`).pathname.slice(1);
  expect(faultsOf({ [from]: `import '${specifier}';\n${file}`, [to]: file })).toContainEqual(
    `${from} imports ${to}: it is of the kernel and knows no noun`,
  );
});

test.each([
  'machines/kit/a.ts',
  'src/command/kernel/a.ts',
  'src/db/kernel/a.ts',
  'src/http/kernel/a.ts',
])('of the kernel, %s names no machine', (path) => {
  const faults = faultsOf({ [path]: "export const isDraw = (name: string) => name === 'draw';" });
  expect(faults).toEqual([`${path}:1 names the machine draw; the kernel knows no noun`]);
  expect(faultsOf({ 'src/command/draw/a.ts': "export const name = 'draw';" })).toEqual([]);
});

test.each([
  ['src/db/kernel/connections.ts', "await client.query('begin')"],
  ['src/db/kernel/connections.ts', 'await pool.connect()'],
  ['src/db/kernel/migrate.ts', "await client.query('begin')"],
  ['src/db/embedded/embedded.ts', 'Date.now()'],
  ['src/entropy.ts', "import { randomUUIDv7 } from 'node:crypto'"],
  ['src/http/a.ts', "import { hash } from 'node:crypto'"],
  ['src/http/a.ts', "new Date('2017-05-20')"],
  ['src/http/a.ts', "label('begin-rectification')"],
  ['src/http/a.ts', "label('beginning of the campaign')"],
])('in %s, %s is allowed', (path, text) => {
  expect(faultsOf({ [path]: `${text};` })).toEqual([]);
});

test.each([
  ['src/rules/index.ts', file, 'is a barrel'],
  ['src/rules/all.ts', "export { a } from './a.ts';", 'only hands on'],
  ['src/rules/all.ts', "export * from './a.ts';\nexport const b = 1;", 'hands everything on'],
  ['src/rules/utils/text.ts', file, 'a name that says nothing'],
  ['src/http/helpers.ts', file, 'a name that says nothing'],
  ['src/services/site.ts', file, 'no place on the staircase'],
  ['src/rules/b.ts', "import './a.js';\nexport const b = 1;", 'no file'],
])('%s is refused', (path, text, reason) => {
  expect(faultsOf({ [path]: text, 'src/rules/a.ts': file })).toContainEqual(
    expect.stringContaining(reason),
  );
});

test('a circle is told once, also one of types only', () => {
  const circle = {
    'src/rules/a.ts': "import type { B } from './b.ts'; export type A = B;",
    'src/rules/b.ts': "import type { C } from './c.ts'; export type B = C;",
    'src/rules/c.ts': "import type { A } from './a.ts'; export type C = A;",
    'src/rules/d.ts': "import type { A } from './a.ts'; export type D = A;",
  };
  expect(faultsOf(circle)).toEqual([
    'src/rules/a.ts → src/rules/b.ts → src/rules/c.ts → src/rules/a.ts is a circle',
  ]);
});
