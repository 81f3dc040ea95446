// One suite for every store of files: local disk, and an S3 server over a socket that checks each
// request's signature.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDiskStore } from '../../src/files/disk.ts';
import { makeIdentity } from '../../src/files/identity.ts';
import { createS3Store, type S3Settings } from '../../src/files/s3.ts';
import { type FileStore, StoreUnavailable } from '../../src/files/store.ts';

let folder: string;
let server: S3rver;
let settings: S3Settings;
const stores = new Map<string, FileStore>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chuangping-stores-'));
  server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'evidence' }],
  });
  const { port } = await server.run();
  settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'evidence',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
  };
  await makeIdentity(join(folder, 'disk'));
  stores.set('disk', createDiskStore(join(folder, 'disk')));
  stores.set('s3', createS3Store(settings));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const storeOf = (name: string): FileStore => {
  const store = stores.get(name);
  if (store === undefined) throw new Error(`no store ${name}`);
  return store;
};

describe.each(['disk', 's3'])('the store of files on %s', (name) => {
  test('gives back the bytes it was given, byte for byte', async () => {
    const store = storeOf(name);
    const contents = [
      Buffer.from('%PDF-1.7\r\n\0\xff', 'latin1'),
      Buffer.alloc(10 * 1024 * 1024, 0xa5),
      Buffer.from([0]),
    ];
    for (const content of contents) {
      await store.put(hashOf(content), content);
      expect((await store.get(hashOf(content)))?.equals(content)).toBe(true);
    }
  });

  test('says null of what was never put, and of what was deleted', async () => {
    const store = storeOf(name);
    const content = Buffer.from(`deleted from ${name}`);
    const sha256 = hashOf(content);
    expect(await store.get(sha256)).toBeNull();
    await store.put(sha256, content);
    await store.delete(sha256);
    await store.delete(sha256);
    expect(await store.get(sha256)).toBeNull();
  });

  test('holds what is put twice, also at once, as one', async () => {
    const store = storeOf(name);
    const content = Buffer.alloc(300_000, 7);
    const sha256 = hashOf(content);
    await Promise.all([1, 2, 3, 4].map(() => store.put(sha256, content)));
    await store.put(sha256, content);
    expect((await store.get(sha256))?.equals(content)).toBe(true);
  });
});

test('an S3 server that finds the signature wrong is an error, not a missing file', async () => {
  const content = Buffer.from('signed');
  const forged = createS3Store({ ...settings, secretAccessKey: 'another secret' });
  const stranger = createS3Store({ ...settings, accessKeyId: 'NOBODY' });
  for (const store of [forged, stranger]) {
    await expect(store.put(hashOf(content), content)).rejects.toThrow();
    await expect(store.get(hashOf(content))).rejects.toThrow(
      /signature|does not exist in our records/i,
    );
  }
  expect(await storeOf('s3').get(hashOf(content))).toBeNull();
});

test('a bucket that is not there is an error, not a missing file', async () => {
  const elsewhere = createS3Store({ ...settings, bucket: 'nowhere' });
  const content = Buffer.from('x');
  await expect(elsewhere.put(hashOf(content), content)).rejects.toThrow();
  await expect(elsewhere.get(hashOf(content))).rejects.toThrow(/bucket/i);
});

test('content lies under its hash, in a folder of its first two digits', async () => {
  const content = Buffer.from('placed');
  await storeOf('s3').put(hashOf(content), content);
  const prefix = hashOf(content).slice(0, 2);
  const names = await readdir(join(folder, 's3', 'evidence', 'files', prefix));
  expect(names.some((name) => name.startsWith(hashOf(content)))).toBe(true);
});

test('a store that takes the connection and says nothing is given up', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const store = createS3Store({ ...settings, endpoint: `http://127.0.0.1:${port}` }, 200);
  const content = Buffer.from('content');
  await expect(store.put(hashOf(content), content)).rejects.toThrow(StoreUnavailable);
  expect(sockets.length).toBeGreaterThan(1);
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test('F15: a folder that is not there any more takes nothing, and is not made again', async () => {
  const place = join(folder, 'share');
  const store = createDiskStore(place);
  const content = Buffer.from('content');
  await expect(store.put(hashOf(content), content)).rejects.toThrow(StoreUnavailable);
  await expect(readdir(place)).rejects.toThrow('ENOENT');
  await makeIdentity(place);
  await store.put(hashOf(content), content);
  expect((await store.get(hashOf(content)))?.equals(content)).toBe(true);
});
