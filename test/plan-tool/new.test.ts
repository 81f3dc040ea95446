// `npm run plan -- new` as an author meets it: a file that is there afterwards, and is a plan.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'plan-new-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plan = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/node'),
    [join(ROOT, 'src/plan-tool/main.ts'), ...args, '--lang', 'en'],
    { cwd: ROOT, encoding: 'utf8', timeout: 60_000 },
  );
  return { status, stdout, stderr };
};

test('a new plan checks without a fault, and an editor finds its schema and no fault either', () => {
  const file = join(folder, 'some-county-2026.yaml');
  expect(plan('new', file)).toMatchObject({ status: 0, stderr: '' });
  const text = readFileSync(file, 'utf8');
  const checked = plan('check', file);
  expect(checked.stdout).toContain('some-county-2026 version 1 has no fault');
  expect(checked.status).toBe(0);
  const [, schema = ''] = /\$schema=(.*)/.exec(text) ?? [];
  const isPlan = new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync(resolve(dirname(file), schema), 'utf8')),
  );
  expect(isPlan(parse(text)) ? [] : isPlan.errors).toEqual([]);
});

test('what is there already is not written over', () => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, 'mine');
  expect(plan('new', file)).toMatchObject({ status: 2, stderr: `${file}: is there already\n` });
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test('a file whose name can be no id is not written', () => {
  const file = join(folder, '我的方案.yaml');
  expect(plan('new', file).status).toBe(2);
  expect(existsSync(file)).toBe(false);
});
