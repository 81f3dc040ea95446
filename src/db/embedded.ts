// The database of a service that was given none: a real PostgreSQL under DATA_DIR, on a unix
// socket in a directory only its owner may enter, so it needs neither TCP port nor password.
// It outlives a killed service, and the next one finds it.

import { createHash } from 'node:crypto';
import {
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  type Binaries,
  EmbeddedError,
  type Home,
  prepareBinaries,
  prepareHome,
  run,
} from './postgres-binaries.ts';

export type Embedded = {
  connectionString: string;
  version: string;
  /** new: made now · existing: started · reused: was running already */
  started: 'new' | 'existing' | 'reused';
  /** Stops the server unless another service on the same DATA_DIR still uses it. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  dataDir: string;
  log?: (message: string) => void;
  /** Server settings beside ours; letters, digits and . _ only. */
  settings?: Record<string, string>;
};

type Server = {
  home: Home;
  binaries: Binaries;
  cluster: string;
  settings: Record<string, string>;
  log: (message: string) => void;
};

const DATABASE = 'chuangping';
const SUPERUSER = 'postgres';
// Every service holds this lock shared while it uses the server; the last one gets it alone.
const PRESENCE_LOCK = 7_039_201_705_20n;
// sun_path holds 107 bytes and the socket's own name, "/.s.PGSQL.5432", takes 14 of them.
const SOCKET_DIR_BYTES_MAX = 93;
// Recovery after a crash replays at most max_wal_size, well within this.
const START_TIMEOUT_MS = 300_000;
const ABANDONED_AFTER_MS = 600_000;
const LOG_BYTES_MAX = 10_000_000;

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '128MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Ours alone: a superuser who connects is this service or its operator.
  log_min_messages: 'warning',
};

/** Makes the cluster aside and moves it into place whole, so a kill leaves nothing half made. */
const makeCluster = async ({ home, binaries, cluster, log }: Server): Promise<boolean> => {
  for (const name of await readdir(home.path)) {
    const path = join(home.path, name);
    const abandoned = Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS;
    if (name.startsWith('.cluster-') && abandoned) await rm(path, { recursive: true, force: true });
  }
  if (await lstat(cluster).catch(() => undefined)) return false;
  log(`preparing a new database in ${home.path}`);
  const made = join(home.path, `.cluster-${crypto.randomUUID()}`);
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const { code, output } = await run(
    binaries.initdb,
    [`--pgdata=${made}`, `--username=${SUPERUSER}`, '--auth=trust', '--encoding=UTF8', ...locale],
    { account: home.account, capture: true },
  );
  if (code !== 0) {
    await rm(made, { recursive: true, force: true });
    throw new EmbeddedError(`PostgreSQL could not make a database in ${home.path}: ${output}`);
  }
  try {
    await rename(made, cluster);
  } catch {
    // Another service on this DATA_DIR was first; a directory that is not empty is never replaced.
    await rm(made, { recursive: true, force: true });
    return false;
  }
  const folder = await open(home.path);
  await folder.sync().finally(() => folder.close());
  return true;
};

const refuseOtherMajor = async ({ cluster, binaries }: Server) => {
  const major = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (major === binaries.major) return;
  throw new EmbeddedError(
    `The database in ${cluster} is PostgreSQL ${major}, the programs here are ${binaries.major}: dump it with the old release and load it with the new one.`,
  );
};

/** Where the running server listens, or undefined when none runs. */
const findSocketDir = async ({ cluster }: Server): Promise<string | undefined> => {
  const pidFile = join(cluster, 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!pid) return undefined;
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  // A server works in its cluster. After a reboot, and almost always in a container, the number
  // belongs to someone else, and PostgreSQL would refuse to start because of it.
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (cwd !== undefined && cwd !== cluster) {
    await rm(pidFile, { force: true });
    return undefined;
  }
  return lines[4] ?? '';
};

/** The home's own `run`, or a short name in /tmp where that is too long or needs quoting. */
const prepareSocketDir = async ({ home }: Server): Promise<string> => {
  const own = join(home.path, 'run');
  const fits = Buffer.byteLength(own) <= SOCKET_DIR_BYTES_MAX && /^[\w./-]+$/.test(own);
  const digest = createHash('sha256').update(home.path).digest('hex').slice(0, 16);
  const folder = fits ? own : `/tmp/chuangping-${digest}`;
  const owner = home.account ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await mkdir(folder, { mode: 0o700 }).then(
    () => chown(folder, owner.uid, owner.gid),
    () => undefined,
  );
  const made = await lstat(folder);
  if (!made.isDirectory() || made.uid !== owner.uid || (made.mode & 0o077) !== 0) {
    throw new EmbeddedError(
      `${folder} is not a directory of ours alone: remove it and start again.`,
    );
  }
  return folder;
};

