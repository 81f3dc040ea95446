// Documents that are zip archives: DOCX, XLSX and OFD. Everything in them is unpacked once, within a bound, and
// what a document brings along besides text and pictures is looked at by its first bytes.

import { TooLargeArchive, unzipEntries } from '../archives/zip-entries.ts';
import { embeddedCompoundFault, isCompound } from './compound.ts';
import type { ContentFault, MediaType } from './kinds.ts';

/** A document of 500 pages with a picture on each has fewer. */
const PACKAGE_ENTRIES_MAX = 2_000;
/** The memory that a thread holds beside its heap for one document. */
const PACKAGE_UNPACKED_BYTES_MAX = 64 * 1024 * 1024;
/** A chart brings its workbook along, and that brings nothing. */
const NESTED_MAX = 1;

/** The kind of a document, or why it is not taken in. */
export function readPackage(sent: Buffer): { mediaType: MediaType } | { fault: ContentFault } {
  return read(sent, { left: PACKAGE_UNPACKED_BYTES_MAX, depth: 0 });
}

type Bounds = { left: number; depth: number };

function read(sent: Buffer, bounds: Bounds): { mediaType: MediaType } | { fault: ContentFault } {
  let files: { [name: string]: Uint8Array };
  try {
    const limits = { entriesMax: PACKAGE_ENTRIES_MAX, bytesMax: bounds.left };
    files = unzipEntries(sent, limits, () => true);
  } catch (error) {
    return { fault: error instanceof TooLargeArchive ? 'too-large' : 'broken' };
  }
  for (const content of Object.values(files)) bounds.left -= content.length;
  const mediaType = kindOf(files);
  if (mediaType === null) return { fault: 'unknown-type' };
  if (mediaType === 'active') return { fault: 'active' };
  for (const [name, content] of Object.entries(files)) {
    const fault = name.endsWith('.rels') ? remoteFault(content) : embeddedFault(content, bounds);
    if (fault !== null) return { fault };
  }
  return { mediaType };
}

const textOf = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);

function kindOf(files: { [name: string]: Uint8Array }): MediaType | 'active' | null {
  const types = files['[Content_Types].xml'];
  if (types === undefined) return files['OFD.xml'] === undefined ? null : 'application/ofd';
  const text = textOf(types);
  if (/macro|vbaProject|activeX/i.test(text)) return 'active';
  if (text.includes('wordprocessingml.document.main+xml')) {
    return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  }
  return text.includes('spreadsheetml.sheet.main+xml')
    ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    : null;
}

// A link waits for a click, and a workbook asks before it fetches another; everything else is fetched on opening.
const WAITS = /\/(?:hyperlink|image|externalLink\w*)$/;
const ELSEWHERE = /^(?:\\\\|\/\/|(?!file:)[a-z]{2,}:|file:(?!\/{0,3}[a-z]:[\\/]))/i;

/** Relationships that a program would follow to another machine as soon as the document is opened. */
function remoteFault(content: Uint8Array): ContentFault | null {
  for (const [tag] of textOf(content).matchAll(/<(?:\w+:)?Relationship\s[^>]*>/g)) {
    const attribute = (name: string): string =>
      new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1] ?? '';
    const isRemote =
      attribute('TargetMode') === 'External' && ELSEWHERE.test(attribute('Target').trim());
    if (isRemote && !WAITS.test(attribute('Type'))) return 'active';
  }
  return null;
}

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
/** Programs of Windows and Linux, and archives nobody looks into: RAR, 7z. */
const OTHERS = ['MZ', '\x7fELF', 'Rar!', '7z\xbc\xaf'].map((head) => Buffer.from(head, 'latin1'));

function embeddedFault(content: Uint8Array, bounds: Bounds): ContentFault | null {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const beginsWith = (head: Buffer) => bytes.subarray(0, head.length).equals(head);
  if (isCompound(bytes)) return embeddedCompoundFault(bytes);
  if (OTHERS.some(beginsWith)) return 'active';
  if (!beginsWith(ZIP)) return null;
  if (bounds.depth >= NESTED_MAX) return 'active';
  const nested = { left: bounds.left, depth: bounds.depth + 1 };
  const embedded = read(bytes, nested);
  bounds.left = nested.left;
  return 'fault' in embedded ? embedded.fault : null;
}
