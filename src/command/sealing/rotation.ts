// The rotation of the keys that seal: a new key first, then every value anew, in transactions of some
// hundred rows. Whatever ends it, the next run goes on; the key before stays readable until it is forgotten.

import {
  deleteKnownKeys,
  insertKnownKeys,
  listKnownKeys,
  lockDataKeys,
} from '../../db/data-keys.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { SealedColumn } from '../../db/sealed-columns.ts';
import { countByKey, lockSealed, SEALED_COLUMNS, updateSealed } from '../../db/sealed-columns.ts';
import type { Entropy } from '../../entropy.ts';
import type { Cipher } from '../../sealing/keys.ts';
import {
  DataKeysError,
  keysOfFile,
  newDataKey,
  readDataKeys,
  writeDataKeys,
} from '../../sealing/keys.ts';
import type { Vault } from '../../sealing/vault.ts';
import { createVault } from '../../sealing/vault.ts';
import type { Performer } from '../kernel/batches.ts';
import { knownBy } from './data-keys.ts';

/** Rows sealed anew in one transaction. */
const ROTATED_ROWS_MAX = 500;

type Rotation = {
  /** The file of keys. */
  path: string;
  /** That of the new key. */
  cipher: Cipher;
  entropy: Entropy;
  /** Called after each transaction with the rows that it sealed anew. */
  onChunk?: (rows: number) => Promise<void> | void;
};

const noFile = (path: string) =>
  new DataKeysError(
    `没有密钥文件 ${path}：请先启动一次服务，或设 DATA_KEYS_FILE。`,
    `There is no file of keys ${path}: start the service once first, or set DATA_KEYS_FILE.`,
  );

/**
 * Seals every value by a new key; goes on with the rotation before when that was interrupted. Gives the id of
 * the key that seals now and how many values were sealed anew. Throws DataKeysError.
 */
export async function rotateDataKeys(
  { administer }: Pick<Performer, 'administer'>,
  { path, cipher, entropy, onChunk }: Rotation,
): Promise<{ sealing: string; resealed: number }> {
  const [sealing, old] = await administer(async (tx) => {
    await lockDataKeys(tx);
    const [current, before] = readDataKeys(path) ?? [];
    if (current === undefined) throw noFile(path);
    const left = before === undefined ? 0 : ((await countByKey(tx)).get(before.id) ?? 0);
    if (before !== undefined && left > 0) return [current, before];
    const made = newDataKey(cipher, entropy);
    await insertKnownKeys(tx, knownBy([made, current]));
    writeDataKeys(path, [made, current]);
    return [made, current];
  });
  const vault = createVault(keysOfFile(path), entropy);
  let resealed = 0;
  // A process may have sealed by the old key a moment ago, so the columns are gone through until none is left.
  while (((await administer(countByKey)).get(old.id) ?? 0) > 0) {
    for (const column of SEALED_COLUMNS) {
      for (let rows = ROTATED_ROWS_MAX; rows === ROTATED_ROWS_MAX; resealed += rows) {
        rows = await administer((tx) => resealSome(tx, vault, column, old.id));
        await onChunk?.(rows);
      }
    }
  }
  return { sealing: sealing.id, resealed };
}

async function resealSome(
  tx: Tx,
  vault: Vault,
  column: SealedColumn,
  keyId: string,
): Promise<number> {
  const rows = await lockSealed(tx, column, keyId, ROTATED_ROWS_MAX);
  const anew = rows.map(({ campaignId, id, sealed }) => {
    const place = { table: column.table, row: id, column: column.column };
    const text = vault.open(place, sealed);
    const mark = column.mark === undefined ? null : vault.mark(column.mark.kind, text);
    return { campaignId, id, sealed: vault.seal(place, text), mark };
  });
  if (anew.length > 0) await updateSealed(tx, column, anew);
  return rows.length;
}

/**
 * Takes the key before out of the file. Throws DataKeysError while a value is sealed by it; gives null when
 * there is none.
 */
export function forgetOldDataKey(
  { administer }: Pick<Performer, 'administer'>,
  path: string,
): Promise<string | null> {
  return administer(async (tx) => {
    await lockDataKeys(tx);
    const [current, before] = readDataKeys(path) ?? [];
    if (current === undefined) throw noFile(path);
    if (before === undefined) return null;
    const left = (await countByKey(tx)).get(before.id) ?? 0;
    if (left > 0) {
      throw new DataKeysError(
        `仍有 ${left} 项由密钥 ${before.id} 封存：请先运行 npm run keys:rotate。`,
        `${left} values are still sealed by ${before.id}: npm run keys:rotate first.`,
      );
    }
    await deleteKnownKeys(tx, [before.id]);
    writeDataKeys(path, [current]);
    return before.id;
  });
}

/**
 * Lets the next start make a file of keys: the one there was is lost, and nothing was sealed by it. Throws
 * DataKeysError when something was.
 */
export const forgetAllDataKeys = ({ administer }: Pick<Performer, 'administer'>): Promise<void> =>
  administer(async (tx) => {
    await lockDataKeys(tx);
    const sealed = [...(await countByKey(tx)).values()].reduce((sum, count) => sum + count, 0);
    if (sealed > 0) {
      throw new DataKeysError(
        `数据库中有 ${sealed} 项已封存的内容：须恢复密钥文件，不能另起。`,
        `The database has ${sealed} sealed values: restore their file of keys.`,
      );
    }
    const known = await listKnownKeys(tx);
    await deleteKnownKeys(
      tx,
      known.map(({ id }) => id),
    );
  });