const readLogTail = async (home: Home) =>
  (await readFile(join(home.path, 'log'), 'utf8').catch(() => ''))
    .trim()
    .split('\n')
    .slice(-12)
    .join('\n');

const tryStart = async (server: Server) => {
  const { home, binaries, cluster } = server;
  const logFile = join(home.path, 'log');
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(logFile, `${logFile}.1`);
  const settings = {
    ...SETTINGS,
    unix_socket_directories: await prepareSocketDir(server),
    ...server.settings,
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const { code } = await run(
    binaries.pgCtl,
    [
      'start',
      '-w',
      '-t',
      `${START_TIMEOUT_MS / 1000}`,
      '-s',
      '-D',
      cluster,
      '-l',
      logFile,
      '-o',
      ['-p 5432', ...options].join(' '),
    ],
    { account: home.account, capture: false },
  );
  return code === 0;
};

const isNotYet = (error: unknown) => {
  const { code, message } = error as { code?: string; message: string };
  // 57P03: starting up, recovering or shutting down; 57P01: it went down under us.
  const waits = ['57P03', '57P01', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];
  return waits.includes(code ?? '') || /terminated/.test(message);
};

const connectionTo = (socketDir: string, database: string) =>
  `postgresql://${SUPERUSER}@/${database}?host=${encodeURIComponent(socketDir)}`;

const connect = async (socketDir: string) => {
  const client = new pg.Client({
    connectionString: connectionTo(socketDir, SUPERUSER),
    application_name: 'chuangping presence',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

type Presence = { client: pg.Client; socketDir: string; wasRunning: boolean };

/** A connection that holds the presence lock, after starting the server if none runs. */
const enter = async (server: Server): Promise<Presence> => {
  const begun = performance.now();
  let wasRunning = true;
  while (performance.now() - begun < START_TIMEOUT_MS) {
    const socketDir = await findSocketDir(server);
    if (socketDir === undefined) {
      // Refused while another service's server comes up is no failure; refused with none is.
      if (await tryStart(server)) wasRunning = false;
      else if ((await findSocketDir(server)) === undefined) break;
      continue;
    }
    try {
      const client = await connect(socketDir);
      await client.query('select pg_advisory_lock_shared($1)', [PRESENCE_LOCK]);
      return { client, socketDir, wasRunning };
    } catch (error) {
      if (!isNotYet(error)) throw error;
      await sleep(100);
    }
  }
  throw new EmbeddedError(
    `PostgreSQL did not start in ${server.cluster}:\n${await readLogTail(server.home)}`,
  );
};

const makeDatabase = async (client: pg.Client) => {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount) return;
  await client.query(`create database ${DATABASE}`).catch((error) => {
    // Another service made it in between.
    if (error.code !== '42P04' && error.code !== '23505') throw error;
  });
};

/** Stops the server if nobody else is present: who waits for the lock is sent away and starts it anew. */
const leave = async (server: Server) => {
  const socketDir = await findSocketDir(server);
  if (socketDir === undefined) return;
  const client = await connect(socketDir);
  const { rows } = await client.query('select pg_try_advisory_lock($1) as alone', [PRESENCE_LOCK]);
  if (rows[0]?.alone) {
    const args = ['stop', '-w', '-t', '60', '-s', '-m', 'fast', '-D', server.cluster];
    await run(server.binaries.pgCtl, args, { account: server.home.account, capture: false });
  }
  await client.end().catch(() => undefined);
};

/**
 * Starts the embedded PostgreSQL of `dataDir`, or joins the one that runs there. While it is held,
 * a server that dies is started again. Throws EmbeddedError, in words for the operator.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { dataDir, log = () => undefined, settings = {} } = options;
  const home = await prepareHome(dataDir);
  const cluster = join(home.path, 'cluster');
  const server: Server = { home, binaries: await prepareBinaries(home), cluster, settings, log };
  const isNew = await makeCluster(server);
  await refuseOtherMajor(server);
  let presence = await enter(server);
  const { socketDir, wasRunning } = presence;
  await makeDatabase(presence.client);
  const { rows } = await presence.client.query('show server_version');

  let stopped = false;
  const stayPresent = () =>
    presence.client.on('end', async () => {
      while (!stopped) {
        log('the embedded database went away; starting it again');
        try {
          presence = await enter(server);
          if (stopped) await presence.client.end();
          else stayPresent();
          return;
        } catch (error) {
          log(`the embedded database does not start: ${(error as Error).message}`);
          await sleep(1_000);
        }
      }
    });
  stayPresent();
  return {
    connectionString: connectionTo(socketDir, DATABASE),
    version: rows[0]?.server_version,
    started: isNew ? 'new' : wasRunning ? 'reused' : 'existing',
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await presence.client.end().catch(() => undefined);
      await leave(server);
    },
  };
};
