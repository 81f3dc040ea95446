// What whoever makes or restores a backup is told of the keys that it needs and that it does not have.

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tellDataKeys } from '../../src/backup/data-keys.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { type DataKey, makeDataKeys, newDataKey } from '../../src/sealing/keys.ts';

let root: string;
let key: DataKey;
let path: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chuangping-keys-'));
  key = newDataKey('aes-256-gcm', systemEntropy);
  path = join(root, 'data-keys.json');
  makeDataKeys(path, key);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const told = (needed: string[], file = path, backupDir = join(root, 'backups')) =>
  tellDataKeys(needed, { path: file, backupDir }).map(({ en }) => en);

test('a backup names the keys it needs, and that they are kept apart', () => {
  expect(told([])).toEqual([]);
  expect(told([key.id])).toEqual([
    `what is sealed opens with the key ${key.id}, which is in no backup: keep a copy of the file of keys, apart from the backups`,
  ]);
});

test('whoever has not the keys that a backup needs is told which is missing', async () => {
  for (const file of [path, join(root, 'nowhere.json')]) {
    const [, lacking] = told(['0a1b2c3d'], file);
    expect(lacking).toContain(`${file}) does not have the key 0a1b2c3d`);
  }
  await chmod(path, 0o644);
  expect(told([key.id])[1]).toContain('chmod 600 it');
  await chmod(path, 0o600);
});

test('keys that lie with the backups are warned of', () => {
  expect(told([key.id], path, root)[1]).toContain('lies in BACKUP_DIR');
  const inner = join(root, 'backups');
  expect(told([key.id], join(inner, 'deep', 'data-keys.json'), inner).at(-1)).toContain(
    'lies in BACKUP_DIR',
  );
});
