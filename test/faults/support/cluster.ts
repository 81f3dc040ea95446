// A PostgreSQL of the scenarios' own: it listens on the loopback, and any worker of the run that holds its
// description can kill it, stop it in every way and start it again. It lives in a room (a mount namespace)
// with a small disk of its own, so that a disk can be filled.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { makeCluster } from '../../../src/db/embedded/embedded-cluster.ts';
import {
  type Account,
  prepareBinaries,
  prepareHome,
} from '../../../src/db/embedded/postgres-binaries.ts';

/**
 * The description by which a worker handles the cluster; it is plain, so that it can be provided to
 * workers.
 */
export type Cluster = {
  folder: string;
  data: string;
  program: string;
  port: number;
  account: Account | null;
  /** The process whose mount namespace the server lives in; null where that is forbidden. */
  room: number | null;
};

export const SMALL_DISK_MIB = 160;
const START_WITHIN_MS = 60_000;
/**
 * The connections are few, so that they can be used up; the service asks for some 20, a scenario runs three
 * of them.
 */
export const CONNECTIONS_MAX = 90;
const SETTINGS: { readonly [name: string]: string } = {
  max_connections: String(CONNECTIONS_MAX),
  superuser_reserved_connections: '3',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  shared_buffers: '64MB',
  // A killed process loses nothing that it wrote; only a power cut would, and none is played.
  fsync: 'off',
  full_page_writes: 'off',
  jit: 'off',
  timezone: 'UTC',
  // A copy of a database on the small disk must not wait for a checkpoint of everything.
  checkpoint_timeout: '30min',
  max_wal_size: '4GB',
};

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

/** The small disk as the server sees it; every room has its own there. */
const diskOf = (folder: string): string => join(folder, 'disk');

/** The small disk as seen from outside the room. */
export const diskFromOutside = ({ folder, room }: Cluster): string =>
  room === null ? '' : `/proc/${room}/root${diskOf(folder)}`;

const isRoot = process.getuid?.() === 0;

/** A process that only holds a mount namespace with the small disk in it. */
async function openRoom(folder: string, account: Account | null): Promise<number | null> {
  const disk = diskOf(folder);
  await mkdir(disk);
  const owner = account ?? { uid: 0, gid: 0 };
  const script = [
    `mount -t tmpfs -o size=${SMALL_DISK_MIB}m,mode=0700 small "$0"`,
    `mkdir "$0/space" && chown ${owner.uid}:${owner.gid} "$0" "$0/space"`,
    'echo ready',
    'exec sleep 1200',
  ].join(' && ');
  const flags = isRoot ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const holder = spawn('unshare', [...flags, 'sh', '-c', script, disk], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const isOpen = await Promise.race([
    once(holder.stdout, 'data').then(
      () => true,
      () => false,
    ),
    once(holder, 'exit').then(
      () => false,
      () => false,
    ),
  ]);
  holder.stdout.destroy();
  holder.unref();
  return isOpen ? (holder.pid ?? null) : null;
}

/** The command that runs a program as the account, inside the room. */
function inRoom({ room, account }: Cluster, command: string[]): string[] {
  const as = isRoot ? account : null;
  const own = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (as !== null && room === null) {
    return ['setpriv', `--reuid=${as.uid}`, `--regid=${as.gid}`, '--clear-groups', ...command];
  }
  if (room === null) return command;
  if (as !== null) {
    const drop = ['setpriv', `--reuid=${as.uid}`, `--regid=${as.gid}`, '--clear-groups'];
    return ['nsenter', '-t', String(room), '--mount', '--', ...drop, ...command];
  }
  // PostgreSQL refuses to run as root, also as root of a namespace; a further namespace restores the
  // account.
  const back = ['unshare', '--user', `--map-user=${own[0]}`, `--map-group=${own[1]}`];
  return [
    ...['nsenter', '-t', String(room), '--user', '--mount', '--preserve-credentials', '--'],
    ...back,
    ...command,
  ];
}

export async function makeOwnCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'chuangping-faults-'));
  const home = await prepareHome(folder);
  const binaries = await prepareBinaries(home);
  const data = join(home.path, 'cluster');
  await makeCluster({ home, binaries, cluster: data, log: () => undefined });
  const cluster: Cluster = {
    folder,
    data,
    program: join(dirname(binaries.pgCtl), 'postgres'),
    port: await freePort(),
    account: home.account ?? null,
    room: await openRoom(folder, home.account ?? null),
  };
  await startCluster(cluster);
  return cluster;
}

export const urlOf = ({ port }: { port: number }, database: string): string =>
  `postgresql://postgres@127.0.0.1:${port}/${database}?sslmode=disable`;

/** The id of the server's process; null when it does not run. */
export async function postmasterOf({ data }: Cluster): Promise<number | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isNaN(pid) || !isRunning(pid) ? null : pid;
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

async function answers(cluster: Cluster): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Starts the server and waits until it answers. */
export async function startCluster(cluster: Cluster): Promise<void> {
  const begunMs = performance.now();
  const log = await open(join(cluster.folder, 'server.log'), 'a');
  try {
    let server: ChildProcess | null = null;
    while (performance.now() - begunMs < START_WITHIN_MS) {
      // After a kill the server's children linger for a moment, and a new one refuses to start.
      if (server === null || server.exitCode !== null) {
        const settings = Object.entries(SETTINGS).flatMap(([name, value]) => [
          '-c',
          `${name}=${value}`,
        ]);
        const postgres = [cluster.program, '-D', cluster.data, '-p', String(cluster.port)];
        const [command = '', ...args] = inRoom(cluster, [...postgres, ...settings]);
        server = spawn(command, args, {
          cwd: '/',
          detached: true,
          env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' },
          stdio: ['ignore', log.fd, log.fd],
        });
        server.unref();
      }
      if (await answers(cluster)) return;
      await sleep(50);
    }
  } finally {
    await log.close();
  }
  const said = await readFile(join(cluster.folder, 'server.log'), 'utf8');
  throw new Error(`PostgreSQL did not start: ${said.slice(-2_000)}`);
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** Ends the server in this way and waits until its process is gone. */
export async function stopCluster(cluster: Cluster, way: keyof typeof SIGNALS): Promise<void> {
  const pid = await postmasterOf(cluster);
  if (pid === null) return;
  process.kill(pid, SIGNALS[way]);
  for (let waitedMs = 0; isRunning(pid) && waitedMs < START_WITHIN_MS; waitedMs += 20) {
    await sleep(20);
  }
}

export async function removeCluster(cluster: Cluster): Promise<void> {
  await stopCluster(cluster, 'immediate');
  if (cluster.room !== null) process.kill(cluster.room, 'SIGKILL');
  await rm(cluster.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Asks the server itself, past every proxy and pool. */
export async function ask<Row extends pg.QueryResultRow>(
  connectionString: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = await holdConnection(connectionString);
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** A connection to be ended by the caller; it may write where others may only read. */
export async function holdConnection(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: 5_000,
    options: '-c default_transaction_read_only=off -c TimeZone=UTC',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Writes zeros onto the small disk until it is full. */
export const fillDisk = async (cluster: Cluster): Promise<void> => {
  const ballast = join(diskFromOutside(cluster), 'ballast');
  await promisify(execFile)('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k', 'status=none']).catch(
    // The command fails when the disk is full, which is its purpose.
    () => undefined,
  );
};

export const freeDisk = (cluster: Cluster): Promise<void> =>
  rm(join(diskFromOutside(cluster), 'ballast'), { force: true });
