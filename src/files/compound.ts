// A compound file (MS-CFB), in which WPS and the Office of 1997 keep texts and tables: told by the names in its
// directory. This is no full parser, and none of its content but a head is read.

import type { ContentFault, MediaType } from './kinds.ts';

const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
/** Sector numbers from here on mean that there is none. */
const SECTOR_MAX = 0xfffffffa;
const FAT_IN_HEADER = 109;

export const isCompound = (bytes: Uint8Array): boolean =>
  Buffer.compare(SIGNATURE, bytes.subarray(0, SIGNATURE.length)) === 0;

const ENCRYPTED = new Set(['EncryptedPackage', 'EncryptionInfo']);
/** Macros, and files of any kind packed into the document. */
const ACTIVE = new Set(['Macros', 'VBA', '_VBA_PROJECT', '_VBA_PROJECT_CUR', '\u0001Ole10Native']);

/** The kind of a compound file, or why it is not taken in. */
export function readCompound(sent: Buffer): { mediaType: MediaType } | { fault: ContentFault } {
  const entries = directoryOf(sent);
  if (entries === null) return { fault: 'broken' };
  const fault = faultOf(entries);
  if (fault !== null) return { fault };
  const text = entries.get('WordDocument');
  const table = entries.get('Workbook') ?? entries.get('Book');
  if (text !== undefined) {
    // Bit 8 of the flags at 10 (MS-DOC, FibBase): fEncrypted.
    const isEncrypted = text.length < 12 || (text.readUInt16LE(10) & 0x100) !== 0;
    return isEncrypted ? { fault: 'encrypted' } : { mediaType: 'application/msword' };
  }
  if (table === undefined) return { fault: 'unknown-type' };
  return isLocked(table) ? { fault: 'encrypted' } : { mediaType: 'application/vnd.ms-excel' };
}

/** Why an object embedded in another document is not taken in; null when it is. */
export function embeddedCompoundFault(sent: Buffer): ContentFault | null {
  const entries = directoryOf(sent);
  return entries === null ? 'broken' : faultOf(entries);
}

function faultOf(entries: ReadonlyMap<string, Buffer>): ContentFault | null {
  const names = [...entries.keys()];
  if (names.some((name) => ENCRYPTED.has(name))) return 'encrypted';
  return names.some((name) => ACTIVE.has(name)) ? 'active' : null;
}

/** The record after the first is FilePass (MS-XLS 2.4.117). */
function isLocked(head: Buffer): boolean {
  if (head.length < 8) return true;
  const next = 4 + head.readUInt16LE(2);
  return next + 2 <= head.length && head.readUInt16LE(next) === 0x2f;
}

/** The names in the directory, each with the first sector of its content; null for a broken file. */
function directoryOf(sent: Buffer): ReadonlyMap<string, Buffer> | null {
  if (sent.length < HEADER_BYTES * 2) return null;
  const shift = sent.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return null;
  const size = 1 << shift;
  const sectorAt = (index: number): Buffer => {
    const from = (index + 1) * size;
    return index < SECTOR_MAX ? sent.subarray(from, from + size) : Buffer.alloc(0);
  };
  const next = chainsOf(sent, size, sectorAt);
  const shortAt = (first: number, offset: number): Buffer => {
    let at = first;
    // A chain has no more sectors than the file, so that it ends also where it comes back to itself.
    const steps = Math.min(Math.floor(offset / size), sent.length / size);
    for (let step = 0; step < steps; step += 1) at = next(at);
    const from = offset % size;
    return sectorAt(at).subarray(from, from + SMALL_SECTOR_BYTES);
  };
  const entries = new Map<string, Buffer>();
  let small = SECTOR_MAX;
  const seen = new Set<number>();
  for (let at = sent.readUInt32LE(48); at < SECTOR_MAX; at = next(at)) {
    const sector = sectorAt(at);
    // A chain that comes back to itself, or leaves the file, is none.
    if (seen.has(at) || sector.length < ENTRY_BYTES) return null;
    seen.add(at);
    for (let from = 0; from + ENTRY_BYTES <= sector.length; from += ENTRY_BYTES) {
      const entry = sector.subarray(from, from + ENTRY_BYTES);
      const bytes = Math.min(Math.max(entry.readUInt16LE(64) - 2, 0), 62);
      const [start, length] = [entry.readUInt32LE(116), entry.readUInt32LE(120)];
      // The root's own content is where all short ones lie, one behind the other.
      if (entry[66] === ROOT) small = start;
      const isSmall = entry[66] === STREAM && length < SMALL_BYTES;
      const head = isSmall ? shortAt(small, start * SMALL_SECTOR_BYTES) : sectorAt(start);
      if (entry[66] !== FREE) entries.set(entry.toString('utf16le', 0, bytes), head);
    }
  }
  return entries;
}

const FREE = 0;
const STREAM = 2;
const ROOT = 5;
const SMALL_BYTES = 4096;
const SMALL_SECTOR_BYTES = 64;

/** The sector after a sector, as the file's table of allocation says. */
function chainsOf(
  sent: Buffer,
  size: number,
  sectorAt: (index: number) => Buffer,
): (sector: number) => number {
  const tables = Array.from({ length: FAT_IN_HEADER }, (_, i) => sent.readUInt32LE(76 + 4 * i));
  const perSector = size / 4;
  // Files over seven megabytes list further tables in sectors of their own.
  const seen = new Set<number>();
  let list = sent.readUInt32LE(68);
  while (list < SECTOR_MAX && !seen.has(list)) {
    seen.add(list);
    const sector = sectorAt(list);
    if (sector.length < size) break;
    for (let i = 0; i < perSector - 1; i += 1) tables.push(sector.readUInt32LE(4 * i));
    list = sector.readUInt32LE(size - 4);
  }
  return (sector) => {
    const table = sectorAt(tables[Math.floor(sector / perSector)] ?? SECTOR_MAX);
    const at = (sector % perSector) * 4;
    return at + 4 <= table.length ? table.readUInt32LE(at) : SECTOR_MAX;
  };
}
