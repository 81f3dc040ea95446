// POST /v1/candidates/{id}/events over HTTP beside pgbench doing the same work on the same server,
// in turn, in one run. `npm run bench` prints; `npm run bench -- --write` writes docs/performance.md.

import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../src/db/embedded/embedded.ts';
import { createPool } from '../src/db/kernel/pool.ts';
import type { Measured } from './load.ts';
import { measureHttp } from './load.ts';
import { writePart } from './page.ts';
import { findPgbench, measurePgbench } from './pgbench.ts';
import { prepare } from './scene.ts';
import { startService, stopService } from './service.ts';
import { separate, single } from './statements.ts';

const CLIENTS = [1, 8, 32];
const CANDIDATES = 500;
const ROUNDS = 3;
const SECONDS = 4;

type Row = { clients: number; http: Measured; separate: Measured; single: Measured };

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The middle of several rounds, figure by figure. */
const middle = (rounds: Measured[]): Measured => ({
  clients: rounds[0]?.clients ?? 0,
  perSecond: median(rounds.map(({ perSecond }) => perSecond)),
  medianMs: median(rounds.map(({ medianMs }) => medianMs)),
  p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
  failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
});

async function measure(): Promise<Row[]> {
  const pgbench = await findPgbench();
  if (pgbench === null) throw new Error('no pgbench here: install postgresql-15 or newer');
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-bench-'));
  const embedded = await startEmbedded({ dataDir });
  const pool = createPool(embedded.connectionString, { max: 2, applicationName: 'bench' });
  const url = new URL(embedded.connectionString.replace(/@\//, '@socket/'));
  const connection = {
    host: url.searchParams.get('host') ?? url.hostname,
    user: url.username || 'postgres',
    database: url.pathname.slice(1),
  };
  const service = await startService(embedded.connectionString);
  try {
    const scene = await prepare(service, pool, CANDIDATES);
    const rows: Row[] = [];
    for (const clients of CLIENTS) {
      const rounds: Omit<Row, 'clients'>[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push({
          http: await measureHttp(service.origin, clients, SECONDS, 1, scene.ask),
          separate: await measurePgbench(
            pgbench,
            connection,
            separate(scene.campaignId, CANDIDATES),
            clients,
            SECONDS,
          ),
          single: await measurePgbench(
            pgbench,
            connection,
            single(scene.campaignId, CANDIDATES),
            clients,
            SECONDS,
          ),
        });
        process.stderr.write(`${clients} clients, round ${round + 1} of ${ROUNDS}\n`);
      }
      rows.push({
        clients,
        http: middle(rounds.map(({ http }) => http)),
        separate: middle(rounds.map((item) => item.separate)),
        single: middle(rounds.map((item) => item.single)),
      });
    }
    return rows;
  } finally {
    await stopService(service);
    await pool.end();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const rate = (value: number): string => Math.round(value).toLocaleString('en-US');
const ms = (value: number): string => value.toFixed(2);

function table(rows: Row[]): string {
  const lines = rows.map(
    ({ clients, http, separate: apart, single: one }) =>
      `| ${clients} | ${rate(http.perSecond)} | ${rate(apart.perSecond)} | ` +
      `${rate(one.perSecond)} | **${(http.perSecond / apart.perSecond).toFixed(2)}** | ` +
      `${(http.perSecond / one.perSecond).toFixed(2)} | ${ms(http.medianMs)} | ${ms(http.p99Ms)} | ` +
      `${ms(apart.medianMs)} | ${http.failures} |`,
  );
  return [
    '| clients | HTTP /s | pgbench separate /s | pgbench single /s | HTTP ÷ separate | HTTP ÷ single | HTTP median ms | HTTP p99 ms | separate median ms | failures |',
    '| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...lines,
  ].join('\n');
}

const part = (rows: Row[]): string => `## One event

Measured by \`npm run bench -- --write\`. Absolute figures are this
machine's (${cpus().length} cores, shared, with the load generator and pgbench on it); the ratios are
what travels.

Each HTTP request is \`POST /v1/candidates/{id}/events\` with \`record-evidence\`, an API key and an
\`Idempotency-Key\`: it is authenticated, validated, locked, decided by the machine, logged in the hash
chain, stored with its answer and committed with fsync. pgbench writes the same rows to the same tables
of the same server with no application around it: *separate* as one statement after the other in a
transaction (nine round trips), *single* as one statement with several parts. Rounds take turns
(HTTP, separate, single), ${ROUNDS} of each, ${SECONDS} s each after 1 s of warm-up; a figure is the
median of the rounds. ${CANDIDATES} candidates.

${table(rows)}

What is aimed at: with 32 clients at least the rate of pgbench's separate statements; with one client a
median within 2 ms above theirs.
`;

const rows = await measure();
process.stdout.write(`${table(rows)}\n`);
if (process.argv.includes('--write')) {
  await writePart('events', part(rows));
}
