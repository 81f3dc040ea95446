// The identity of a store of files. A folder holds it in a file of its own, which moves and is copied with
// the content beside it.

import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemEntropy } from '../entropy.ts';

export type StorePlace =
  | { kind: 'disk'; folder: string }
  | { kind: 's3'; endpoint: string | undefined; region: string; bucket: string };

const NAME = '.store-id';

/**
 * The identity of a store; null when the folder belongs to no store yet. A store in the network is known by
 * its place.
 */
export async function readIdentity(place: StorePlace): Promise<string | null> {
  if (place.kind === 's3') return `${place.endpoint ?? `aws ${place.region}`} ${place.bucket}`;
  try {
    return (await readFile(join(place.folder, NAME), 'utf8')).trim();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes the folder the beginning of a store, or of the one that a backup remembers; the first process decides
 * its identity.
 */
export async function makeIdentity(
  folder: string,
  id = systemEntropy.newTimelessId(),
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = join(folder, `${NAME}.${systemEntropy.newTimelessId()}`);
  await writeFile(aside, `${id}\n`, { mode: 0o600, flush: true });
  try {
    await link(aside, join(folder, NAME));
    return id;
  } catch (error) {
    const made = await readIdentity({ kind: 'disk', folder });
    if (made === null) throw error;
    return made;
  } finally {
    await rm(aside, { force: true });
  }
}

/** The place of a store, in words for people. */
export const placeInWords = (place: StorePlace): string =>
  place.kind === 'disk'
    ? `${hostname()}:${place.folder}`
    : `${place.endpoint ?? place.region}/${place.bucket}`;
