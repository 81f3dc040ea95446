// `npm run test:simulate` plays the fixed set of CI without arguments, with `--seed N` one seed with its
// whole history, and with `--seed N-M` a range of seeds, to hunt with.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { POINTS } from './gate.ts';
import type { Planted } from './planted.ts';
import { PLANTED, plant } from './planted.ts';
import type { Report } from './run.ts';
import kept from './seeds.json' with { type: 'json' };
import type { Server } from './world.ts';
import { openServer } from './world.ts';

/** Processes at once: the smallest machine has two cores, and PostgreSQL wants its share. */
const AT_ONCE = 2;
/** A run that is not over within this hangs. */
const RUN_MS_MAX = 300_000;

/** Any change gives every seed another run, so events that the fixed seeds miss are looked for in these. */
const SPARE = Array.from({ length: 24 }, (_, index) => 50 + index);

const TAIL_LINES = 40;
/** A line of a history about a statement: it is indented below its step. */
const STATEMENT = /^\d+ {3}/;
/** The seeds of the set that are played twice, one of each beginning. */
const TWICE: readonly number[] = [1, 20];
const FIXED: readonly number[] = kept.seeds.map(({ seed }) => seed);

/** Plays a seed with the sources of this folder, in a process of its own. */
function run(folder: string, url: string, seed: number): Promise<Report> {
  const child = spawn(process.execPath, [join(folder, 'child.ts'), url, String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    timeout: RUN_MS_MAX,
  });
  let [told, complained] = ['', ''];
  child.stdout.on('data', (part: Buffer) => {
    told += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    complained += part.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve(JSON.parse(told) as Report);
      } catch {
        reject(new Error(`seed ${seed} told no report: ${complained.slice(-2_000)}`));
      }
    });
  });
}

/** Does the work for these, so many at a time; results come in their order. */
async function inTurns<Of, Result>(
  items: readonly Of[],
  work: (item: Of) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...items.entries()];
  const turn = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
  return results;
}

const say = (line: string): void => console.log(line);

/** The last actions of the scheduler; statements sent to the server in between are indented deeper. */
const tailOf = ({ history }: Report): string[] =>
  history.filter((line) => !STATEMENT.test(line)).slice(-TAIL_LINES);

function tell(report: Report): void {
  const { seed, steps, fault, log } = report;
  say(`seed ${seed}: ${steps} steps, log ${log.slice(0, 12)}, ${fault ?? 'nothing found'}`);
  if (fault === null) return;
  for (const line of tailOf(report)) say(`    ${line}`);
  say(`  to replay it: npm run test:simulate -- --seed ${seed}`);
}

/** Reports whether a seed gave the same run twice, and where the two part when not. */
function compare(one: Report, other: Report): string[] {
  const isSame = one.trace === other.trace && one.log === other.log;
  say(`seed ${one.seed} played again: ${isSame ? 'the same run' : 'ANOTHER RUN'}`);
  if (isSame) return [];
  const at = one.history.findIndex((line, index) => line !== other.history[index]);
  for (const { history } of [one, other]) {
    for (const line of history.slice(Math.max(at - 5, 0), at + 1)) say(`    ${line}`);
    say('');
  }
  return [`seed ${one.seed} gave two runs`];
}

const total = (reports: readonly Report[], of: 'types' | 'crashed' | 'cuts') => {
  const sum = new Map<string, number>();
  for (const report of reports) {
    for (const [key, count] of Object.entries(report[of]))
      sum.set(key, (sum.get(key) ?? 0) + count);
  }
  return sum;
};

/** Types that people seldom come to; that the seeds miss them is told, and fails nothing. */
const SELDOM: ReadonlySet<string> = new Set(kept.seldom);

/** Event types that exist and that no seed stored, but for those that seldom come up. */
function missingOf(reports: readonly Report[], every: ReadonlySet<string>): string[] {
  const types = total(reports, 'types');
  return [...every].filter((type) => !types.has(type) && !SELDOM.has(type));
}

