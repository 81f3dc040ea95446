// The keys that seal personal data: a file beside the database, never in it and never in its backup. The
// first key seals; the one after it only opens, until everything was sealed anew.

import { hash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Entropy } from '../entropy.ts';

export const CIPHERS = ['aes-256-gcm', 'sm4-gcm'] as const;
export type Cipher = (typeof CIPHERS)[number];

export type DataKey = {
  /** Eight hexadecimal digits, which stand before all that it sealed. */
  id: string;
  cipher: Cipher;
  /** 32 random bytes, of which the cipher's key is derived. */
  secret: Buffer;
};

/** Two live: the one that seals, and the one before it. */
export const LIVE_DATA_KEYS_MAX = 2;
const SECRET_BYTES = 32;
const ID = /^[0-9a-f]{8}$/;
// Write for the group, anything for all others. A group may read: secrets are mounted so.
const TOO_OPEN = 0o027;

/** The file of keys is missing, open to others, or no file of keys; the message is for the operator. */
export class DataKeysError extends Error {
  override name = 'DataKeysError';

  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
  }
}

const malformed = (path: string) =>
  new DataKeysError(
    `${path} 不是完好的密钥文件：请从另存的副本恢复。`,
    `${path} is no sound file of keys: restore it from the copy that you keep apart.`,
  );

/** Tells keys of one id apart, and nothing of the secret, which is random. */
export const fingerprintOf = ({ secret }: DataKey): string => hash('sha256', secret, 'hex');

export const newDataKey = (cipher: Cipher, { bytes }: Entropy): DataKey => ({
  id: bytes(4).toString('hex'),
  cipher,
  secret: bytes(SECRET_BYTES),
});

/**
 * The keys of the file, the one that seals first; null when there is no file. Throws DataKeysError for a
 * file that others may read or change, or that holds anything else.
 */
export function readDataKeys(path: string): DataKey[] | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (process.platform !== 'win32' && (found.mode & TOO_OPEN) !== 0) {
    throw new DataKeysError(
      `密钥文件 ${path} 可被他人读写：请执行 chmod 600。`,
      `Others may read or change the file of keys ${path}: chmod 600 it.`,
    );
  }
  const keys = keysIn(readFileSync(path, 'utf8'));
  if (keys === null) throw malformed(path);
  return keys;
}

function keysIn(text: string): DataKey[] | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const listed = (read as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > LIVE_DATA_KEYS_MAX) {
    return null;
  }
  const keys: DataKey[] = [];
  for (const one of listed as { id?: unknown; cipher?: unknown; secret?: unknown }[]) {
    const cipher = CIPHERS.find((name) => name === one?.cipher);
    const secret = Buffer.from(String(one?.secret), 'base64');
    if (cipher === undefined || secret.length !== SECRET_BYTES || !ID.test(String(one.id))) {
      return null;
    }
    keys.push({ id: String(one.id), cipher, secret });
  }
  return keys;
}

/** Writes a file that only its owner may read, and gives it this name with `place`. */
function writeBeside(
  path: string,
  keys: readonly DataKey[],
  place: (beside: string, path: string) => void,
): void {
  const kept = keys.map(({ id, cipher, secret }) => ({
    id,
    cipher,
    secret: secret.toString('base64'),
  }));
  const beside = `${path}.${keys.map(({ id }) => id).join('-')}`;
  const file = openSync(beside, 'w', 0o600);
  writeFileSync(file, `${JSON.stringify({ keys: kept }, null, 2)}\n`);
  fsyncSync(file);
  closeSync(file);
  place(beside, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Replaces the file at once or not at all. */
export const writeDataKeys = (path: string, keys: readonly DataKey[]): void =>
  writeBeside(path, keys, renameSync);

/** Makes the file, and its folder, where there is none. Of several that make one at once, the first one's stays. */
export function makeDataKeys(path: string, key: DataKey): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeBeside(path, [key], (beside) => {
    try {
      linkSync(beside, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(beside);
    }
  });
}

/**
 * Gives the keys of the file as they are now: `npm run keys:rotate` may replace it at any moment. While the
 * file cannot be read, the keys read last still hold.
 */
export function keysOfFile(path: string): () => readonly DataKey[] {
  let known: { stamp: string; keys: readonly DataKey[] } | null = null;
  return () => {
    const found = statSync(path, { throwIfNoEntry: false });
    const stamp = found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
    if (known !== null && (known.stamp === stamp || found === undefined)) return known.keys;
    const keys = readDataKeys(path);
    if (keys === null) {
      throw new DataKeysError(`没有密钥文件 ${path}。`, `There is no file of keys ${path}.`);
    }
    known = { stamp, keys };
    return keys;
  };
}
