// Sealed values on a real database: where they stand, how they are rotated, and what a kill leaves.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPerformer, type Performer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { forgetOldDataKey, rotateDataKeys } from '../../src/command/sealing/rotation.ts';
import { countByKey, SEALED_COLUMNS } from '../../src/db/sealed-columns.ts';
import { systemEntropy } from '../../src/entropy.ts';
import {
  DataKeysError,
  keysOfFile,
  makeDataKeys,
  newDataKey,
  readDataKeys,
} from '../../src/sealing/keys.ts';
import { createVault, SealBroken, type Vault } from '../../src/sealing/vault.ts';
import { openScene, type Scene } from '../support/scene.ts';

let scene: Scene;
/** Keys are the owner's business: no log-in of the service sees which there are. */
let owner: Performer;
let folder: string;
let path: string;
let vault: Vault;

beforeEach(async () => {
  scene = await openScene();
  owner = createPerformer(nouns, scene.pool, createReferenceCache());
  await scene.register({});
  folder = await mkdtemp(join(tmpdir(), 'chuangping-keys-'));
  path = join(folder, 'data-keys.json');
  makeDataKeys(path, newDataKey('aes-256-gcm', systemEntropy));
  vault = createVault(keysOfFile(path), systemEntropy);
});
afterEach(async () => {
  await scene.drop();
  await rm(folder, { recursive: true });
});

const yearAt = (row: string) => ({ table: 'candidate', row, column: 'birth_year' });

/** So many candidates, each with a year of birth, 1900 and on. */
async function seal(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => systemEntropy.newId());
  const { rows } = await scene.pool.query('select id from candidate limit 1');
  await scene.pool.query(
    `insert into subject
     select (jsonb_populate_record(s, jsonb_build_object('id', made.id))).*
       from subject s, unnest($1::text[]) made (id) where s.id = $2`,
    [ids, rows[0].id],
  );
  await scene.pool.query(
    `insert into candidate
     select (jsonb_populate_record(c, jsonb_build_object('id', made.id, 'person_name', made.id, 'person_key', made.id,
                                                         'birth_year', made.year))).*
       from candidate c, unnest($1::text[], $3::text[]) made (id, year) where c.id = $2`,
    [ids, rows[0].id, ids.map((id, index) => vault.seal(yearAt(id), String(1900 + (index % 100))))],
  );
  return ids;
}

const years = async (): Promise<Map<string, string>> => {
  const { rows } = await scene.pool.query<{ id: string; year: string }>(
    'select id, birth_year as year from candidate where birth_year is not null',
  );
  const now = createVault(keysOfFile(path), systemEntropy);
  return new Map(rows.map(({ id, year }) => [id, now.open(yearAt(id), year)]));
};

const rotation = (onChunk?: (rows: number) => void) => ({
  path,
  cipher: 'sm4-gcm' as const,
  entropy: systemEntropy,
  ...(onChunk === undefined ? {} : { onChunk }),
});

test('the list of sealed columns is that of the schema', async () => {
  const { rows } = await scene.pool.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
      where domain_name = 'sealed_text' and table_schema = 'public' order by 1, 2`,
  );
  expect(rows).toEqual(
    SEALED_COLUMNS.map(({ table, column }) => ({ table, column })).sort((a, b) =>
      `${a.table}.${a.column}` < `${b.table}.${b.column}` ? -1 : 1,
    ),
  );
});

test('a value that was moved to another row does not open', async () => {
  const [one = '', two = ''] = await seal(2);
  await scene.pool.query(
    'update candidate set birth_year = (select birth_year from candidate where id = $1) where id = $2',
    [one, two],
  );
  await expect(years()).rejects.toThrow(SealBroken);
});

test('after a rotation everything opens with the old key gone', async () => {
  await seal(1_203);
  const before = await years();
  const [old] = readDataKeys(path) ?? [];
  const { sealing, resealed } = await rotateDataKeys(owner, rotation());
  expect(resealed).toBe(1_203);
  expect(await countByKey(scene.pool)).toEqual(new Map([[sealing, 1_203]]));
  expect(await forgetOldDataKey(owner, path)).toBe(old?.id);
  expect(readDataKeys(path)).toMatchObject([{ id: sealing, cipher: 'sm4-gcm' }]);
  expect(await years()).toEqual(before);
  expect(await forgetOldDataKey(owner, path)).toBeNull();
});

test('a rotation that was killed goes on, and makes no third key', async () => {
  await seal(1_203);
  const before = await years();
  class Killed extends Error {}
  const dying = rotateDataKeys(
    owner,
    rotation((rows) => {
      if (rows > 0) throw new Killed();
    }),
  );
  await expect(dying).rejects.toThrow(Killed);
  const between = readDataKeys(path) ?? [];
  expect(between).toHaveLength(2);
  expect((await countByKey(scene.pool)).size, 'half is done').toBe(2);
  expect(await years(), 'and everything opens').toEqual(before);
  await expect(forgetOldDataKey(owner, path)).rejects.toThrow(DataKeysError);
  const { sealing } = await rotateDataKeys(owner, rotation());
  expect(sealing).toBe(between[0]?.id);
  expect((await countByKey(scene.pool)).size).toBe(1);
  await forgetOldDataKey(owner, path);
  expect(await years()).toEqual(before);
});

test('two rotations at once make one key', async () => {
  await seal(600);
  const before = await years();
  const done = await Promise.all([
    rotateDataKeys(owner, rotation()),
    rotateDataKeys(owner, rotation()),
  ]);
  expect(await years()).toEqual(before);
  expect(new Set(done.map(({ sealing }) => sealing)).size).toBe(1);
});

test('what a process seals by the old key while they are rotated is sealed anew too', async () => {
  await seal(600);
  const old = readDataKeys(path) ?? [];
  const late = createVault(() => old, systemEntropy);
  const [id = ''] = await seal(1);
  let isSealed = false;
  await rotateDataKeys(owner, {
    ...rotation(),
    onChunk: async (rows) => {
      // The last hundred of the candidates: the column has been gone through.
      if (isSealed || rows !== 101) return;
      isSealed = true;
      const sealed = late.seal(yearAt(id), '1999');
      await scene.pool.query('update candidate set birth_year = $2 where id = $1', [id, sealed]);
    },
  });
  await forgetOldDataKey(owner, path);
  expect((await years()).get(id)).toBe('1999');
});
