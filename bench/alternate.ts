// Two checkouts against each other: the event of bench/events.ts over HTTP, in alternating rounds, so
// that what else the machine does falls on both alike. The ratio is the median of the rounds' own.
//
//   npm run bench:alternate -- <path of the old checkout> <path of the new one> [--rounds 8]
//
// Each checkout has its node_modules and starts by its own src/main.ts, on a database of its own in one
// server. Whether the first start shows its key before or after the address makes no difference.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '../src/db/embedded/embedded.ts';
import { createPool } from '../src/db/kernel/pool.ts';
import { measureHttp } from './load.ts';
import { prepare, type Scene } from './scene.ts';
import { type RunningService, startService, stopService } from './service.ts';

const CLIENTS = [1, 8, 32];
const CANDIDATES = 500;
const SECONDS = 4;
const WARM_UP_SECONDS = 1;
/** Of 3 numbers of clients, 2 checkouts, 5 s each: 14 rounds are 7 minutes. */
const ROUNDS_MAX = 14;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '8' } },
});
const [older, newer] = positionals;
const rounds = Math.min(Number(values.rounds), ROUNDS_MAX);
if (older === undefined || newer === undefined || !(rounds >= 1)) {
  throw new Error('npm run bench:alternate -- <old checkout> <new checkout> [--rounds 8]');
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2;
};

type Side = { service: RunningService; scene: Scene };
const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-alternate-'));
const embedded = await startEmbedded({ dataDir });
const admin = createPool(embedded.superuser, { max: 1, applicationName: 'bench' });
const sides: Side[] = [];

async function open(checkout: string, database: string): Promise<Side> {
  await admin.query(`create database ${database}`);
  const url = embedded.superuser.replace(/(\/)([^/?]+)(\?|$)/, `$1${database}$3`);
  const pool = createPool(url, { max: 2, applicationName: 'bench' });
  const service = await startService(url, { checkout: resolve(checkout) });
  const side = { service, scene: await prepare(service, pool, CANDIDATES) };
  await pool.end();
  return side;
}

try {
  sides.push(await open(older, 'older'));
  sides.push(await open(newer, 'newer'));
  const lines: string[] = [];
  for (const clients of CLIENTS) {
    const ratios: number[] = [];
    const medians: [number[], number[]] = [[], []];
    let failures = 0;
    for (let round = 0; round < rounds; round += 1) {
      const rates: [number, number] = [Number.NaN, Number.NaN];
      // The checkouts take turns in beginning as well.
      for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const { service, scene } = sides[index] as Side;
        const measured = await measureHttp(
          ...([service.origin, clients, SECONDS, WARM_UP_SECONDS, scene.ask] as const),
        );
        rates[index] = measured.perSecond;
        medians[index].push(measured.medianMs);
        failures += measured.failures;
      }
      ratios.push(rates[1] / rates[0]);
      process.stderr.write(
        `${clients} clients: ${Math.round(rates[0])} → ${Math.round(rates[1])}/s\n`,
      );
    }
    const [before, after] = medians.map((tookMs) => median(tookMs).toFixed(2));
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    lines.push(
      `| ${clients} | **${median(ratios).toFixed(2)}** | ${range} | ${before} | ${after} | ${failures} |`,
    );
  }
  process.stdout.write(
    `${[
      '| clients | new ÷ old, rate | rounds | old median ms | new median ms | failures |',
      '| --: | --: | --: | --: | --: | --: |',
      ...lines,
    ].join('\n')}\n`,
  );
} finally {
  for (const { service } of sides) await stopService(service);
  await admin.end();
  await embedded.stop();
  await rm(dataDir, { recursive: true, force: true });
}
