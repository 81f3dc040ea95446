// Files on local disk: written beside their place, synced, and moved into it, so that a reader finds all of
// a file or none; two writers of the same content leave one file.

import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemEntropy } from '../entropy.ts';
import { readIdentity } from './identity.ts';
import type { FileStore } from './store.ts';
import { StoreUnavailable } from './store.ts';

const isMissing = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT';

/**
 * A store below this folder, which `makeIdentity` made. A folder without its mark is not ours: a share that
 * is not mounted leaves an empty folder behind, and nothing is written there.
 */
export function createDiskStore(folder: string): FileStore {
  const placeOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a SHA-256');
    return join(folder, sha256.slice(0, 2), sha256);
  };
  return {
    put: async (sha256, content) => {
      const place = placeOf(sha256);
      const there = await stat(place).catch((error) => (isMissing(error) ? null : fail(error)));
      if (there?.size === content.length) return;
      if ((await readIdentity({ kind: 'disk', folder })) === null) {
        throw new StoreUnavailable(`the store of files is not at ${folder}`);
      }
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      const aside = `${place}.${systemEntropy.newTimelessId()}`;
      try {
        await writeSynced(aside, content);
        await rename(aside, place);
        await syncFolder(dirname(place));
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
    },
    get: (sha256) =>
      readFile(placeOf(sha256)).catch((error) => (isMissing(error) ? null : fail(error))),
    delete: (sha256) => rm(placeOf(sha256), { force: true }),
  };
}

const fail = (error: unknown): never => {
  throw error;
};

async function writeSynced(path: string, content: Buffer): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
