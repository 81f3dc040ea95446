// Files that people uploaded. Their content never changes and is named by its SHA-256, so all backups share
// one copy of each: `<backupDir>/files/xx/<sha256>`.

import { link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { makeIdentity, readIdentity } from '../files/identity.ts';
import type { Say } from './backup-error.ts';
import type { Manifest, StoredFile } from './manifest.ts';
import {
  copyMeasured,
  forEach,
  isMissing,
  isSame,
  measureFile,
  packStream,
  syncFolder,
  unpackedLines,
} from './stored-files.ts';

export const UPLOADS_FILE = 'uploads.csv.zst';

type Upload = { sha256: string; sizeBytes: number };

const placeOf = (folder: string, sha256: string): string =>
  join(folder, sha256.slice(0, 2), sha256);

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });

/** The content that lies in a folder, by its hash. */
const listContent = async (folder: string): Promise<Set<string>> => {
  const found = new Set<string>();
  for (const shelf of await namesIn(folder)) {
    if (!/^[0-9a-f]{2}$/.test(shelf)) continue;
    for (const name of await namesIn(join(folder, shelf))) {
      if (/^[0-9a-f]{64}$/.test(name)) found.add(name);
    }
  }
  return found;
};

/**
 * Copies one content into a folder, whole or not at all. False when it is gone meanwhile, or is not what its
 * name says.
 */
const copyContent = async (from: string, to: string, sha256: string): Promise<boolean> => {
  const place = placeOf(to, sha256);
  const aside = `${place}.part`;
  await mkdir(join(to, sha256.slice(0, 2)), { recursive: true, mode: 0o700 });
  await rm(aside, { force: true });
  try {
    const { sha256: found } = await copyMeasured(placeOf(from, sha256), aside);
    if (found !== sha256) return false;
    await link(aside, place);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'EEXIST') return true;
    if (code === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
};

/** Copies what `to` lacks; answers the hashes of what could not be copied. */
export const copyUploads = async (from: string, to: string, say: Say): Promise<string[]> => {
  const kept = await listContent(to);
  const missing = [...(await listContent(from))].filter((sha256) => !kept.has(sha256));
  if (missing.length === 0) return [];
  say(`复制上传的文件 ${missing.length} 个`, `copying ${missing.length} uploaded files`);
  const failed: string[] = [];
  await forEach(missing, async (sha256) => {
    if (!(await copyContent(from, to, sha256))) failed.push(sha256);
  });
  for (const shelf of new Set(missing.map((sha256) => sha256.slice(0, 2)))) {
    await syncFolder(join(to, shelf)).catch(() => undefined);
  }
  return failed;
};

/** Writes the list of the uploads that belong to a backup: those that lie in the store now. */
export const storeUploadList = async (
  store: string,
  pool: string,
  folder: string,
): Promise<{ uploads: Manifest['uploads']; files: StoredFile[] }> => {
  const identity = await readIdentity({ kind: 'disk', folder: store });
  if (identity === null) return { uploads: { kind: 'elsewhere' }, files: [] };
  const kept = await listContent(pool);
  const uploads: Upload[] = [];
  for (const sha256 of [...(await listContent(store))].filter((name) => kept.has(name)).sort()) {
    uploads.push({ sha256, sizeBytes: (await stat(placeOf(pool, sha256))).size });
  }
  const lines = uploads.map(({ sha256, sizeBytes }) => `${sha256},${sizeBytes}\n`);
  const measured = await packStream(Readable.from(lines), join(folder, UPLOADS_FILE));
  const sizeBytes = uploads.reduce((sum, upload) => sum + upload.sizeBytes, 0);
  return {
    uploads: { kind: 'disk', identity, count: uploads.length, sizeBytes },
    files: [{ path: UPLOADS_FILE, ...measured }],
  };
};

/** The uploads of a backup. */
export const readUploadList = async (folder: string): Promise<Upload[]> => {
  const uploads: Upload[] = [];
  for await (const line of unpackedLines(join(folder, UPLOADS_FILE))) {
    const [sha256 = '', sizeBytes] = line.split(',');
    uploads.push({ sha256, sizeBytes: Number(sizeBytes) });
  }
  return uploads;
};

/** The uploads of which the pool does not hold the very content. */
export const listDamagedUploads = async (
  pool: string,
  uploads: readonly Upload[],
): Promise<string[]> => {
  const damaged: string[] = [];
  await forEach(uploads, async (upload) => {
    const place = placeOf(pool, upload.sha256);
    if (!isSame(await measureFile(place), upload)) damaged.push(upload.sha256);
  });
  return damaged;
};

/** Removes the content that no backup names. */
export const pruneUploads = async (pool: string, named: ReadonlySet<string>): Promise<void> => {
  for (const sha256 of await listContent(pool)) {
    if (!named.has(sha256)) await rm(placeOf(pool, sha256), { force: true });
  }
};

/**
 * Puts the uploads of the backups that `store` lacks back into it, and makes the store when there is none.
 * What lies there already stays.
 */
export const restoreUploads = async (
  pool: string,
  store: string,
  identity: string,
  say: Say,
): Promise<void> => {
  await mkdir(store, { recursive: true, mode: 0o700 });
  const found = await readIdentity({ kind: 'disk', folder: store });
  if (found === null) await makeIdentity(store, identity);
  else if (found !== identity) {
    say(
      `${store} 是另一个数据库的文件夹，上传的文件没有恢复：请另设 FILES_DIR`,
      `${store} holds the uploads of another database; none were restored: set another FILES_DIR`,
    );
    return;
  }
  for (const sha256 of await copyUploads(pool, store, say)) {
    say(`上传的文件已损坏：${sha256}`, `an uploaded file is damaged in the backup: ${sha256}`);
  }
};
