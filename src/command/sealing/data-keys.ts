// The file of keys at the start: made once, and needed from then on.

import type pg from 'pg';
import { countByKey } from '../../db/sealed-columns.ts';
import type { Entropy } from '../../entropy.ts';
import type { Cipher } from '../../sealing/keys.ts';
import { DataKeysError, makeDataKeys, newDataKey, readDataKeys } from '../../sealing/keys.ts';

/**
 * Makes the file of keys where there is none and nothing is sealed yet; true when it did. Throws DataKeysError
 * for a file that is open to others or no sound one, and when values are sealed by keys that it does not have.
 */
export async function prepareDataKeys(
  pool: pg.Pool,
  { path, cipher }: { path: string; cipher: Cipher },
  entropy: Entropy,
): Promise<boolean> {
  const used = [...(await countByKey(pool)).keys()];
  const keys = readDataKeys(path);
  const missing = used.filter((id) => keys?.some((key) => key.id === id) !== true);
  if (missing.length > 0) {
    throw new DataKeysError(
      `数据库中有以密钥 ${missing.join('、')} 封存的内容，而 ${path} 没有这一密钥：请从另存的副本恢复密钥文件，或以 DATA_KEYS_FILE 指明。`,
      `The database has values sealed by the key ${missing.join(', ')}, which ${path} does not have: restore the file of keys from the copy that you keep apart, or name it by DATA_KEYS_FILE.`,
    );
  }
  if (keys !== null) return false;
  makeDataKeys(path, newDataKey(cipher, entropy));
  return true;
}
