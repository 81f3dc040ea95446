// Processes that start at once on a database that has no key yet.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPerformer, type Performer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { prepareDataKeys } from '../../src/command/sealing/data-keys.ts';
import { forgetAllDataKeys, rotateDataKeys } from '../../src/command/sealing/rotation.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { DataKeysError, readDataKeys, writeDataKeys } from '../../src/sealing/keys.ts';
import { createVault } from '../../src/sealing/vault.ts';
import { openScene, type Scene } from '../support/scene.ts';

let scene: Scene;
/** Keys are the owner's business: no log-in of the service sees which there are. */
let owner: Performer;
let root: string;
beforeEach(async () => {
  scene = await openScene();
  owner = createPerformer(nouns, scene.pool, createReferenceCache());
  root = await mkdtemp(join(tmpdir(), 'chuangping-first-keys-'));
});
afterEach(async () => {
  await scene.drop();
  await rm(root, { recursive: true });
});

const cipher = 'aes-256-gcm' as const;
const fileOf = (machine: string) => join(root, machine, 'data-keys.json');
const start = (machine: string) =>
  prepareDataKeys(owner, { path: fileOf(machine), cipher }, systemEntropy);

const knownIds = async () =>
  (await scene.pool.query('select id from data_key')).rows.map(({ id }) => id);

test('F13: of machines with folders of their own one makes the key, and the others do not start without it', async () => {
  const machines = ['甲', '乙', '丙', '丁'];
  const started = await Promise.allSettled(machines.map(start));
  const made = machines.filter((_, index) => started[index]?.status === 'fulfilled');
  expect(made).toHaveLength(1);
  for (const one of started.filter(({ status }) => status === 'rejected')) {
    expect(one).toMatchObject({ reason: expect.any(DataKeysError) });
    expect(one).toMatchObject({ reason: { message: expect.stringContaining('密钥文件复制过来') } });
  }
  const files = machines.flatMap((machine) => readDataKeys(fileOf(machine)) ?? []);
  expect(files.map(({ id }) => id)).toEqual(await knownIds());
  // The operator copies the file: the next start is like any other.
  const [other = ''] = machines.filter((machine) => !made.includes(machine));
  await mkdir(join(root, other));
  writeDataKeys(fileOf(other), files);
  expect(await start(other)).toBe(false);
});

test('F13: machines that share a folder make one key together', async () => {
  const made = await Promise.all([start('甲'), start('甲'), start('甲'), start('甲')]);
  expect(made.filter(Boolean)).toHaveLength(1);
  expect((readDataKeys(fileOf('甲')) ?? []).map(({ id }) => id)).toEqual(await knownIds());
});

test('F13: a key of the same id with another secret is not the database’s', async () => {
  await start('甲');
  const [key] = readDataKeys(fileOf('甲')) ?? [];
  if (key === undefined) throw new Error('no key was made');
  writeDataKeys(fileOf('甲'), [{ ...key, secret: systemEntropy.bytes(32) }]);
  await expect(start('甲')).rejects.toThrow(DataKeysError);
});

test('a rotation makes the new key known, and a machine with the file from before it still starts', async () => {
  await start('甲');
  const before = readDataKeys(fileOf('甲')) ?? [];
  await rotateDataKeys(owner, { path: fileOf('甲'), cipher, entropy: systemEntropy });
  expect(await start('甲')).toBe(false);
  expect(new Set(await knownIds())).toEqual(
    new Set((readDataKeys(fileOf('甲')) ?? []).map(({ id }) => id)),
  );
  writeDataKeys(fileOf('甲'), before);
  expect(await start('甲')).toBe(false);
});

test('a file that was lost is made anew on demand while nothing is sealed, and never after', async () => {
  await start('甲');
  await rm(fileOf('甲'));
  await expect(start('甲')).rejects.toThrow('--start-over');
  await forgetAllDataKeys(owner);
  expect(await start('甲')).toBe(true);
  const candidate = await scene.register({});
  const vault = createVault(() => readDataKeys(fileOf('甲')) ?? [], systemEntropy);
  const place = { table: 'candidate', row: candidate, column: 'birth_year' };
  await scene.pool.query('update candidate set birth_year = $1 where id = $2', [
    vault.seal(place, '1970'),
    candidate,
  ]);
  await expect(forgetAllDataKeys(owner)).rejects.toThrow(DataKeysError);
});