/** The gaps of the seeds: points without a crash, and event types that were never stored. */
function gaps(reports: readonly Report[], every: ReadonlySet<string>): string[] {
  const crashed = total(reports, 'crashed');
  const cuts = total(reports, 'cuts');
  const missing = missingOf(reports, every);
  say(`crashes ${JSON.stringify(Object.fromEntries(crashed))}`);
  say(`cuts    ${JSON.stringify(Object.fromEntries(cuts))}`);
  const types = total(reports, 'types');
  const seldom = [...SELDOM].filter((type) => !types.has(type));
  say(`event types: ${every.size - missing.length - seldom.length} of ${every.size}`);
  for (const type of seldom) say(`  not reached, and seldom is: ${type}`);
  for (const type of missing) {
    const why = reports.findLast(({ refusals }) => type in refusals)?.refusals[type];
    say(`  not reached: ${type}${why === undefined ? '' : ` (${why})`}`);
  }
  return [
    ...POINTS.filter((point) => !crashed.has(point)).map((point) => `no crash ${point}`),
    ...missing.map((type) => `nobody stored ${type}`),
  ];
}

/** The first seed that finds the planted fault; null when none does. */
async function findPlanted(url: string, fault: Planted): Promise<string | null> {
  const { folder, remove } = await plant(fault);
  try {
    for (const seed of new Set([fault.seed, ...FIXED])) {
      const report = await run(join(folder, 'test/simulate'), url, seed);
      if (report.fault !== null) return `seed ${seed}, step ${report.steps}: ${report.fault}`;
    }
    return null;
  } finally {
    await remove();
  }
}

async function fixedSet({ url, ways }: Server): Promise<string[]> {
  const played = await inTurns([...FIXED, ...TWICE], (seed) => run(import.meta.dirname, url, seed));
  const [reports, again] = [played.slice(0, FIXED.length), played.slice(FIXED.length)];
  for (const report of reports) tell(report);
  const faults = reports.flatMap(({ seed, fault }) =>
    fault === null ? [] : [`seed ${seed}: ${fault}`],
  );
  while (missingOf(reports, ways.types).length > 0 && SPARE.length > 0) {
    const more = await inTurns(SPARE.splice(0, AT_ONCE), (seed) =>
      run(import.meta.dirname, url, seed),
    );
    for (const report of more) {
      tell(report);
      if (report.fault !== null) faults.push(`seed ${report.seed}: ${report.fault}`);
    }
    reports.push(...more);
  }
  for (const report of again)
    faults.push(...compare(reports.find(({ seed }) => seed === report.seed) as Report, report));
  faults.push(...gaps(reports, ways.types));
  await inTurns(PLANTED, async (planted) => {
    const found = await findPlanted(url, planted);
    say(`planted ${planted.id}: ${found ?? 'NOT FOUND'}`);
    if (found === null) faults.push(`planted ${planted.id} was not found: ${planted.patch}`);
  });
  return faults;
}

function seedsOf(asked: readonly string[]): number[] {
  return asked.flatMap((text) => {
    const [from = Number.NaN, to = from] = text.split('-').map(Number);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
      throw new Error(`${text} is no seed`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** The compiled code, which every process would compile anew otherwise. */
const compiled = await mkdtemp(join(tmpdir(), 'chuangping-compiled-'));
const { values } = parseArgs({ options: { seed: { type: 'string', multiple: true } } });
const begunMs = performance.now();
const server = await openServer();
let faults: string[];
try {
  if (values.seed === undefined) faults = await fixedSet(server);
  else {
    const reports = await inTurns(seedsOf(values.seed), async (seed) => {
      const report = await run(import.meta.dirname, server.url, seed);
      tell(report);
      return report;
    });
    for (const gap of gaps(reports, server.ways.types)) say(`  ${gap}`);
    faults = reports.flatMap(({ seed, fault }) =>
      fault === null ? [] : [`seed ${seed}: ${fault}`],
    );
  }
} finally {
  await server.stop();
  await rm(compiled, { recursive: true, force: true });
}
for (const fault of faults) say(`FAULT ${fault}`);
say(`${faults.length} faults, ${Math.round((performance.now() - begunMs) / 1_000)} s`);
process.exit(faults.length === 0 ? 0 : 1);
