// The names in a PDF, in its plain parts and in its object streams, read in one pass: each search begins
// where the last one ended. This is no full parser: an object stream that cannot be opened is refused,
// because nobody can tell what it hides.

import { inflateSync } from 'node:zlib';

const ACTIVE = new Set(
  'JavaScript JS Launch OpenAction AA EmbeddedFile EmbeddedFiles RichMedia SubmitForm ImportData XFA'.split(
    ' ',
  ),
);
/** The names that are looked for are no longer than this. */
const NAME_LENGTH_MAX = 16;
/** Enough for a document of some 500,000 objects; an honest one of a township has some dozen. */
const STREAMS_MAX = 5_000;
/** The memory that a thread holds beside its heap during the search. */
const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

/** Why a PDF is not taken in; null when it is. */
export function pdfFault(sent: Buffer): 'broken' | 'encrypted' | 'active' | null {
  if (!sent.includes('%%EOF')) return 'broken';
  const heads: number[] = [];
  let isEncrypted = false;
  let isActive = false;
  forEachName(sent, (name, at) => {
    if (name === 'Encrypt') isEncrypted = true;
    else if (name === 'ObjStm') heads.push(at);
    else if (ACTIVE.has(name)) isActive = true;
  });
  if (isEncrypted) return 'encrypted';
  return isActive || heads.length > STREAMS_MAX || hidesActive(sent, heads) ? 'active' : null;
}

const SLASH = 0x2f;
const HASH = 0x23;

/**
 * Calls `tell` with each name and its place; letters may be hidden as `#4A`. Each byte is read twice at
 * most.
 */
function forEachName(bytes: Uint8Array, tell: (name: string, at: number) => void): void {
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== SLASH) continue;
    let name = '';
    let next = at + 1;
    while (next < bytes.length && name.length <= NAME_LENGTH_MAX) {
      const hex = bytes[next] === HASH ? hexAt(bytes, next + 1) : null;
      const code = hex ?? (bytes[next] as number);
      if (!isWord(code)) break;
      name += String.fromCharCode(code);
      next += hex === null ? 1 : 3;
    }
    if (name !== '' && name.length <= NAME_LENGTH_MAX) tell(name, at);
    at = next - 1;
  }
}

const isWord = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x5f;

function hexAt(bytes: Uint8Array, at: number): number | null {
  const [high, low] = [digitOf(bytes[at]), digitOf(bytes[at + 1])];
  return high === null || low === null ? null : high * 16 + low;
}

function digitOf(code = 0): number | null {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : null;
}

/** True when an object stream names active content, or cannot be looked through. `heads` ascend. */
function hidesActive(sent: Buffer, heads: readonly number[]): boolean {
  let left = INFLATED_BYTES_MAX;
  let begin = 0;
  let end = 0;
  let object = -1;
  let nextObject = sent.indexOf('obj');
  for (const head of heads) {
    // This head shares the stream of the head before.
    if (head < begin) continue;
    // Nobody can tell which of two heads is meant when one lies inside the other's content.
    if (head < end) return true;
    while (nextObject !== -1 && nextObject < head) {
      object = nextObject;
      nextObject = sent.indexOf('obj', object + 3);
    }
    begin = sent.indexOf('stream', head);
    if (object < end || begin === -1) return true;
    const from = begin + 6 + (sent[begin + 6] === 0x0d ? 2 : 1);
    const last = sent.indexOf('endstream', from);
    if (last === -1) return true;
    const content = open(sent.subarray(object, begin), sent.subarray(from, last), left);
    if (content === null || namesActive(content)) return true;
    left -= content.length;
    end = last;
  }
  return false;
}

function open(head: Buffer, body: Buffer, bytesMax: number): Buffer | null {
  let isPacked = false;
  forEachName(head, (name) => {
    if (name === 'Filter') isPacked = true;
  });
  if (!isPacked) return body.length <= bytesMax ? body : null;
  try {
    return inflateSync(body, { maxOutputLength: Math.max(bytesMax, 1) });
  } catch {
    return null;
  }
}

function namesActive(content: Buffer): boolean {
  let isActive = false;
  forEachName(content, (name) => {
    if (ACTIVE.has(name)) isActive = true;
  });
  return isActive;
}
