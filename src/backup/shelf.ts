// The folder of backups: `base/<name>` is one that is whole, `base/.making-…` one that is being made or was
// cut off; `wal` the archive, `files` the uploads of all of them.

import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from './backup-error.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { chooseKept, dayOf } from './retention.ts';
import { isMissing, syncFolder, writeWhole } from './stored-files.ts';
import { pruneUploads, readUploadList } from './uploads.ts';
import { segmentOf, timelineOf } from './wal-files.ts';

const MAKING = '.making-';
const REMOVING = '.removing-';
const NAME = /^\d{4}-\d\d-\d\d-\d{6}(?:-\d+)?$/;

export const walFolder = (backupDir: string): string => join(backupDir, 'wal');
export const uploadsFolder = (backupDir: string): string => join(backupDir, 'files');
export const backupFolder = (backupDir: string, name: string): string =>
  join(backupDir, 'base', name);

/** The names of the whole backups, the oldest first. */
export const listBackups = async (backupDir: string): Promise<string[]> => {
  const names = await readdir(join(backupDir, 'base')).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names.filter((name) => NAME.test(name)).sort();
};

/** The newest backup, or the named one. Throws BackupError when there is none. */
export const findBackup = async (backupDir: string, name?: string): Promise<string> => {
  const names = await listBackups(backupDir);
  const found = name === undefined ? names.at(-1) : names.find((one) => one === name);
  if (found !== undefined) return found;
  throw new BackupError(
    `${backupDir} 中没有${name === undefined ? '' : `名为 ${name} 的`}备份。现有：${names.join('、') || '无'}。`,
    `There is no backup${name === undefined ? '' : ` named ${name}`} in ${backupDir}. There are: ${names.join(', ') || 'none'}.`,
  );
};

/** A folder in which a backup is made, and the name it will have. */
export const beginBackup = async (
  backupDir: string,
  at: string,
): Promise<{ name: string; folder: string }> => {
  const base = join(backupDir, 'base');
  await mkdir(base, { recursive: true, mode: 0o700 });
  const taken = await readdir(base);
  for (const left of taken) {
    if (left.startsWith(MAKING) || left.startsWith(REMOVING)) {
      await rm(join(base, left), { recursive: true, force: true });
    }
  }
  const time = Temporal.Instant.from(at).toZonedDateTimeISO('Asia/Shanghai');
  const clock = time.toPlainTime().toString({ smallestUnit: 'second' }).replaceAll(':', '');
  const stem = `${time.toPlainDate()}-${clock}`;
  const again = taken.filter((name) => name.startsWith(stem)).length;
  const name = again === 0 ? stem : `${stem}-${again + 1}`;
  const folder = join(base, `${MAKING}${name}`);
  await mkdir(folder, { mode: 0o700 });
  return { name, folder };
};

/** Gives a backup that is whole its name; from here on it counts. */
export const finishBackup = async (backupDir: string, name: string): Promise<void> => {
  const base = join(backupDir, 'base');
  await syncFolder(join(base, `${MAKING}${name}`));
  await rename(join(base, `${MAKING}${name}`), join(base, name));
  await syncFolder(base);
};

/** The WAL that some kept backup needs; from `since` on all of it. */
const needsWal =
  (kept: readonly Manifest[], since: Manifest | undefined) =>
  (name: string): boolean =>
    (since !== undefined && segmentOf(name) >= segmentOf(since.firstWal)) ||
    kept.some(
      ({ firstWal, lastWal }) =>
        timelineOf(name) === timelineOf(firstWal) &&
        segmentOf(name) >= segmentOf(firstWal) &&
        segmentOf(name) <= segmentOf(lastWal),
    );

/**
 * Removes what is kept no longer: backups, then the WAL and the uploads that no other one needs. A backup
 * whose manifest cannot be read stays, and so does all that it might need. Answers the names removed.
 */
export const prune = async (backupDir: string): Promise<string[]> => {
  const names = await listBackups(backupDir);
  const { kept, daily } = chooseKept(names);
  const removed = names.filter((name) => !kept.includes(name));
  const base = join(backupDir, 'base');
  for (const name of removed) {
    // Renamed first, so that a half removed one never looks whole.
    await rename(join(base, name), join(base, `${REMOVING}${name}`));
    await rm(join(base, `${REMOVING}${name}`), { recursive: true, force: true });
  }
  const manifests: Manifest[] = [];
  const uploads = new Set<string>();
  try {
    for (const name of kept) {
      const manifest = await readManifest(join(base, name));
      manifests.push(manifest);
      if (manifest.uploads.kind !== 'disk') continue;
      for (const { sha256 } of await readUploadList(join(base, name))) uploads.add(sha256);
    }
  } catch {
    return removed;
  }
  const isNeeded = needsWal(
    manifests,
    manifests.find(({ name }) => name === daily[0]),
  );
  for (const file of await readdir(walFolder(backupDir))) {
    // Beside the segments lie their own backup's labels and ends of abandoned timelines.
    const [, name] = /^([0-9A-F]{24})(?:\..+)?\.gz$/.exec(file) ?? [];
    if (name && !isNeeded(name)) await rm(join(walFolder(backupDir), file), { force: true });
  }
  await pruneUploads(uploadsFolder(backupDir), uploads);
  return removed;
};

const VERIFIED = 'verified.json';

/** Notes beside a backup what its verification found; nothing is good. */
export const noteVerified = (backupDir: string, name: string, faults: readonly string[]) =>
  writeWhole(join(backupFolder(backupDir, name), VERIFIED), `${JSON.stringify({ faults })}\n`);

/** What the last verification of a backup found; null when there was none. */
export const findVerified = async (backupDir: string, name: string): Promise<string[] | null> => {
  const place = join(backupFolder(backupDir, name), VERIFIED);
  const text = await readFile(place, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text).faults as string[]);
};

/** True when a backup was made on this day (Beijing time) or later. */
export const hasBackupSince = async (backupDir: string, day: string): Promise<boolean> =>
  dayOf((await listBackups(backupDir)).at(-1) ?? '') >= day;
