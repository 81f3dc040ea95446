// Files of a backup: compressed (zstd), written through to the disk, and known by the SHA-256 of what lies
// there, so that `sha256sum` alone can check them.

import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { compose, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';

export type Measured = { sizeBytes: number; sha256: string };

/** Files that are worked on at once: the disk is kept busy, and memory is not. */
const FILES_AT_ONCE = 4;

export const isMissing = (error: unknown): boolean =>
  (error as { code?: unknown }).code === 'ENOENT';

/** A new file, which nobody else may read; it is on the disk when it is closed. */
const newFile = (path: string) =>
  createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });

const measuring = () => {
  const hash: Hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    through: async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    result: (): Measured => ({ sizeBytes, sha256: hash.digest('hex') }),
  };
};

/** Compresses what `source` gives into a new file; answers size and hash of the compressed. */
export const packStream = async (source: Readable, to: string): Promise<Measured> => {
  const measure = measuring();
  await pipeline(source, createZstdCompress(), measure.through, newFile(to));
  return measure.result();
};

export const packFile = (from: string, to: string): Promise<Measured> =>
  packStream(createReadStream(from), to);

export const packText = (text: string, to: string): Promise<Measured> =>
  packStream(Readable.from([Buffer.from(text)]), to);

/** Copies a file as it is; answers size and hash. */
export const copyMeasured = async (from: string, to: string): Promise<Measured> => {
  const measure = measuring();
  await pipeline(createReadStream(from), measure.through, newFile(to));
  return measure.result();
};

/**
 * Decompresses into a new file; answers size and hash of the compressed. The file is not on the disk yet: a
 * recovery begins by writing the whole cluster through.
 */
export const unpackFile = async (from: string, to: string): Promise<Measured> => {
  const measure = measuring();
  const unpacked = createWriteStream(to, { flags: 'wx', mode: 0o600 });
  await pipeline(createReadStream(from), measure.through, createZstdDecompress(), unpacked);
  return measure.result();
};

/** The lines of a compressed text. */
export const unpackedLines = (path: string): AsyncIterable<string> => {
  const text = compose(createReadStream(path), createZstdDecompress());
  return createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
};

/** Size and hash of a file; null when there is none. */
export const measureFile = async (path: string): Promise<Measured | null> => {
  const measure = measuring();
  try {
    for await (const _ of measure.through(createReadStream(path)));
    return measure.result();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

export const isSame = (found: Measured | null, expected: Measured): boolean =>
  found?.sha256 === expected.sha256 && found.sizeBytes === expected.sizeBytes;

/** Makes what was written, renamed or removed in a folder last. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
};

/** Writes a small file whole or not at all, in place of one that may be there. */
export const writeWhole = async (path: string, text: string): Promise<void> => {
  const aside = `${path}.part`;
  await rm(aside, { force: true });
  await pipeline(Readable.from([text]), newFile(aside));
  await rename(aside, path);
  await syncFolder(dirname(path));
};

/** Does `work` for each item, a few at a time; the first failure ends it. */
export const forEach = async <Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker));
};
