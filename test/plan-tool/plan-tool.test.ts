// `npm run plan` as an author meets it: a process that reads a file and ends.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'plan-tool-'));
afterAll(() => rmSync(folder, { recursive: true }));

function plan(args: readonly string[], env: { [name: string]: string } = {}) {
  const { LANG: _, LC_ALL: __, LC_MESSAGES: ___, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/node'),
    [join(ROOT, 'src/plan-tool/main.ts'), ...args],
    { cwd: ROOT, env: { ...rest, ...env }, encoding: 'utf8', timeout: 110_000 },
  );
  return { status, stdout, stderr };
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const shipped = readFileSync(join(ROOT, 'plans/wangyi-2018.yaml'), 'utf8');
const wrong = write('wrong.yaml', shipped.replace('timeZone: Asia/Shanghai', 'timeZone: UTC'));
const line = shipped.split('\n').findIndex((one) => one.startsWith('timeZone:')) + 1;

test('P9: a shipped plan is without a fault offline, and told with what deserves a second look', () => {
  const { status, stdout, stderr } = plan(['check', 'plans/wangyi-2018.yaml']);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^plans\/wangyi-2018\.yaml:\d+:\d+ \/phases\/0\/end 提示：动员部署阶段在休息日/m,
  );
  expect(stdout).toMatch(
    /wangyi-2018 第 1 版没有错误：4 个阶段（2018-04-09 – 2018-12-07），3 个类别/,
  );
});

test.each([
  [{}, [], '应为 Asia/Shanghai\n共 1 处错误。'],
  [{ LANG: 'en_GB.UTF-8' }, [], 'must be Asia/Shanghai\n1 fault.'],
  [{ LANG: 'en_GB.UTF-8' }, ['--lang', 'zh'], '应为 Asia/Shanghai\n共 1 处错误。'],
  [{ LANG: 'zh_CN.UTF-8' }, ['--lang', 'en'], 'must be Asia/Shanghai\n1 fault.'],
])('under %j and %j a fault is told at its line', (env, args, message) => {
  const { status, stdout } = plan(['check', wrong, ...args], env);
  expect(stdout).toBe(`${wrong}:${line}:1 /timeZone ${message}\n`);
  expect(status).toBe(1);
});

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    [...'bcdefghij'].map(
      (name, at, all) => `${name}: &${name} [${Array(9).fill(`*${all[at - 1] ?? 'a'}`)}]`,
    ),
  )
  .join('\n');

test.each([
  ['nothing.yaml', null, 'nothing.yaml：没有这个文件'],
  [
    'indented.yaml',
    'a: 1\n\tb: 2\n',
    'indented.yaml：内容不是有效的 YAML：用了制表符缩进，应为空格（第 2 行）。',
  ],
  ['bomb.yaml', bomb, 'bomb.yaml：YAML 引用过多。'],
  ['twice.yaml', 'a: 1\na: 2\n', 'twice.yaml：第 2 行的属性重复或不是文本。'],
  ['latin.yaml', Buffer.from([0x61, 0x3a, 0xe9]), 'latin.yaml：不是 UTF-8 文本'],
  ['long.yaml', `a: ${'x'.repeat(1024 * 1024)}`, 'long.yaml：超过 1 MiB'],
])('%s is no plan at all, and told why', (name, content, message) => {
  const path = content === null ? join(folder, name) : write(name, content);
  const { status, stdout, stderr } = plan(['check', path]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe(`${join(folder, message)}\n`);
});

test.each([
  [[]],
  [['check']],
  [['publish', wrong]],
  [['check', wrong, wrong]],
  [['check', wrong, '--lang', 'de']],
])('of %j the usage is told', (args) => {
  const { status, stderr } = plan(args);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^用法：npm run plan/);
});

test('P9: a plan that was never published is played to its end in a database that is gone afterwards', () => {
  const TMPDIR = join(folder, 'tmp');
  mkdirSync(TMPDIR);
  const { status, stdout, stderr } = plan(['simulate', 'plans/wangyi-2018.yaml'], { TMPDIR });
  expect([status, stderr]).toEqual([0, '']);
  // Nobody sends in a plan, and the township is told so; the county enters each phase all the same.
  expect(stdout).toMatch(/^township-committee：通知 \d+ 件，期限 14 项，其中逾期 14 项$/m);
  expect(stdout).toMatch(/^停在 MODEL_STREET mobilization\.planning：7 个$/m);
  expect(stdout).toMatch(/推演到底。\n$/);
  expect(readdirSync(TMPDIR).filter((name) => name.startsWith('chuangping-'))).toEqual([]);
}, 120_000);

test('a plan is shown as a page, in the language asked for', () => {
  const { status, stdout } = plan(['show', 'plans/wangyi-2018.yaml', '--lang', 'en']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^# 王益区党员干部远程教育站点提质增效活动方案/);
  expect(stdout).toMatch(/\| determine finally \| the district office/);
});

test('a plan with faults is not simulated', () => {
  expect(plan(['simulate', wrong]).stdout).toBe(
    `${wrong}:${line}:1 /timeZone 应为 Asia/Shanghai\n共 1 处错误。\n`,
  );
}, 60_000);

test('P1: a plan of a county elsewhere is simulated in a file of its divisions', () => {
  const TMPDIR = join(folder, 'elsewhere');
  mkdirSync(TMPDIR);
  const file = join(folder, 'elsewhere.yaml');
  writeFileSync(
    file,
    readFileSync(join(ROOT, 'plans/yintai-2019.yaml'), 'utf8').replace("'610203'", "'429031'"),
  );
  const unknown = plan(['simulate', file], { TMPDIR });
  expect([unknown.status, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('divisionCode 429031：区划目录没有这个县'),
  ]);
  const divisions = ['--divisions', 'data/elsewhere-divisions.csv'];
  const { status, stdout, stderr } = plan(['simulate', file, ...divisions], { TMPDIR });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/推演到底。\n$/);
}, 120_000);
