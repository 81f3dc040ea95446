// What a look through the logs costs, and a checkpoint of them, at several sizes, each in a database of its own.
//
//   npm run bench:audit -- --write                  10,000 and 100,000 events, 5 to 10 minutes
//   npm run bench:audit -- --sizes 10000            printed only
//
// The events are told over HTTP, 50 to a candidate and each with a personal part; the service is stopped before
// anything is measured.

import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { takeCheckpoint } from '../src/command/audit/checkpoints.ts';
import { verifyAll } from '../src/command/audit/verify.ts';
import { createPerformer } from '../src/command/kernel/batches.ts';
import { createReferenceCache } from '../src/command/kernel/reference.ts';
import { nouns } from '../src/command/nouns.ts';
import { startEmbedded } from '../src/db/embedded/embedded.ts';
import { createPool } from '../src/db/kernel/pool.ts';
import { measureHttp } from './load.ts';
import { writePart } from './page.ts';
import { prepare } from './scene.ts';
import { startService, stopService } from './service.ts';
import { TWIN_PREFIX } from './statements.ts';

const EVENTS_PER_CANDIDATE = 50;
const CLIENTS = 32;
const LOAD_SECONDS = 5;

type Row = {
  events: number;
  chains: number;
  firstCheckpointMs: number;
  nextCheckpointMs: number;
  verifyMs: number;
};

const countEvents = async (pool: pg.Pool): Promise<number> =>
  (await pool.query('select count(*)::int as count from event')).rows[0].count;

/** Runs `work` and gives the time it took with what it gave. */
async function timed<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const beganMs = performance.now();
  return [await work(), performance.now() - beganMs];
}

async function tell(connectionString: string, pool: pg.Pool, size: number): Promise<void> {
  const service = await startService(connectionString, { env: { WORKER: 'off' } });
  try {
    const scene = await prepare(service, pool, Math.ceil(size / EVENTS_PER_CANDIDATE));
    // Those are pgbench's subjects, which no log tells of.
    await pool.query(`delete from subject where starts_with(id::text, $1)`, [TWIN_PREFIX]);
    for (let told = 0; told < size; told = await countEvents(pool)) {
      await measureHttp(service.origin, CLIENTS, LOAD_SECONDS, 0, scene.ask);
      process.stderr.write(`${told} of ${size} events\n`);
    }
  } finally {
    await stopService(service);
  }
}

async function measure(size: number): Promise<Row> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-bench-'));
  const embedded = await startEmbedded({ dataDir });
  const pool = createPool(embedded.connectionString, { max: 2, applicationName: 'bench' });
  try {
    await tell(embedded.connectionString, pool, size);
    await pool.query('vacuum analyze');
    const performer = createPerformer(nouns, pool, createReferenceCache());
    const take = () => takeCheckpoint(performer);
    const [, firstCheckpointMs] = await timed(async () => {
      while ((await take()) !== null);
    });
    // Nothing has changed; what is read again is what may have been unseen.
    const [, nextCheckpointMs] = await timed(take);
    const [{ events, chains, faults }, verifyMs] = await timed(() => verifyAll(pool));
    if (faults.length > 0) throw new Error(`the logs are not whole: ${JSON.stringify(faults[0])}`);
    return { events, chains, firstCheckpointMs, nextCheckpointMs, verifyMs };
  } finally {
    await pool.end();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const rate = (value: number): string => Math.round(value).toLocaleString('en-US');

const table = (rows: readonly Row[]): string =>
  [
    '| events | chains | audit:verify s | events /s | first checkpoint of all s | checkpoint when nothing changed ms |',
    '| --: | --: | --: | --: | --: | --: |',
    ...rows.map(
      ({ events, chains, verifyMs, firstCheckpointMs, nextCheckpointMs }) =>
        `| ${rate(events)} | ${rate(chains)} | ${(verifyMs / 1000).toFixed(1)} | ` +
        `${rate((events * 1000) / verifyMs)} | ${(firstCheckpointMs / 1000).toFixed(2)} | ` +
        `${nextCheckpointMs.toFixed(0)} |`,
    ),
  ].join('\n');

const part = (rows: readonly Row[], load: string): string => `## The logs, looked through

Measured by \`npm run bench:audit -- --write\` on ${cpus().length} cores, with PostgreSQL on them and, when it began, a load
of ${load} by others. \`audit:verify\` hashes every link and every personal part, tells every subject its events and compares
what comes of it with what is stored, and reckons every root. Events are \`record-evidence\`, ${EVENTS_PER_CANDIDATE} to a candidate.

${table(rows)}
`;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000' },
    write: { type: 'boolean', default: false },
  },
});
const load = (loadavg()[0] ?? 0).toFixed(1);
const rows: Row[] = [];
for (const size of values.sizes.split(',').map(Number)) rows.push(await measure(size));
process.stdout.write(`${table(rows)}\nload ${load} at the beginning\n`);
if (values.write) await writePart('audit', part(rows, load));
