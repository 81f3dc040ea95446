// `npm run restore`: the database of a backup, recovered beside the one that is there, takes its place. The
// one that was there is set aside and never removed.

import { lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { isEmbeddedRunning, stopAbandoned } from '../db/embedded/embedded.ts';
import { makeFolder } from '../db/embedded/postgres-binaries.ts';
import { BackupError, type Say } from './backup-error.ts';
import { findDataKeys } from './data-keys.ts';
import type { Manifest } from './manifest.ts';
import { checkFiles, checkUploads, chooseRecovery, recover, type Target } from './recovery.ts';
import { uploadsFolder } from './shelf.ts';
import { syncFolder } from './stored-files.ts';
import { tryLogs } from './trial.ts';
import { restoreUploads } from './uploads.ts';

const RESTORING = '.restoring';

export type Restore = {
  dataDir: string;
  backupDir: string;
  /** The folder of uploads; null when they lie in a store in the network. */
  uploads: string | null;
  target: Target;
  say: Say;
};

export type Restored = {
  backup: string;
  timeline: number;
  /** Where the database is that was there before; null when there was none. */
  setAside: string | null;
  /** The ids of the keys that open what is sealed. */
  dataKeys: string[];
  /** What is wrong with the restored logs. */
  faults: string[];
};

const assertFree = async (dataDir: string): Promise<void> => {
  if (!(await isEmbeddedRunning(dataDir))) return;
  throw new BackupError(
    `${dataDir} 中的数据库正在运行：请先停止服务。`,
    `The database in ${dataDir} is running: stop the service first.`,
  );
};

const assertWhole = (faults: readonly string[]): void => {
  if (faults.length === 0) return;
  throw new BackupError(
    `备份不完整，没有恢复任何内容：\n  ${faults.join('\n  ')}`,
    'The backup is not whole; nothing was restored. Choose another one.',
  );
};

/** Reads an instant, `latest`, or else the name of a backup. */
export const readTarget = (text: string): Target => {
  if (text === 'latest') return { kind: 'latest' };
  if (!/^\d{4}-\d\d-\d\d[T ]/.test(text)) return { kind: 'backup', name: text };
  try {
    return { kind: 'instant', instant: Temporal.Instant.from(text).toString() };
  } catch {
    throw new BackupError(
      `${text} 不是带时区的时刻，应形如 2026-11-29T10:18:00+08:00。`,
      `${text} is no instant with an offset, such as 2026-11-29T10:18:00+08:00.`,
    );
  }
};

const describe = async (
  connectionString: string,
): Promise<Pick<Restored, 'timeline' | 'dataKeys'>> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ timeline: number }>(
      "select ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int as timeline",
    );
    return { timeline: rows[0]?.timeline ?? 0, dataKeys: await findDataKeys(client) };
  } finally {
    await client.end();
  }
};

/** Puts the recovered home into the place of the one that is there, which gets a name of its own. */
const swap = async (dataDir: string, name: string): Promise<string | null> => {
  const home = join(dataDir, 'postgresql');
  const isThere = (path: string) =>
    lstat(path).then(
      () => true,
      () => false,
    );
  let aside: string | null = null;
  if (await isThere(home)) {
    aside = `${home}-set-aside-before-${name}`;
    for (let again = 2; await isThere(aside); again += 1) {
      aside = `${home}-set-aside-before-${name}-${again}`;
    }
    await rename(home, aside);
  }
  await rename(join(dataDir, RESTORING, 'postgresql'), home);
  await syncFolder(dataDir);
  return aside;
};

const stemOf = (target: Target, manifest: Manifest): string =>
  target.kind === 'instant' ? target.instant.replaceAll(':', '').slice(0, 17) : manifest.name;

/**
 * Restores the database of `dataDir` to the target, and the uploads that are missing. Throws BackupError when
 * the folder is in use, when the backup is not whole, or when no backup leads to the target.
 */
export const restore = async (wish: Restore): Promise<Restored> => {
  const { dataDir, backupDir, uploads, target, say } = wish;
  await makeFolder(dataDir);
  await assertFree(dataDir);
  const recovery = await chooseRecovery(backupDir, target);
  const { manifest } = recovery;
  say(`校验备份 ${manifest.name} 的文件`, `checking the files of the backup ${manifest.name}`);
  assertWhole(await checkFiles(recovery, backupDir));
  const beside = join(dataDir, RESTORING);
  if (!(await stopAbandoned(beside))) {
    throw new BackupError(
      `另一恢复正在 ${beside} 中进行：请等它结束。`,
      `Another restore is under way in ${beside}: wait for its end.`,
    );
  }
  await rm(beside, { recursive: true, force: true });
  const embedded = await recover(recovery, beside, { backupDir, isTrial: false, say });
  let described: Pick<Restored, 'timeline' | 'dataKeys'>;
  let faults: string[];
  try {
    described = await describe(embedded.superuser);
    faults = await tryLogs(embedded.superuser, say);
  } finally {
    await embedded.stop();
  }
  await assertFree(dataDir);
  const setAside = await swap(dataDir, stemOf(target, manifest));
  await rm(beside, { recursive: true, force: true });
  if (uploads !== null && manifest.uploads.kind === 'disk') {
    faults.push(...(await checkUploads(recovery, backupDir)));
    await restoreUploads(uploadsFolder(backupDir), uploads, manifest.uploads.identity, say);
  }
  return { backup: manifest.name, ...described, setAside, faults };
};
