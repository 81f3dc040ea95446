// Two checkouts against each other: what is read over HTTP, by one client, in alternating rounds. The ratio
// is the median of the rounds' own.
//
//   node bench/reads.ts <path of the old checkout> <path of the new one> [--rounds 8]

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '../src/db/embedded/embedded.ts';
import { createPool } from '../src/db/kernel/pool.ts';
import { measureHttp } from './load.ts';
import { prepare } from './scene.ts';
import { type RunningService, startService, stopService } from './service.ts';

const CANDIDATES = 2_000;
const SECONDS = 1;
const WARM_UP_SECONDS = 0.3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '8' } },
});
const rounds = Number(values.rounds);
if (positionals.length !== 2 || !(rounds >= 1)) {
  throw new Error('node bench/reads.ts <old checkout> <new checkout> [--rounds 8]');
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

type Side = { service: RunningService; key: string; urls: ReadonlyMap<string, string> };
const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-reads-'));
const embedded = await startEmbedded({ dataDir });
const admin = createPool(embedded.superuser, { max: 1, applicationName: 'bench' });
const sides: Side[] = [];

async function open(checkout: string, database: string): Promise<Side> {
  await admin.query(`create database ${database}`);
  const url = embedded.superuser.replace(/(\/)([^/?]+)(\?|$)/, `$1${database}$3`);
  const pool = createPool(url, { max: 2, applicationName: 'bench' });
  const service = await startService(url, { checkout: resolve(checkout) });
  const scene = await prepare(service, pool, CANDIDATES);
  await pool.query('vacuum analyze');
  await pool.end();
  const { path } = scene.ask(0, 0);
  const key = await service.keyFor('township-committee', service.unit('610222101-DW'));
  const one = path.replace(/\/events$/, '');
  const list = `/v1/candidates?campaignId=${scene.campaignId}&limit=50`;
  return {
    service,
    key,
    urls: new Map([
      ['list of 50', list],
      ['one', one],
      ['its log', path],
      ['what is owed', `/v1/obligations?campaignId=${scene.campaignId}&limit=50`],
    ]),
  };
}

try {
  for (const [index, checkout] of positionals.entries()) {
    sides.push(await open(checkout, `side_${index}`));
  }
  for (const what of sides[0]?.urls.keys() ?? []) {
    const ratios: number[] = [];
    const took: number[][] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? [0, 1] : [1, 0];
      for (const index of order) {
        const { service, key, urls } = sides[index] as Side;
        const ask = () => ({ path: urls.get(what) ?? '', key });
        const { medianMs, failures } = await measureHttp(
          ...[service.origin, 1, SECONDS, WARM_UP_SECONDS, ask],
        );
        if (failures > 0) throw new Error(`${failures} failures of ${what}`);
        took[index]?.push(medianMs);
      }
      ratios.push((took[1]?.at(-1) ?? Number.NaN) / (took[0]?.at(-1) ?? Number.NaN));
    }
    const [older, newer] = took.map((each) => median(each).toFixed(2));
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((each) => each.toFixed(2));
    console.info(
      `${what}: ${median(ratios).toFixed(2)} (${least}–${most}), ms ${older} → ${newer}`,
    );
  }
} finally {
  for (const { service } of sides) await stopService(service);
  await admin.end();
  await embedded.stop();
  await rm(dataDir, { recursive: true, force: true });
}
