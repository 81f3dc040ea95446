// The entries of a zip archive, unpacked no further than a limit. The sizes that the archive states are not
// believed: fflate 0.8.3 inflates an entry to its end, however small its stated size (1.5 GB of zeros in
// 1.5 MB took 16 s), zlib stops at the limit.

import { inflateRawSync } from 'node:zlib';

export class TooLargeArchive extends Error {}

const END = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const DIRECTORY = 0x02014b50;
const DIRECTORY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const DEFLATED = 8;

type Limits = { entriesMax: number; bytesMax: number };

/**
 * The content of the entries that `wanted` names. Throws TooLargeArchive beyond a limit, RangeError or
 * zlib's error for bytes that are no archive or name an entry twice. Encrypted archives and Zip64 are not read.
 */
export function unzipEntries(
  bytes: Uint8Array,
  { entriesMax, bytesMax }: Limits,
  wanted: (name: string) => boolean,
): { [name: string]: Uint8Array } {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > entriesMax) throw new TooLargeArchive(`${count} entries`);
  const files: { [name: string]: Uint8Array } = Object.create(null);
  let left = bytesMax;
  let at = archive.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry += 1) {
    if (archive.readUInt32LE(at) !== DIRECTORY) throw new RangeError('no entry of a directory');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + DIRECTORY_BYTES, at + DIRECTORY_BYTES + nameLength);
    // Readers disagree on which of two is meant, so what was looked through is not what is opened.
    if (name in files) throw new RangeError('an entry twice');
    if (wanted(name)) {
      const content = contentOf(archive, at, left);
      left -= content.length;
      files[name] = content;
    }
    const extra = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    at += DIRECTORY_BYTES + nameLength + extra;
  }
  return files;
}

function endOf(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = archive.length - END_BYTES; at >= first; at -= 1) {
    if (archive.readUInt32LE(at) === END) return at;
  }
  throw new RangeError('no end of a directory');
}

function contentOf(archive: Buffer, at: number, bytesMax: number): Uint8Array {
  const isEncrypted = (archive.readUInt16LE(at + 8) & 1) === 1;
  const method = archive.readUInt16LE(at + 10);
  const packed = archive.readUInt32LE(at + 20);
  const local = archive.readUInt32LE(at + 42);
  if (isEncrypted || archive.readUInt32LE(local) !== LOCAL) throw new RangeError('no entry');
  const names = archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const from = local + LOCAL_BYTES + names;
  const content = archive.subarray(from, from + packed);
  if (content.length !== packed) throw new RangeError('the entry is cut off');
  if (method !== DEFLATED) {
    if (method !== 0) throw new RangeError(`packed by method ${method}`);
    if (packed > bytesMax) throw new TooLargeArchive(`${packed} bytes`);
    return content;
  }
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(bytesMax, 1) });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new TooLargeArchive(`more than ${bytesMax} bytes`);
  }
}
