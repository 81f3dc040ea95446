// A backup checked, unpacked, and recovered by PostgreSQL itself up to a target.

import { chown, lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { restoreCommand } from '../db/embedded/archive.ts';
import { type Embedded, startEmbedded } from '../db/embedded/embedded.ts';
import { type Home, prepareHome } from '../db/embedded/postgres-binaries.ts';
import { BackupError, type Say } from './backup-error.ts';
import { BASE } from './base-copy.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { backupFolder, listBackups, uploadsFolder, walFolder } from './shelf.ts';
import { forEach, isSame, measureFile, unpackFile } from './stored-files.ts';
import { listDamagedUploads, readUploadList } from './uploads.ts';
import {
  isWholeSegment,
  listArchived,
  readLsn,
  readTimelines,
  segmentOf,
  timelineOf,
  walName,
  walToTheEnd,
} from './wal-files.ts';

/** What a recovery may take; a week of WAL is replayed in minutes. */
const RECOVERY_MS_MAX = 24 * 3_600_000;

/** Where a recovery ends: at a backup's own restore point, at an instant, or with the last of the WAL. */
export type Target =
  | { kind: 'backup'; name: string }
  | { kind: 'instant'; instant: string }
  | { kind: 'latest' };

export type Recovery = {
  manifest: Manifest;
  folder: string;
  target: Target;
  /** Files of the WAL that the recovery reads. */
  wal: string[];
};

/**
 * Chooses the backup that a recovery to this target begins with: the newest that was whole before it. Throws
 * BackupError when there is none.
 */
export const chooseRecovery = async (backupDir: string, target: Target): Promise<Recovery> => {
  const wal = walFolder(backupDir);
  const [archived, timelines] = [await listArchived(wal), await readTimelines(wal)];
  const names = await listBackups(backupDir);
  for (const name of names.toReversed()) {
    if (target.kind === 'backup' && target.name !== name) continue;
    const folder = backupFolder(backupDir, name);
    const manifest = await readManifest(folder);
    if (target.kind === 'backup') {
      return { manifest, folder, target, wal: manifest.wal.map(({ path }) => path.slice(0, -3)) };
    }
    if (target.kind === 'instant' && Temporal.Instant.compare(manifest.at, target.instant) > 0) {
      continue;
    }
    const way = walToTheEnd(archived, timelines, manifest.firstWal, readLsn(manifest.wholeAtLsn));
    if (way !== null) return { manifest, folder, target, wal: way };
  }
  throw new BackupError(
    `没有可用于此目标的备份。现有：${names.join('、') || '无'}。`,
    `No backup leads to that. There are: ${names.join(', ') || 'none'}.`,
  );
};

/** What is wrong with the stored files of a recovery, one sentence each; the uploads are looked at apart. */
export const checkFiles = async (
  { manifest, folder, wal }: Recovery,
  backupDir: string,
): Promise<string[]> => {
  const faults: string[] = [];
  await forEach(manifest.files, async (file) => {
    const found = await measureFile(join(folder, file.path));
    if (isSame(found, file)) return;
    const zh = found === null ? '缺少文件' : '文件已损坏';
    const en = found === null ? 'a file is missing' : 'a file is damaged';
    faults.push(`${zh} · ${en}: ${manifest.name}/${file.path}`);
  });
  const known = new Map(manifest.wal.map((file) => [file.path, file]));
  await forEach(wal, async (name) => {
    const path = `${name}.gz`;
    const place = join(walFolder(backupDir), path);
    const found = await measureFile(place);
    const expected = known.get(path);
    if (found === null) faults.push(`缺少 WAL 文件 · a file of the WAL is missing: ${path}`);
    else if (expected ? !isSame(found, expected) : !(await isWholeSegment(place))) {
      faults.push(`WAL 文件已损坏 · a file of the WAL is damaged: ${path}`);
    }
  });
  return faults.sort();
};

/** What is wrong with the uploads of a backup. */
export const checkUploads = async (
  { manifest, folder }: Recovery,
  backupDir: string,
): Promise<string[]> => {
  if (manifest.uploads.kind !== 'disk') return [];
  const uploads = await readUploadList(folder);
  const damaged = await listDamagedUploads(uploadsFolder(backupDir), uploads);
  return damaged
    .sort()
    .map((sha256) => `上传的文件缺失或损坏 · an uploaded file is missing or damaged: ${sha256}`);
};

/** The WAL from a backup's end to the newest in the archive: what later instants are restored by. */
export const walAfter = async (backupDir: string, manifest: Manifest): Promise<string[]> => {
  const archived = await listArchived(walFolder(backupDir));
  const timeline = timelineOf(manifest.lastWal);
  const last = archived.filter((name) => timelineOf(name) === timeline).at(-1);
  const names: string[] = [];
  if (last === undefined) return names;
  for (let next = segmentOf(manifest.lastWal) + 1n; next <= segmentOf(last); next += 1n) {
    names.push(walName(timeline, next));
  }
  return names;
};

const unpack = async ({ manifest, folder }: Recovery, home: Home, say: Say): Promise<void> => {
  const cluster = join(home.path, 'cluster');
  const give = async (path: string): Promise<void> => {
    if (home.account) await chown(path, home.account.uid, home.account.gid);
  };
  say(`展开备份 ${manifest.name}`, `unpacking the backup ${manifest.name}`);
  for (const path of ['', ...manifest.folders]) {
    await mkdir(join(cluster, path), { mode: 0o700 });
    await give(join(cluster, path));
  }
  const files = manifest.files.filter(({ path }) => path.startsWith(`${BASE}/`));
  await forEach(files, async (file) => {
    const to = join(cluster, file.path.slice(BASE.length + 1, -'.zst'.length));
    const found = await unpackFile(join(folder, file.path), to);
    if (!isSame(found, file)) throw new Error(`${file.path} changed while it was read`);
    await give(to);
  });
  await writeFile(join(cluster, 'recovery.signal'), '', { flush: true, mode: 0o600 });
  await give(join(cluster, 'recovery.signal'));
};

const targetSettings = (target: Target): Record<string, string> => {
  switch (target.kind) {
    case 'backup':
      // What later timelines did is no part of it.
      return { recovery_target_name: target.name, recovery_target_timeline: 'current' };
    case 'instant':
      // PostgreSQL does not take a Z here.
      return { recovery_target_time: target.instant.replace('Z', '+00') };
    case 'latest':
      return {};
  }
};

/** Throws when the account that runs the recovered database is not the one that owns the archive. */
const assertOwner = async ({ account }: Home, backupDir: string): Promise<void> => {
  const { uid } = await lstat(walFolder(backupDir));
  const own = account?.uid ?? process.getuid?.();
  if (own === undefined || own === uid) return;
  throw new BackupError(
    `${walFolder(backupDir)} 属于用户 ${uid}，而恢复的数据库将由用户 ${own} 运行：请以服务的用户运行此命令。`,
    `${walFolder(backupDir)} belongs to user ${uid}, but user ${own} would run the restored database: run this command as the service's user.`,
  );
};

/**
 * Unpacks a backup into an empty `dataDir` and starts a database there, which recovers itself up to the
 * target. It archives nothing: its timeline joins the archive when the service starts with it. Throws
 * EmbeddedError when the WAL does not reach the target.
 */
export const recover = async (
  recovery: Recovery,
  dataDir: string,
  { backupDir, isTrial, say }: { backupDir: string; isTrial: boolean; say: Say },
): Promise<Embedded> => {
  const home = await prepareHome(dataDir);
  await assertOwner(home, backupDir);
  await unpack(recovery, home, say);
  say(
    `重放 WAL ${recovery.wal.length} 个文件`,
    `replaying ${recovery.wal.length} files of the WAL`,
  );
  return startEmbedded({
    dataDir,
    startTimeoutMs: RECOVERY_MS_MAX,
    settings: {
      ...targetSettings(recovery.target),
      restore_command: restoreCommand(backupDir),
      recovery_target_action: 'promote',
      // Nobody is let in before the target is reached.
      hot_standby: 'off',
      // What is thrown away need not outlive a power cut.
      ...(isTrial ? { fsync: 'off' } : {}),
    },
  });
};
