// The cluster of the embedded server: made once and whole, found, started and stopped by pg_ctl.

import { createHash } from 'node:crypto';
import { lstat, open, readdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemEntropy } from '../../entropy.ts';
import { EmbeddedError } from './embedded-error.ts';
import { type Binaries, type Home, run } from './postgres-binaries.ts';

export type Server = {
  home: Home;
  binaries: Binaries;
  cluster: string;
  settings: Record<string, string>;
  /** A start that takes longer has failed. */
  startTimeoutMs: number;
  log: (message: string) => void;
};

export const SUPERUSER = 'postgres';
// Recovery after a crash replays at most max_wal_size, well within this time.
export const START_TIMEOUT_MS = 300_000;
const STOP_TIMEOUT_MS = 60_000;
// sun_path holds 107 bytes and the socket's own name, "/.s.PGSQL.5432", takes 14 of them.
const SOCKET_DIR_BYTES_MAX = 93;
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
  log_min_messages: 'warning',
  // Without the row that was refused, which may name somebody.
  log_error_verbosity: 'terse',
};

/** Removes clusters that a killed service left half made. */
const sweep = async (home: Home) => {
  for (const name of await readdir(home.path)) {
    if (!/^\.(?:cluster|programs)-/.test(name)) continue;
    const path = join(home.path, name);
    const touched = await stat(path).then(({ mtimeMs }) => mtimeMs, Date.now);
    if (Date.now() - touched < ABANDONED_AFTER_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
};

/** Makes the cluster aside and moves it into place whole, so a kill leaves nothing half made. */
export const makeCluster = async ({
  home,
  binaries,
  cluster,
  log,
}: Omit<Server, 'settings' | 'startTimeoutMs'>): Promise<boolean> => {
  await sweep(home);
  if (await lstat(cluster).catch(() => undefined)) return false;
  log(`preparing a new database in ${home.path}`);
  const made = join(home.path, `.cluster-${systemEntropy.newTimelessId()}`);
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const { code, output } = await run(
    binaries.initdb,
    [`--pgdata=${made}`, `--username=${SUPERUSER}`, '--auth=trust', '--encoding=UTF8', ...locale],
    { account: home.account, capture: true },
  );
  if (code !== 0) {
    await rm(made, { recursive: true, force: true });
    throw new EmbeddedError(
      `PostgreSQL 无法在 ${home.path} 建立数据库：`,
      `PostgreSQL could not make a database in ${home.path}:\n${output}`,
    );
  }
  try {
    await rename(made, cluster);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another service on this DATA_DIR was first: a directory that is not empty is never replaced.
    if (await lstat(cluster).catch(() => undefined)) return false;
    throw error;
  }
  const folder = await open(home.path);
  await folder.sync().finally(() => folder.close());
  return true;
};

export const refuseOtherMajor = async ({ cluster, binaries }: Server) => {
  const major = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (major === binaries.major) return;
  throw new EmbeddedError(
    `${cluster} 中的数据库为 PostgreSQL ${major}，而现有程序为 ${binaries.major}：请以旧版本运行 npm run export，再以新版本、新的 DATA_DIR 运行 npm run import。`,
    `The database in ${cluster} is PostgreSQL ${major}, the programs here are ${binaries.major}: npm run export with the old release, then npm run import with the new one into a new DATA_DIR.`,
  );
};

/** The socket directory of the running server: '' while it starts, undefined when none runs. */
export const findSocketDir = async ({
  cluster,
}: Pick<Server, 'cluster'>): Promise<string | undefined> => {
  const pidFile = join(cluster, 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return undefined;
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  // The process of a server has its cluster as working directory. After a reboot, and almost always in a
  // container, the number belongs to another process, which would keep PostgreSQL from starting.
  // Where there is no /proc, PostgreSQL's own check has to do.
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(({ code }) =>
    code === 'ENOENT' && process.platform === 'linux'
      ? 'gone, or dead and not yet buried'
      : cluster,
  );
  if (cwd !== cluster) {
    await rm(pidFile, { force: true });
    return undefined;
  }
  return lines[4] ?? '';
};

/** The home's own `run`, or a short name in /tmp where that path is too long or needs quoting. */
const prepareSocketDir = async ({ home }: Server): Promise<string> => {
  const own = join(home.path, 'run');
  const fits = Buffer.byteLength(own) <= SOCKET_DIR_BYTES_MAX && /^[\w./-]+$/.test(own);
  const digest = createHash('sha256').update(home.path).digest('hex').slice(0, 16);
  const folder = fits ? own : `/tmp/chuangping-${digest}`;
  const owner = home.account?.uid ?? process.getuid?.();
  // The account itself makes the folder, so that nobody else owns it, not even for a moment.
  await run('/bin/mkdir', ['-m', '700', folder], { account: home.account, capture: true });
  const made = await lstat(folder);
  if (!made.isDirectory() || made.uid !== owner || (made.mode & 0o077) !== 0) {
    throw new EmbeddedError(
      `${folder} 不是本服务独占的目录：请删除后重新启动。`,
      `${folder} is not a directory of ours alone: remove it and start again.`,
    );
  }
  return folder;
};

export const readLogTail = async (home: Home) =>
  (await readFile(join(home.path, 'log'), 'utf8').catch(() => ''))
    .trim()
    .split('\n')
    .slice(-12)
    .join('\n');

export const tryStart = async (server: Server) => {
  const { home, binaries, cluster } = server;
  const logFile = join(home.path, 'log');
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(logFile, `${logFile}.1`);
  const socketDir = await prepareSocketDir(server);
  // Only a server of this cluster makes this file, and none runs: like postmaster.pid it may hold
  // another process's number by now. postmaster.pid keeps two servers that start at once apart.
  await rm(join(socketDir, '.s.PGSQL.5432.lock'), { force: true });
  const settings = {
    ...SETTINGS,
    unix_socket_directories: socketDir,
    ...server.settings,
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const wait = ['-w', '-t', `${server.startTimeoutMs / 1000}`, '-s'];
  const args = ['-D', cluster, '-l', logFile, '-o', ['-p 5432', ...options].join(' ')];
  const { code } = await run(binaries.pgCtl, ['start', ...wait, ...args], {
    account: home.account,
    capture: false,
  });
  return code === 0;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
};

/** Stops the server and waits for its end. */
export const stopServer = async ({
  binaries,
  cluster,
  home,
}: Pick<Server, 'binaries' | 'cluster' | 'home'>): Promise<void> => {
  const readPid = async (): Promise<number> =>
    Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => ''), 10);
  const pid = await readPid();
  await run(binaries.pgCtl, ['stop', '-W', '-s', '-m', 'fast', '-D', cluster], {
    account: home.account,
    capture: false,
  });
  // pg_ctl's own wait would mistake a server that another service starts meanwhile for the stopped one.
  const begunMs = performance.now();
  while ((await readPid()) === pid && isAlive(pid)) {
    if (performance.now() - begunMs > STOP_TIMEOUT_MS) return;
    await sleep(50);
  }
};
