// Sealed values: `<key>.<nonce, ciphertext and tag>`. A value opens only where it was sealed: table, row
// and column are authenticated with it, so that nobody can move one to another row.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Entropy } from '../entropy.ts';
import type { Cipher, DataKey } from './keys.ts';

export type SealedPlace = { table: string; row: string; column: string };

export type Open = (place: SealedPlace, sealed: string) => string;

export type Vault = {
  seal: (place: SealedPlace, text: string) => string;
  /** Throws KeyMissing when its key is not at hand, SealBroken when it was changed or moved. */
  open: Open;
  /**
   * A keyed hash of a text, however it is spaced, which stands beside its sealed value to find it again. `kind`
   * keeps equal texts of different columns apart.
   */
  mark: (kind: string, text: string) => string;
  /** The marks that the text may have: one for each live key. */
  marks: (kind: string, text: string) => string[];
};

export class SealBroken extends Error {
  override name = 'SealBroken';
}

export class KeyMissing extends Error {
  override name = 'KeyMissing';
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK_BYTES = 16;

/** How each cipher is used: the bytes of its key, and the hash that goes with it. */
const SUITES: { readonly [C in Cipher]: { keyBytes: number; hash: string } } = {
  'aes-256-gcm': { keyBytes: 32, hash: 'sha256' },
  'sm4-gcm': { keyBytes: 16, hash: 'sm3' },
};

// GB/T 32907 in GCM is OpenSSL's own; the types of Node know AES only.
const asKnown = (cipher: Cipher) => cipher as 'aes-256-gcm';

const derive = ({ cipher, secret }: DataKey, use: 'seal' | 'mark'): Buffer => {
  const { keyBytes, hash } = SUITES[cipher];
  const size = use === 'seal' ? keyBytes : 32;
  return Buffer.from(hkdfSync(hash, secret, '', `chuangping ${use}`, size));
};

const placeBytes = ({ table, row, column }: SealedPlace): Buffer =>
  Buffer.from(`${table}/${row}/${column}`);

/** The id of the key that a value was sealed by. */
export const keyIdOf = (sealed: string): string => sealed.split('.', 1)[0] ?? '';

/** A vault on these keys, the first of which seals; they are asked for each time. */
export function createVault(keys: () => readonly DataKey[], { bytes }: Entropy): Vault {
  // Deriving takes longer than sealing.
  const derived = new WeakMap<DataKey, { seal: Buffer; mark: Buffer }>();
  const keysOf = (key: DataKey) => {
    const known = derived.get(key) ?? { seal: derive(key, 'seal'), mark: derive(key, 'mark') };
    derived.set(key, known);
    return known;
  };
  const sealing = (): DataKey => {
    const [first] = keys();
    if (first === undefined) throw new KeyMissing('there is no key to seal with');
    return first;
  };
  const markBy = (key: DataKey, kind: string, text: string): string => {
    const { hash } = SUITES[key.cipher];
    const same = text.replaceAll(/[\s-]/g, '').toLowerCase();
    const mac = createHmac(hash, keysOf(key).mark).update(`${kind}\n${same}`).digest();
    return `${key.id}.${mac.subarray(0, MARK_BYTES).toString('base64url')}`;
  };

  return {
    seal: (place, text) => {
      const key = sealing();
      const nonce = bytes(NONCE_BYTES);
      const cipher = createCipheriv(asKnown(key.cipher), keysOf(key).seal, nonce, {
        authTagLength: TAG_BYTES,
      }).setAAD(placeBytes(place));
      const content = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `${key.id}.${Buffer.concat(content).toString('base64url')}`;
    },
    open: (place, sealed) => {
      const id = keyIdOf(sealed);
      const key = keys().find((one) => one.id === id);
      if (key === undefined) throw new KeyMissing(`no key ${id} for ${place.table}`);
      const content = Buffer.from(sealed.slice(id.length + 1), 'base64url');
      const end = content.length - TAG_BYTES;
      try {
        const nonce = content.subarray(0, NONCE_BYTES);
        const opening = createDecipheriv(asKnown(key.cipher), keysOf(key).seal, nonce, {
          authTagLength: TAG_BYTES,
        }).setAAD(placeBytes(place));
        opening.setAuthTag(content.subarray(end));
        const text = opening.update(content.subarray(NONCE_BYTES, end));
        return Buffer.concat([text, opening.final()]).toString('utf8');
      } catch (cause) {
        const where = `${place.table}/${place.row}/${place.column}`;
        throw new SealBroken(`what is sealed at ${where} does not open there`, { cause });
      }
    },
    mark: (kind, text) => markBy(sealing(), kind, text),
    marks: (kind, text) => keys().map((key) => markBy(key, kind, text)),
  };
}

/** For whoever only explains, and opens nothing. */
export const keptShut: Open = ({ table }) => {
  throw new KeyMissing(`nothing of ${table} is opened here`);
};
