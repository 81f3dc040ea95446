// pgbench, which comes with PostgreSQL's own packages (Debian: postgresql-15): the same SQL with no
// application around it.

import { spawn } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './load.ts';

const PLACES = [
  '/usr/lib/postgresql/18/bin/pgbench',
  '/usr/lib/postgresql/17/bin/pgbench',
  '/usr/lib/postgresql/16/bin/pgbench',
  '/usr/lib/postgresql/15/bin/pgbench',
  '/usr/local/bin/pgbench',
  '/usr/bin/pgbench',
];

/** The path of a pgbench on this machine, or null. */
export async function findPgbench(): Promise<string | null> {
  for (const place of PLACES) {
    if (
      await access(place).then(
        () => true,
        () => false,
      )
    )
      return place;
  }
  return null;
}

/** Runs one script for `seconds` and reads every transaction's time from pgbench's log. */
export async function measurePgbench(
  pgbench: string,
  connection: { host: string; port?: string; user: string; database: string },
  script: string,
  clients: number,
  seconds: number,
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'chuangping-bench-'));
  try {
    const file = join(folder, 'script.sql');
    await writeFile(file, script);
    const args = [
      ...['-n', '-M', 'prepared', '-f', file],
      ...['-c', String(clients), '-j', String(Math.min(2, clients)), '-T', String(seconds)],
      ...['-l', '--log-prefix', join(folder, 'log')],
      ...['-h', connection.host, '-U', connection.user],
      ...(connection.port === undefined ? [] : ['-p', connection.port]),
      connection.database,
    ];
    await finished(pgbench, args, folder);
    const tookMs: number[] = [];
    for (const name of await readdir(folder)) {
      if (!name.startsWith('log')) continue;
      for (const line of (await readFile(join(folder, name), 'utf8')).trim().split('\n')) {
        tookMs.push(Number(line.split(' ')[2]) / 1000);
      }
    }
    tookMs.sort((a, b) => a - b);
    const at = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN;
    return {
      clients,
      perSecond: tookMs.length / seconds,
      medianMs: at(0.5),
      p99Ms: at(0.99),
      failures: 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const finished = (command: string, args: string[], cwd: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`pgbench ended with ${code}: ${said}`)),
    );
  });
