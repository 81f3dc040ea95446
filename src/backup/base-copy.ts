// A copy of the cluster's files while the server works. What it changes meanwhile, the WAL makes good.

import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BackupError, type Say } from './backup-error.ts';
import type { StoredFile } from './manifest.ts';
import { forEach, isMissing, packFile, packStream } from './stored-files.ts';

/** The folder of the copy within a backup. */
export const BASE = 'cluster';

// Folders whose content belongs to the running server; a recovery makes it anew, but wants the folder.
const LEFT_EMPTY = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_dynshmem',
]);
const LEFT_OUT =
  /(?:^|\/)(?:postmaster\.(?:pid|opts)|pg_internal\.init[^/]*|pgsql_tmp[^/]*|current_logfiles[^/]*)$|^(?:backup_label|tablespace_map|recovery\.signal|standby\.signal)(?:\.old)?$/;
const CONTROL = 'global/pg_control';
const TELL_EVERY_MS = 5_000;

type Listing = { folders: string[]; files: { path: string; sizeBytes: number }[] };

const list = async (cluster: string, folder = '', found?: Listing): Promise<Listing> => {
  const listing = found ?? { folders: [], files: [] };
  const entries = await readdir(join(cluster, folder), { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (LEFT_OUT.test(path)) continue;
    if (entry.isDirectory()) {
      listing.folders.push(path);
      if (!LEFT_EMPTY.has(path)) await list(cluster, path, listing);
    } else if (entry.isFile()) {
      const found = await stat(join(cluster, path)).catch(() => undefined);
      if (found) listing.files.push({ path, sizeBytes: found.size });
    } else if (folder === 'pg_tblspc') {
      throw new BackupError(
        `数据库使用了表空间（${path}），备份不支持：请移回默认表空间。`,
        `The database has a tablespace (${path}), which the backup cannot take: move its tables back.`,
      );
    }
  }
  return listing;
};

/** The control file as one write of the server left it, and not half of the next. */
const readControl = async (cluster: string): Promise<Buffer> => {
  let before = await readFile(join(cluster, CONTROL));
  for (;;) {
    const again = await readFile(join(cluster, CONTROL));
    if (again.equals(before)) return again;
    before = again;
  }
};

const mebibytes = (sizeBytes: number): number => Math.ceil(sizeBytes / 1024 / 1024);

/**
 * Copies the cluster into `<folder>/cluster`, each file compressed on its own. To be called between
 * pg_backup_start and pg_backup_stop.
 */
export const copyCluster = async (
  cluster: string,
  folder: string,
  say: Say,
): Promise<{ folders: string[]; files: StoredFile[] }> => {
  const { folders, files } = await list(cluster);
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const path of ['', ...folders]) {
    await mkdir(join(folder, BASE, path), { recursive: true, mode: 0o700 });
  }
  const copied: StoredFile[] = [];
  let doneBytes = 0;
  let toldMs = performance.now();
  await forEach(files, async ({ path, sizeBytes }) => {
    const to = `${BASE}/${path}.zst`;
    try {
      const measured =
        path === CONTROL
          ? await packStream(Readable.from([await readControl(cluster)]), join(folder, to))
          : await packFile(join(cluster, path), join(folder, to));
      copied.push({ path: to, ...measured });
    } catch (error) {
      // The server removed the file meanwhile; the WAL says so, too.
      if (!isMissing(error) || !(await isMissingThere(join(cluster, path)))) throw error;
    }
    doneBytes += sizeBytes;
    if (performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    say(
      `复制数据库：${mebibytes(doneBytes)} / ${mebibytes(totalBytes)} MiB`,
      `copying the database: ${mebibytes(doneBytes)} of ${mebibytes(totalBytes)} MiB`,
    );
  });
  copied.sort((one, other) => (one.path < other.path ? -1 : 1));
  return { folders, files: copied };
};

const isMissingThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => false,
    (error) => isMissing(error),
  );
