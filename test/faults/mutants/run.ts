// Breaks a copy of the service in one place after the other, as the patches beside this file say. The
// scenario that each patch names must turn red, because a scenario that cannot fail proves nothing.
//
//   npm run test:mutants              all of them
//   npm run test:mutants -- F2 keys   those whose file's name contains one of these

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listMutants, type Mutant } from './mutants.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** The time for setting up, for the scenario, and for its waits that the mutant makes vain. */
const WITHIN_MS = 300_000;

/** A copy of what a clone would hold, and of new files; node_modules is shared. */
function copyCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'chuangping-mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '-c', '-o', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const path of listed.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

const git = (copy: string, ...args: string[]) =>
  // The copy is no repository, and git must not take one around it for its own.
  spawnSync('git', args, { cwd: copy, env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() } });

type Result = { testResults?: { assertionResults: { title: string; status: string }[] }[] };

/** The status of each scenario that ran. */
function play(copy: string, { turnsRed }: Mutant): Map<string, string> {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const titles = turnsRed.map(({ title }) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const files = [...new Set(turnsRed.map(({ file }) => file.split('/').at(-1) ?? ''))];
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const isFault = turnsRed.every(({ file }) => file.endsWith('.faults.ts'));
  const config = isFault ? ['--config', 'test/faults/vitest.config.ts'] : [];
  const reports = ['--reporter=json', `--outputFile.json=${report}`];
  const args = ['run', ...config, ...reports, '-t', titles.join('|'), ...files];
  spawnSync(process.execPath, [vitest, ...args], { cwd: copy, timeout: WITHIN_MS });
  try {
    const { testResults = [] } = JSON.parse(readFileSync(report, 'utf8')) as Result;
    const told = testResults.flatMap(({ assertionResults }) => assertionResults);
    return new Map(told.map(({ title, status }) => [title, status]));
  } catch {
    return new Map();
  }
}

/** The reason why this mutant does not do what it says; null when it does. */
function judge(copy: string, mutant: Mutant): string | null {
  if (git(copy, 'apply', mutant.path).status !== 0) return 'the patch no longer applies';
  try {
    const statuses = play(copy, mutant);
    for (const { title } of mutant.turnsRed) {
      const status = statuses.get(title);
      if (status !== 'failed') return `"${title}" ${status ?? 'did not run'}`;
    }
    return null;
  } finally {
    git(copy, 'apply', '-R', mutant.path);
  }
}

const wanted = process.argv.slice(2);
const mutants = listMutants().filter(
  ({ path }) => wanted.length === 0 || wanted.some((part) => path.includes(part)),
);
const copy = copyCheckout();
let alive = 0;
try {
  for (const mutant of mutants) {
    const begunMs = performance.now();
    const fault = judge(copy, mutant);
    const seconds = Math.round((performance.now() - begunMs) / 1000);
    const name = mutant.path.split('/').at(-1);
    if (fault !== null) alive += 1;
    console.log(`${fault === null ? 'found' : 'ALIVE'} ${name} (${seconds} s) ${fault ?? ''}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`mutants: ${mutants.length - alive} found, ${alive} alive`);
process.exit(mutants.length > 0 && alive === 0 ? 0 : 1);
