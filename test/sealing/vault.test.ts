import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemEntropy } from '../../src/entropy.ts';
import {
  CIPHERS,
  DataKeysError,
  keysOfFile,
  makeDataKeys,
  newDataKey,
  readDataKeys,
  writeDataKeys,
} from '../../src/sealing/keys.ts';
import { createVault, KeyMissing, SealBroken } from '../../src/sealing/vault.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chuangping-keys-'));
  path = join(folder, 'data-keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = newDataKey('aes-256-gcm', systemEntropy);
const PLACE = { table: 'objector', row: 'one', column: 'contact' };

test.each(CIPHERS)('%s opens what it sealed, and never seals alike', (cipher) => {
  const own = newDataKey(cipher, systemEntropy);
  const vault = createVault(() => [own], systemEntropy);
  const sealed = vault.seal(PLACE, '138-1234-8000 刘某');
  expect(sealed.startsWith(`${own.id}.`)).toBe(true);
  expect(Buffer.from(sealed.slice(9), 'base64url').includes('刘某')).toBe(false);
  expect(vault.open(PLACE, sealed)).toBe('138-1234-8000 刘某');
  expect(vault.seal(PLACE, '138-1234-8000 刘某')).not.toBe(sealed);
});

test.each(CIPHERS)('%s opens nothing at another table, row or column', (cipher) => {
  const own = newDataKey(cipher, systemEntropy);
  const vault = createVault(() => [own], systemEntropy);
  const sealed = vault.seal(PLACE, '刘某');
  for (const elsewhere of [{ table: 'candidate' }, { row: 'two' }, { column: 'name' }]) {
    expect(() => vault.open({ ...PLACE, ...elsewhere }, sealed)).toThrow(SealBroken);
  }
});

test('one bit that was changed, a tag cut short and another key open nothing', () => {
  const vault = createVault(() => [key], systemEntropy);
  const content = Buffer.from(vault.seal(PLACE, '刘某').slice(9), 'base64url');
  for (let index = 0; index < content.length; index += 1) {
    const changed = Buffer.from(content);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    const sealed = `${key.id}.${changed.toString('base64url')}`;
    expect(() => vault.open(PLACE, sealed), String(index)).toThrow(SealBroken);
  }
  for (const length of [0, 11, 12, 27, content.length - 1]) {
    const sealed = `${key.id}.${content.subarray(0, length).toString('base64url')}`;
    expect(() => vault.open(PLACE, sealed), String(length)).toThrow(SealBroken);
  }
  const forged = { ...newDataKey('aes-256-gcm', systemEntropy), id: key.id };
  const other = createVault(() => [forged], systemEntropy);
  expect(() => other.open(PLACE, vault.seal(PLACE, '刘某'))).toThrow(SealBroken);
  const stranger = createVault(() => [newDataKey('sm4-gcm', systemEntropy)], systemEntropy);
  expect(() => stranger.open(PLACE, vault.seal(PLACE, '刘某'))).toThrow(KeyMissing);
});

test('a mark finds a contact however it is spaced, under each live key, and no other column', () => {
  const before = newDataKey('sm4-gcm', systemEntropy);
  const vault = createVault(() => [key, before], systemEntropy);
  const old = createVault(() => [before], systemEntropy).mark('contact', '13812348000');
  expect(vault.marks('contact', '138 1234-8000')).toEqual([
    vault.mark('contact', '13812348000'),
    old,
  ]);
  expect(vault.marks('name', '13812348000')).not.toContain(old);
  expect(vault.marks('contact', '13812348001')).not.toContain(old);
});

test('a file of keys is read by its owner only, and gives the keys that were written', () => {
  expect(readDataKeys(path)).toBeNull();
  makeDataKeys(path, key);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readDataKeys(path)).toEqual([key]);
  const second = newDataKey('sm4-gcm', systemEntropy);
  writeDataKeys(path, [second, key]);
  expect(readDataKeys(path)).toEqual([second, key]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('of several that make the file at once, the first one’s key stays', () => {
  makeDataKeys(path, key);
  makeDataKeys(path, newDataKey('aes-256-gcm', systemEntropy));
  expect(readDataKeys(path)).toEqual([key]);
});

test.each([0o644, 0o604, 0o660, 0o602])('a file of keys with the mode %o is refused', (mode) => {
  makeDataKeys(path, key);
  chmodSync(path, mode);
  expect(() => readDataKeys(path)).toThrow(DataKeysError);
});

test('a file of keys that is cut, empty or holds three is refused', () => {
  makeDataKeys(path, key);
  const text = readFileSync(path, 'utf8');
  const { keys } = JSON.parse(text);
  const three = JSON.stringify({ keys: [keys[0], keys[0], keys[0]] });
  const short = JSON.stringify({ keys: [{ ...keys[0], secret: 'c2hvcnQ=' }] });
  for (const wrong of [text.slice(0, -20), '', '{}', '{"keys":[]}', three, short]) {
    writeFileSync(path, wrong);
    expect(() => readDataKeys(path), wrong).toThrow(DataKeysError);
  }
});

test('a running process seals by the new key from the moment the file was replaced', () => {
  makeDataKeys(path, key);
  const vault = createVault(keysOfFile(path), systemEntropy);
  const sealed = vault.seal(PLACE, '刘某');
  const next = newDataKey('aes-256-gcm', systemEntropy);
  writeDataKeys(path, [next, key]);
  expect(vault.seal(PLACE, '刘某').startsWith(next.id)).toBe(true);
  expect(vault.open(PLACE, sealed)).toBe('刘某');
  rmSync(path);
  expect(vault.open(PLACE, sealed), 'a file that is away for a moment harms nobody').toBe('刘某');
});
