// The file of keys, as an operator meets it: made once, needed from then on, rotated by a command.

import { copyFile, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { objectorAt } from '../../src/db/objection/objectors.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { keysOfFile } from '../../src/sealing/keys.ts';
import { createVault } from '../../src/sealing/vault.ts';
import { ADDRESS, openWorkshop, type Workshop } from '../support/workshop.ts';

let workshop: Workshop;
let file: string;
beforeEach(async () => {
  workshop = await openWorkshop();
  file = join(workshop.dataDir, 'data-keys.json');
});
afterEach(() => workshop.close());

const settings = () => ({
  DATABASE_URL: workshop.database.connectionString,
  DATA_DIR: workshop.dataDir,
  LOG_LEVEL: 'info',
});

const id = systemEntropy.newId();

/** An objector's name sealed by the key of the file, of an objection that nobody needs here. */
async function sealOne(): Promise<void> {
  const vault = createVault(keysOfFile(file), systemEntropy);
  const sealed = vault.seal(objectorAt(id, 'name'), '刘某');
  await workshop.database.pool.query(
    `set session_replication_role = replica;
     insert into objector (campaign_id, id, name) values ('${id}', '${id}', '${sealed}');
     set session_replication_role = default`,
  );
}

async function nameNow(): Promise<string> {
  const { rows } = await workshop.database.pool.query('select name from objector');
  return createVault(keysOfFile(file), systemEntropy).open(objectorAt(id, 'name'), rows[0].name);
}

test('without the keys of what is sealed the service does not start, and says what to do', async () => {
  const first = workshop.launch(settings());
  await first.says('已生成密钥文件');
  await first.says(ADDRESS);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await first.end()).toBe(0);
  await sealOne();
  const kept = `${file}.kept`;
  await copyFile(file, kept);
  await rm(file);
  const second = workshop.launch(settings());
  expect(await second.ended()).toBe(1);
  expect(second.said()).toContain('请从另存的副本恢复密钥文件');
  expect(second.said()).toContain('restore the file of keys from the copy');
  expect((await readdir(workshop.dataDir)).filter((name) => name === 'data-keys.json')).toEqual([]);
  const third = workshop.launch({ ...settings(), DATA_KEYS_FILE: kept });
  await third.says(ADDRESS);
  expect(await third.end()).toBe(0);
}, 240_000);

test('a folder of data that is not there yet is made, for its owner alone', async () => {
  const folder = join(workshop.dataDir, 'chuangping', 'data');
  const service = workshop.launch({ ...settings(), DATA_DIR: folder });
  await service.says(ADDRESS);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, 'data-keys.json'))).mode & 0o777).toBe(0o600);
  expect(await service.end()).toBe(0);
}, 240_000);

test('keys are rotated and the old one forgotten beside a running service, which seals by the new one', async () => {
  const service = workshop.launch(settings());
  await service.says(ADDRESS);
  await sealOne();
  const rotating = workshop.launch({ ...settings(), DATA_CIPHER: 'sm4-gcm' }, 'keys-rotate.ts');
  expect(await rotating.ended(), rotating.said()).toBe(0);
  expect(rotating.said()).toContain('重新封存 1 项');
  const { keys } = JSON.parse(await readFile(file, 'utf8'));
  expect(keys.map(({ cipher }: { cipher: string }) => cipher)).toEqual(['sm4-gcm', 'aes-256-gcm']);
  const forgetting = workshop.launch(settings(), 'keys-rotate.ts', ['--forget-old']);
  expect(await forgetting.ended(), forgetting.said()).toBe(0);
  expect(JSON.parse(await readFile(file, 'utf8')).keys).toEqual([keys[0]]);
  expect(await nameNow()).toBe('刘某');
  expect(await service.end()).toBe(0);
}, 240_000);
