// The file of keys at the start: made once, and needed from then on.

import type { KnownKey } from '../../db/data-keys.ts';
import { insertKnownKeys, listKnownKeys, lockDataKeys } from '../../db/data-keys.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { countByKey } from '../../db/sealed-columns.ts';
import type { Entropy } from '../../entropy.ts';
import type { Cipher, DataKey } from '../../sealing/keys.ts';
import {
  DataKeysError,
  fingerprintOf,
  makeDataKeys,
  newDataKey,
  readDataKeys,
} from '../../sealing/keys.ts';
import type { Performer } from '../kernel/batches.ts';

/** The keys as the database knows them. */
export const knownBy = (keys: readonly DataKey[]): KnownKey[] =>
  keys.map((key) => ({ id: key.id, fingerprint: fingerprintOf(key) }));

const isOneOf = (known: readonly KnownKey[], { id, fingerprint }: KnownKey): boolean =>
  known.some((key) => key.id === id && key.fingerprint === fingerprint);

/** Throws DataKeysError unless the file has the keys of what is sealed, and one at least that is known. */
async function assertOurs(tx: Tx, path: string, keys: readonly DataKey[] | null): Promise<void> {
  const used = [...(await countByKey(tx)).keys()];
  const missing = used.filter((id) => keys?.some((key) => key.id === id) !== true);
  if (missing.length > 0) {
    throw new DataKeysError(
      `数据库中有以密钥 ${missing.join('、')} 封存的内容，而 ${path} 没有这一密钥：请从另存的副本恢复密钥文件，或以 DATA_KEYS_FILE 指明。`,
      `The database has values sealed by the key ${missing.join(', ')}, which ${path} does not have: restore the file of keys from the copy that you keep apart, or name it by DATA_KEYS_FILE.`,
    );
  }
  const known = await listKnownKeys(tx);
  if (known.length === 0 || knownBy(keys ?? []).some((key) => isOneOf(known, key))) return;
  const ids = known.map(({ id }) => id);
  throw new DataKeysError(
    `此数据库用密钥 ${ids.join('、')} 封存（由另一台机器或更早的启动生成），而 ${path} 没有这一密钥：请把那份密钥文件复制过来。若它已遗失且尚未封存任何内容，请停止各处服务后执行 npm run keys:rotate -- --start-over。`,
    `This database is sealed by the key ${ids.join(', ')}, which another machine or an earlier start made and ${path} does not have: copy that file of keys here. If it is lost and nothing was sealed yet, stop the service everywhere and npm run keys:rotate -- --start-over.`,
  );
}

/**
 * Makes the file of keys where there is none and the database knows of no key; true when it did. Of several
 * processes at once, on one folder or on several, one makes it. Throws DataKeysError for a file that is open to
 * others, no sound one, or another database's, and when values are sealed by keys that it does not have.
 */
export const prepareDataKeys = (
  { administer }: Pick<Performer, 'administer'>,
  { path, cipher }: { path: string; cipher: Cipher },
  entropy: Entropy,
): Promise<boolean> =>
  administer(async (tx) => {
    await lockDataKeys(tx);
    const found = readDataKeys(path);
    await assertOurs(tx, path, found);
    if (found === null) makeDataKeys(path, newDataKey(cipher, entropy));
    await insertKnownKeys(tx, knownBy(readDataKeys(path) ?? []));
    return found === null;
  });
